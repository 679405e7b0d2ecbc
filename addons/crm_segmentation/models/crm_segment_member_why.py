"""Why a customer is in a segment: the rule and the facts of the day of entry, in the reader's words."""

from odoo import api, models
from odoo.tools import SQL, format_amount, formatLang


class CrmSegmentMember(models.Model):
    _inherit = "crm.segment.member"

    @api.depends("value", "rank", "share_before", "ranked", "facts", "by_hand", "version_id")
    @api.depends_context("lang", "uid")
    def _compute_why(self):
        ranked = self.filtered("rank")
        ranked._compute_why_ranked()
        reasons = (self - ranked)._reasons_by_hand()
        for member in self - ranked:
            if member.by_hand:
                reason = reasons.get((member.segment_id.id, member.partner_id.id), "")
                member.why = self.env._("By hand: %(reason)s", reason=reason) if reason else self.env._("By hand")
            else:
                member.why = member._facts_words() or member._version_words()

    def _reasons_by_hand(self):
        """Return {(segment id, customer id): reason} of those who were put in by hand."""
        by_hand = self.filtered("by_hand")
        lines = self.env["crm.segment.exception"].search_fetch(
            [("segment_id", "in", by_hand.segment_id.ids), ("partner_id", "in", by_hand.partner_id.ids)],
            ["segment_id", "partner_id", "reason"],
        )
        return {(line.segment_id.id, line.partner_id.id): line.reason for line in lines if line.kind == "include"}

    def _facts_words(self):
        """Return the facts at entry: what the rule asked about, and what the answer was."""
        segment, company = self.env["crm.segment"], self.company_id
        measures = self.env["crm.measure"]
        words = []
        for key, value in (self.facts or {}).items():
            head, _dot, figure = key.partition(".")
            if head[:1] == "m" and head[1:].isdigit():
                words.append(self._figure_words(measures.browse(int(head[1:])).exists(), figure, value))
            else:
                words.append(f"{segment._path_label(key)}: {segment._value_words(key, value, company)}")
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
