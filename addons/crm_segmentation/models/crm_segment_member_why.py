"""Why a customer is in a segment: the rule and the facts of the day of entry, in the reader's words."""

from odoo import api, models
from odoo.tools import SQL, format_amount, formatLang


class CrmSegmentMember(models.Model):
    _inherit = "crm.segment.member"

    @api.depends("value", "rank", "share_before", "ranked", "facts", "by_hand", "version_id")
    @api.depends_context("lang", "uid")
    def _compute_why(self):
        ranked = self.filtered("rank")
        if ranked:
            ranked._compute_why_ranked()
        others = self - ranked
        reasons, measures, names = others._reasons_by_hand(), others._fact_measures(), others._fact_names()
        for member in others:
            if member.by_hand:
                reason = reasons.get((member.segment_id.id, member.partner_id.id), "")
                member.why = self.env._("By hand: %(reason)s", reason=reason) if reason else self.env._("By hand")
            else:
                member.why = member._facts_words(measures, names) or member._version_words()

    def _fact_measures(self):
        """Return {id: indicator} of the figures among the facts, as far as they still exist."""
        keys = {key.partition(".")[0] for member in self for key in member.facts or {}}
        found = self.env["crm.measure"].browse(int(key[1:]) for key in keys if key[:1] == "m" and key[1:].isdigit())
        return {measure.id: measure for measure in found.exists()}

    def _fact_names(self):
        """Return {(path, id): name} of the records among the facts: one query for each kind of record."""
        segment, ids = self.env["crm.segment"], {}
        for path, value in {(key, value) for m in self for key, value in (m.facts or {}).items() if _is_id(value)}:
            field = segment._path_field(path)
            if field is not None and field.type == "many2one":
                ids.setdefault((path, field.comodel_name), []).append(value)
        names = {}
        for (path, model), found in ids.items():
            records = self.env[model].with_context(active_test=False).browse(found).exists()
            visible = records._filtered_access("read") if records.has_access("read") else records.browse()
            names.update(((path, id_), self.env._("(deleted)")) for id_ in found)
            names.update(((path, record.id), self.env._("(hidden)")) for record in records)
            names.update(((path, record.id), record.display_name) for record in visible)
        return names

    def _reasons_by_hand(self):
        """Return {(segment id, customer id): reason} of those who were put in by hand."""
        by_hand = self.filtered("by_hand")
        lines = self.env["crm.segment.exception"].search_fetch(
            [("segment_id", "in", by_hand.segment_id.ids), ("partner_id", "in", by_hand.partner_id.ids)],
            ["segment_id", "partner_id", "reason"],
        )
        return {(line.segment_id.id, line.partner_id.id): line.reason for line in lines if line.kind == "include"}

    def _facts_words(self, measures, names):
        """Return the facts at entry: what the rule asked about, and what the answer was."""
        segment, company = self.env["crm.segment"], self.company_id
        words = []
        for key, value in (self.facts or {}).items():
            head, _dot, figure = key.partition(".")
            if head[:1] == "m" and head[1:].isdigit():
                words.append(self._figure_words(measures.get(int(head[1:])), figure, value))
            else:
                shown = names.get((key, value)) if _is_id(value) else None
                if not shown and not segment._may_show(key, self.partner_id):
                    shown = self.env._("(hidden)")
                shown = shown or segment._value_words(key, value, company)
                words.append(f"{segment._path_label(key)}: {shown}")
        return "; ".join(filter(None, words))

    def _figure_words(self, measure, figure, value):
        if not measure:
            return ""
        label = dict(self.env["crm.segment.condition"]._fields["figure"]._description_selection(self.env)).get(
            figure, figure
        )
        if value is None:
            shown = "–"
        elif figure in ("window", "before", "lifetime", "change") and measure.is_monetary:
            shown = format_amount(self.env, value, self.company_id.currency_id)
        else:
            unit = {"change_percent": "%", "days": self.env._("days"), "documents": ""}.get(figure, measure.unit or "")
            shown = f"{formatLang(self.env, value, digits=0 if float(value).is_integer() else 1)} {unit}".strip()
        return f"{measure.name} ({label}): {shown}"

    def _version_words(self):
        if not self.version_id:
            return False
        parts = self.env["crm.segment"]._definition_words(self.version_id.definition, self.company_id)
        return "; ".join(parts) or self.env._("Everybody whom no earlier rule fits")

    def _compute_why_ranked(self):
        """Read which values are undefined from the column: the field shows them as 0."""
        self.flush_model(["value"])
        undefined = self.env.execute_query(
            SQL("SELECT id FROM crm_segment_member WHERE value IS NULL AND id = ANY(%s)", list(self._ids))
        )
        undefined = {id_ for (id_,) in undefined}
        for member in self:
            measure = member.scheme_id.measure_id
            currency = member.currency_id if measure.is_monetary else None
            value = formatLang(self.env, member.value, currency_obj=currency)
            if member.id in undefined:
                value = self.env._("Undefined:")
            member.why = self.env._(
                "%(value)s %(measure)s in %(days)s days: rank %(rank)s of %(ranked)s; "
                "the customers before hold %(share)s %% of the total.",
                value=value,
                measure=measure.name,
                days=measure.window_days,
                rank=member.rank,
                ranked=member.ranked,
                share=formatLang(self.env, 100 * member.share_before, digits=1),
            )


def _is_id(value):
    return isinstance(value, int) and not isinstance(value, bool)
