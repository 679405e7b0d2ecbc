"""How far a customer is from the segments it is not in: what is missing, part by part, with figures."""

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

#: Who lacks more than so many parts of a rule is too far away to speak of.
NEAR = 3
#: Segments named at most, nearest first.
SHOWN = 12


class CrmCustomer(models.Model):
    _name = "crm.customer"
    _inherit = ["crm.customer", "crm.preview.mixin"]

    reach_html = fields.Html(
        string="Next Segments",
        compute="_compute_reach_html",
        sanitize=False,  # made by our own template, which escapes what users typed
        help="Segments this customer is not in, nearest first, and what is missing.",
    )

    @api.depends("member_ids", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_reach_html(self):
        for customer in self[:1]:
            values = customer._preview_safely({}, customer._reach_values)
            customer.reach_html = self.env["ir.qweb"]._render("crm_segmentation.crm_segment_reach", values)
        self[1:].reach_html = False  # a form shows one

    def _reach_values(self):
        lines = sorted(self._reach_lines(), key=lambda line: len(line["missing"]))
        return {"lines": lines[:SHOWN]}

    def _reach_lines(self):
        """Return [{"scheme", "segment", "missing"}] of the segments the reader may see."""
        stays = self.env["crm.segment.member"].search([("customer_id", "=", self.id), ("date_to", "=", False)])
        segments = self.env["crm.segment"].search(
            [
                ("scheme_id.active", "=", True),
                ("scheme_id.company_id", "in", [False, self.company_id.id]),
                ("id", "not in", stays.segment_id.ids),
            ]
        )
        lines = []
        ranked = segments.filtered(lambda segment: segment.kind == "rank")
        for scheme, own in ranked.grouped("scheme_id").items():
            lines += self._reach_ranked(scheme, own, stays.filtered(lambda stay, of=scheme: stay.scheme_id == of))
        missing = (segments - ranked)._missing_parts(self)
        for segment, parts in missing.items():
            if 0 < len(parts) <= NEAR:
                lines.append({"scheme": segment.scheme_id.name, "segment": segment.name, "missing": parts})
        return lines

    def _reach_ranked(self, scheme, segments, stay):
        """Return what is missing to the next better class: the value of its last member, less the customer's own."""
        better = segments.filtered(lambda segment: not stay or segment.share_to < stay.segment_id.share_to)[-1:]
        if not better:
            return []
        edge, own = self._edge_of_class(scheme.measure_id, better)
        if edge is None:
            return []
        currency = self.currency_id if scheme.measure_id.is_monetary else None
        more, least = (
            formatLang(self.env, number, currency_obj=currency) for number in (max(edge - (own or 0), 0), edge)
        )
        text = self.env._(
            "%(more)s more %(indicator)s (its last customer has %(least)s)",
            more=more,
            indicator=scheme.measure_id.name,
            least=least,
        )
        return [{"scheme": scheme.name, "segment": better.name, "missing": [text]}]

    def _edge_of_class(self, measure, segment):
        """Return (value of the last customer of a ranked class, the customer's own), None where there is none."""
        place = measure._company_of_values(self.company_id)
        return self.env.execute_query(
            SQL(
                """
                SELECT (SELECT MIN(v.quantity_window)
                          FROM crm_segment_member m
                          JOIN crm_measure_value v ON v.partner_id = m.partner_id AND v.measure_id = %(measure)s
                                                  AND COALESCE(v.company_id, 0) = %(place)s
                         WHERE m.segment_id = %(segment)s AND m.company_id = %(company)s AND m.date_to IS NULL),
                       (SELECT v.quantity_window FROM crm_measure_value v
                         WHERE v.measure_id = %(measure)s AND COALESCE(v.company_id, 0) = %(place)s
                           AND v.partner_id = %(partner)s)
                """,
                partner=self.partner_id.id,
                segment=segment.id,
                company=self.company_id.id,
                measure=measure.id,
                place=place.id or 0,
            )
        )[0]
