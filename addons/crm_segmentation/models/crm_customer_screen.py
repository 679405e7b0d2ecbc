"""What only the form of a profile shows: its documents by kind, its indicators, its rhythm in words."""

from odoo import api, fields, models
from odoo.tools import formatLang


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    indicator_ids = fields.Many2many(
        "crm.measure.value",
        string="Indicators",
        compute="_compute_indicator_ids",
        help="What is counted for this customer in this company, and in no company, as far as you may see it.",
    )
    rfm_advice = fields.Text(related="rfm_cell_id.advice", string="Advice")
    recency_text = fields.Char(compute="_compute_duration_texts", help="Days from the last purchase to today.")
    tenure_text = fields.Char(compute="_compute_duration_texts", help="Days from the first purchase to today.")
    rhythm_text = fields.Char(
        string="Rhythm", compute="_compute_rhythm_text", help="Days between purchases, and whose rhythm it is."
    )
    order_count = fields.Integer(string="Orders", compute="_compute_order_count", help="Confirmed sales orders.")
    lead_count = fields.Integer(
        string="Opportunities", compute="_compute_lead_count", help="Leads and opportunities, lost ones included."
    )
    meeting_count = fields.Integer(string="Meetings", compute="_compute_meeting_count")

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_indicator_ids(self):
        """Search with the reader's rights: hidden indicators stay hidden."""
        by_partner = self.env["crm.measure.value"].search(self._values_domain()).grouped("partner_id")
        for customer in self:
            values = by_partner.get(customer.partner_id, self.env["crm.measure.value"])
            customer.indicator_ids = values.filtered(
                lambda value, own=customer.company_id: not value.company_id or value.company_id == own
            )

    @api.depends("recency_days", "tenure_days")
    @api.depends_context("lang")
    def _compute_duration_texts(self):
        """Put the days into whole sentences, which every language can build in its own way."""
        for customer in self:
            customer.recency_text = customer.tenure_text = False
            if customer.last_purchase_date:
                customer.recency_text = self.env._("%(days)s days ago", days=customer.recency_days)
                customer.tenure_text = self.env._("customer for %(days)s days", days=customer.tenure_days)

    @api.depends("rhythm_days", "rhythm_basis")
    @api.depends_context("lang")
    def _compute_rhythm_text(self):
        """Name the number of cases behind an own rhythm: one query for all customers."""
        measure = self._standard_measure("purchase_days")
        values = self.env["crm.measure.value"].search_fetch(
            [("measure_id", "=", measure.id), ("partner_id", "in", self.partner_id.ids)],
            ["company_id", "partner_id", "gap_count"],
        )
        gaps = {(value.company_id, value.partner_id): value.gap_count for value in values}
        for customer in self:
            customer.rhythm_text = customer._rhythm_text(gaps.get((customer.company_id, customer.partner_id), 0))

    def _rhythm_text(self, gaps):
        if not self.rhythm_days:
            return False
        days = formatLang(self.env, self.rhythm_days, digits=0 if self.rhythm_days.is_integer() else 1)
        if self.rhythm_basis == "own":
            return self.env._("%(days)s days: own rhythm, %(gaps)s gaps", days=days, gaps=gaps)
        if self.rhythm_basis == "company":
            return self.env._("%(days)s days: company's rhythm, own history is too short", days=days)
        return self.env._("%(days)s days: typed in the settings of the company", days=days)

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_order_count(self):
        domain = [("company_id", "in", self.company_id.ids), ("state", "=", "sale")]
        counts = self._document_counts("sale.order", "partner_id", domain, "__count", by_company=True)
        for customer in self:
            customer.order_count = counts.get((customer.partner_id.id, customer.company_id.id), 0)

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_lead_count(self):
        counts = self._document_counts("crm.lead", "partner_id", [], "__count")
        for customer in self:
            customer.lead_count = counts.get((customer.partner_id.id,), 0)

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_meeting_count(self):
        counts = self._document_counts("calendar.attendee", "partner_id", [], "event_id:count_distinct")
        for customer in self:
            customer.meeting_count = counts.get((customer.partner_id.id,), 0)

    def _document_counts(self, model, path, domain, aggregate, by_company=False):
        """Count documents per customer with one query and the reader's rights; nothing for who may not read them."""
        documents = self.env[model].with_context(active_test=False)
        if not documents.has_access("read"):
            return {}
        customer = f"{path}.commercial_partner_id"
        groups = documents._read_group(
            [(customer, "in", self.partner_id.ids), *domain],
            [customer, "company_id"] if by_company else [customer],
            [aggregate],
        )
        return {tuple(record.id for record in keys): count for *keys, count in groups}

    # Actions

    def action_open_orders(self):
        """Open the confirmed orders of this customer in this company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return {
            **action,
            "domain": [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
            ],
            "context": {"create": False},
        }

    def action_open_meetings(self):
        """Open the meetings this customer or one of its contacts takes part in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("calendar.action_calendar_event")
        return {
            **action,
            "view_mode": "list,form,calendar",
            "views": [(False, "list"), (False, "form"), (False, "calendar")],
            "domain": [("partner_ids.commercial_partner_id", "=", self.partner_id.id)],
            "context": {"create": False},
        }

    def action_open_indicators(self):
        """Open the indicators of this customer in a list of their own, to search and sort them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_measure_value_action")
        name = self.env._("Indicators of %(customer)s", customer=self.partner_id.display_name)
        return {**action, "name": name, "domain": self._values_domain()}
