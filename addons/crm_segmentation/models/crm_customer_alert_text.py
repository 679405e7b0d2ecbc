"""An alert for people: one sentence that says what is unusual, what was typical, and the bars behind it."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..tools import bars
from .crm_alert_rule import DOCUMENT_KINDS


class CrmCustomerAlert(models.Model):
    _inherit = "crm.customer.alert"

    sentence = fields.Char(
        string="What Is Unusual", compute="_compute_sentence", help="From the figures as they were when it was found."
    )
    typical = fields.Char(
        string="What Was Typical", compute="_compute_typical", help="What the customer was compared with: its own past."
    )
    chart = fields.Html(
        compute="_compute_chart",
        sanitize=False,
        help="The documents it was compared with, or the revenue of the months before; red is what the alert is about.",
    )

    @api.depends("evidence", "figure", "score", "kind", "day")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for alert in self:
            alert.sentence = getattr(alert, f"_{alert.kind}_sentence")(alert.evidence or {}) if alert.kind else False

    @api.depends("evidence", "kind")
    @api.depends_context("lang")
    def _compute_typical(self):
        for alert in self:
            alert.typical = alert._typical_text(alert.evidence or {})

    @api.depends("evidence", "key")
    @api.depends_context("lang")
    def _compute_chart(self):
        for alert in self:
            found = (alert.evidence or {}).get("bars") or []
            last = len(found) - 1
            drawn = [
                (
                    format_date(self.env, bar[0]),
                    bar[1],
                    alert._text(bar[1]),
                    number == last and alert.kind in DOCUMENT_KINDS,
                )
                for number, bar in enumerate(found)
            ]
            median = (alert.evidence or {}).get("median") if alert.kind in DOCUMENT_KINDS else None
            # Every text in it was escaped where it was drawn.
            alert.chart = Markup(bars.draw(drawn, median, self.env._("typical")))

    # Words

    def _text(self, figure):
        """Return a figure of this alert in the reader's language, with its currency or unit."""
        measure = self.rule_id.measure_id
        if self.kind not in (*DOCUMENT_KINDS, "change") or measure.is_monetary:
            return formatLang(self.env, figure or 0, currency_obj=self.currency_id)
        return f"{formatLang(self.env, figure or 0, digits=2)} {measure.unit or ''}".strip()

    def _number(self, number, digits=1):
        return formatLang(self.env, number or 0, digits=digits)

    def _day(self, text):
        return format_date(self.env, text) if text else "–"

    def _typical_text(self, evidence):
        if self.kind in DOCUMENT_KINDS and evidence.get("points"):
            return self.env._(
                "%(median)s: median of %(points)s documents, median distance from it %(mad)s",
                median=self._text(evidence.get("median")),
                points=evidence["points"],
                mad=self._text(evidence.get("mad")),
            )
        if self.kind == "overdue":
            return self.env._(
                "A purchase every %(days)s days, median of %(points)s gaps",
                days=self._number(evidence.get("rhythm")),
                points=evidence.get("points"),
            )
        if self.kind == "late" and evidence.get("points"):
            return self.env._(
                "Pays %(days)s days after the due date, median of %(points)s invoices",
                days=self._number(evidence.get("median")),
                points=evidence["points"],
            )
        if self.kind == "change":
            return self.env._("%(before)s in the window before", before=self._text(evidence.get("before")))
        return False

    def _unusual_sentence(self, evidence):
        if evidence.get("z") is None:
            return self._large_sentence(evidence)
        return self.env._(
            "%(indicator)s of %(amount)s on %(day)s; typical is %(median)s (robust z %(z)s).",
            indicator=self.rule_id.measure_id.name,
            amount=self._text(self.figure),
            day=self._day(self.day),
            median=self._text(evidence.get("median")),
            z=self._number(evidence["z"]),
        )

    def _money_sentence(self, evidence):
        return self._unusual_sentence(evidence)

    def _large_sentence(self, evidence):
        return self.env._(
            "%(indicator)s of %(amount)s on %(day)s.",
            indicator=self.rule_id.measure_id.name,
            amount=self._text(self.figure),
            day=self._day(self.day),
        )

    def _overdue_sentence(self, evidence):
        return self.env._(
            "Last purchase on %(day)s, %(days)s days ago: %(times)s times the own rhythm of %(rhythm)s days.",
            day=self._day(evidence.get("last")),
            days=int(self.figure),
            times=self._number(self.score),
            rhythm=self._number(evidence.get("rhythm")),
        )

    def _silence_sentence(self, evidence):
        return self.env._(
            "No sign of life since %(day)s, for %(days)s days.",
            day=self._day(evidence.get("last")),
            days=int(self.figure),
        )

    def _change_sentence(self, evidence):
        before = evidence.get("before") or 0
        return self.env._(
            "%(indicator)s went from %(before)s to %(now)s (%(percent)s %%).",
            indicator=self.rule_id.measure_id.name,
            before=self._text(before),
            now=self._text(self.figure),
            percent=("-" if self.figure < before else "+") + self._number(self.score),
        )

    def _credit_sentence(self, evidence):
        return self.env._(
            "Credit notes of %(amount)s are %(percent)s %% of %(invoiced)s invoiced.",
            amount=self._text(self.figure),
            percent=self._number(self.score),
            invoiced=self._text(evidence.get("invoiced")),
        )

    def _late_sentence(self, evidence):
        return self.env._(
            "%(amount)s due on %(due)s are still open: %(days)s days late.",
            amount=self._text(self.value),
            due=self._day(evidence.get("due")),
            days=int(self.figure),
        )

    def _score_sentence(self, evidence):
        moves = [
            f"{letter.upper()} {before} → {now}"
            for letter, (before, now) in ((x, evidence.get(x) or (None, None)) for x in "rfm")
            if before != now
        ]
        return self.env._("Scores changed on %(day)s: %(moves)s.", day=self._day(self.day), moves=", ".join(moves))

    def _segment_sentence(self, evidence):
        """Name the segments that the reader may see: one may have become restricted since."""
        segments, names = self.env["crm.segment"].with_context(active_test=False), {}
        for side in ("left", "entered"):
            visible = segments.browse(evidence.get(side) or []).exists()._filtered_access("read")
            names[side] = visible.display_name or "–"
        return self.env._("Segment on %(day)s: %(left)s → %(entered)s.", day=self._day(self.day), **names)

    @api.model
    def _summary_lines(self):
        """Return a line with the open alerts by severity, and the value of those that ended."""
        labels = dict(self._fields["severity"]._description_selection(self.env))
        groups = self._read_group([("state", "!=", "closed")], ["severity"], ["__count"])
        if not groups:
            return []
        counts = ", ".join(f"{labels.get(severity, severity)} {count:,}" for severity, count in reversed(groups))
        return [f"Customer alerts open: {counts}"]
