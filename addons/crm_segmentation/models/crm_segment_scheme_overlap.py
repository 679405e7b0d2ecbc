"""Where the rules of a segmentation overlap and where they leave gaps."""

from itertools import combinations

from odoo import api, fields, models
from odoo.tools import SQL

#: Rules compared in pairs; with more, only the numbers of each are shown.
PAIRED = 25
#: Pairs shown, largest overlap first.
SHOWN = 10


class CrmSegmentScheme(models.Model):
    _name = "crm.segment.scheme"
    _inherit = ["crm.segment.scheme", "crm.preview.mixin"]

    overlap_html = fields.Html(
        string="Overlaps and Gaps",
        compute="_compute_overlap_html",
        sanitize=False,  # made by our own template, which escapes what users typed
        help="How many customers no rule fits, and how many several fit; in your current company, as of now.",
    )

    @api.depends("segment_ids", "kind")
    @api.depends_context("uid", "company", "lang", "crm_overlap")
    def _compute_overlap_html(self):
        """Asked for by a button: every rule is asked about every customer."""
        self.overlap_html = False
        if not self.env.context.get("crm_overlap"):
            return
        company = self.env.company
        for scheme in self[:1]:
            frame = {"where": self.env._("All customers of %(company)s, as of now.", company=company.name)}
            values = scheme._preview_safely(frame, lambda of=scheme: of._overlap_values(self.env.company))
            scheme.overlap_html = self.env["ir.qweb"]._render("crm_segmentation.crm_segment_overlap", values)

    def _overlap_values(self, company):
        segments = self.segment_ids.filtered(lambda segment: not segment._rule_problem())
        if not segments:
            return {"customers": 0, "none": 0, "one": 0, "several": 0}
        rules = [segment._column("r") for segment in segments]
        fits = SQL("(%s)", SQL(" + ").join(SQL("%s::integer", rule) for rule in rules))

        def columns(answers):
            return SQL(
                "%s AS fits, %s",
                fits,
                SQL(", ").join(
                    SQL(
                        "%s AS %s, %s AS %s",
                        segment._column("r"),
                        segment._column("f"),
                        answers[segment],
                        segment._column("n"),
                    )  # fmt: skip
                    for segment in segments
                ),
            )

        rows = segments._answers_sql(company, SQL("TRUE"), columns)
        pairs = list(combinations(segments, 2)) if len(segments) <= PAIRED else []
        numbers = [SQL("COUNT(*)"), *(_count(SQL("fits %s", SQL(test))) for test in ("= 0", "= 1", "> 1"))]
        for segment in segments:
            fit, now = segment._column("f"), segment._column("n")
            numbers += [_count(fit), _count(now), _count(SQL("%s AND fits = 1", fit))]
        numbers += [_count(SQL("%s AND %s", one._column("f"), two._column("f"))) for one, two in pairs]
        found = self._preview_query(SQL("SELECT %s FROM (%s) n", SQL(", ").join(numbers), rows))[0]
        return self._overlap_shown(segments, pairs, found)

    def _overlap_shown(self, segments, pairs, found):
        values = dict(zip(("customers", "none", "one", "several"), found[:4], strict=True))
        each = iter(found[4 : 4 + 3 * len(segments)])
        values["segments"] = [
            {"name": segment.name, "fits": next(each), "now": next(each), "only": next(each)} for segment in segments
        ]
        overlaps = zip(pairs, found[4 + 3 * len(segments) :], strict=True)
        largest = sorted((pair for pair in overlaps if pair[1]), key=lambda pair: -pair[1])[:SHOWN]
        values["pairs"] = [{"names": f"{one.name} + {two.name}", "count": count} for (one, two), count in largest]
        return values

    def action_check_overlaps(self):
        """Ask every rule about every customer and show where they overlap and what they leave out."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Overlaps and Gaps: %(name)s", name=self.name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("crm_segmentation.crm_segment_scheme_view_form_overlap").id, "form")],
            "target": "new",
            "context": {"crm_overlap": True},
        }

    def action_open_unassigned(self):
        """Open the customers that are in none of the segments today."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_customer_action")
        inside = [("scheme_id", "=", self.id), ("date_to", "=", False)]
        return {
            **action,
            "name": self.env._("In no segment of %(name)s", name=self.name),
            "domain": ["!", ("member_ids", "any", inside)],
        }


def _count(condition):
    return SQL("COUNT(*) FILTER (WHERE %s)", condition)
