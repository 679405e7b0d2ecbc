from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class CrmCustomer(models.Model):
    """What is known about one customer in one company. Written only by the nightly job, with set-based SQL.

    A table of its own, because a nightly mass update must not touch contacts, and because figures are per company.
    What people type lives elsewhere.
    """

    _name = "crm.customer"
    _inherit = "crm.cell.mixin"
    _description = "Customer Profile"
    _order = "monetary desc, id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    # Who it is: read from the contact, never copied
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    partner_active = fields.Boolean(related="partner_id.active", string="Contact Active")
    # What they bought
    first_purchase_date = fields.Date(string="First Purchase", readonly=True, help="First day of a purchase.")
    last_purchase_date = fields.Date(string="Last Purchase", readonly=True, help="Last day of a purchase.")
    recency_days = fields.Integer(
        string="Days Since Last Purchase",
        compute="_compute_recency_days",
        help="Days from the last purchase to today, in the time zone of the company.",
    )
    frequency = fields.Integer(
        string="Purchase Days",
        readonly=True,
        aggregator="sum",
        help="Distinct days with a purchase in the window. Down payments, partial deliveries and monthly bills of one "
        "sales order count as the day of that order.",
    )
    invoice_count = fields.Integer(string="Invoices", readonly=True, help="Posted invoices, lifetime.")
    monetary = fields.Monetary(
        string="Revenue", readonly=True, help="Untaxed, less credit notes, in the window; company currency."
    )
    monetary_before = fields.Monetary(
        string="Revenue Before", readonly=True, help="The same in the window of equal length before."
    )
    revenue_change = fields.Monetary(
        string="Change",
        compute="_compute_revenue_change",
        help="Revenue of this window less the window before.",
    )
    lifetime_revenue = fields.Monetary(readonly=True, help="Untaxed, less credit notes, since the first invoice.")
    credit_note_amount = fields.Monetary(string="Credit Notes", readonly=True, help="Untaxed, in the window.")
    # How they score
    r_score = fields.Integer(
        string="Recency Score", readonly=True, aggregator="avg", help="The highest is most recent."
    )
    f_score = fields.Integer(
        string="Frequency Score", readonly=True, aggregator="avg", help="The highest is most often."
    )
    m_score = fields.Integer(string="Money Score", readonly=True, aggregator="avg", help="The highest is most money.")
    rfm_code = fields.Integer(
        string="RFM",
        readonly=True,
        aggregator=None,
        help="Recency, frequency and money as one number, for example from 111 to 555; the highest is best.",
    )
    rfm_cell_id = fields.Many2one(
        "crm.rfm.cell",
        string="RFM Name",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Name of the three scores, for example Champions; see Configuration, RFM Names.",
    )
    score_basis = fields.Char(
        compute="_compute_score_basis", help="Number of scores, and the indicators and cut points they come from."
    )
    basis = fields.Char(
        compute="_compute_basis", help="Period, currency, method and number of documents behind the purchase figures."
    )
    segment_id = fields.Many2one(
        "crm.segment",
        string="Class",
        compute="_compute_segment_id",
        search="_search_segment_id",
        help="Current class by share of revenue.",
    )
    member_ids = fields.One2many("crm.segment.member", "customer_id", string="Segments", readonly=True)

    _partner_company_uniq = models.UniqueIndex("(partner_id, company_id)")
    _company_monetary_idx = models.Index("(company_id, monetary DESC)")

    @api.depends("last_purchase_date", "company_id")
    def _compute_recency_days(self):
        for company, customers in self.grouped("company_id").items():
            today = company._crm_today()
            for customer in customers:
                last = customer.last_purchase_date
                customer.recency_days = (today - last).days if last else False

    @api.depends("monetary", "monetary_before")
    def _compute_revenue_change(self):
        for customer in self:
            customer.revenue_change = customer.monetary - customer.monetary_before

    @api.depends("company_id", "partner_id")
    def _compute_basis(self):
        """Say what the figures stand on: one query for the number of documents of all customers at once."""
        revenue = self._standard_measure("revenue")
        values = self.env["crm.measure.value"].search_fetch(
            [("measure_id", "=", revenue.id), ("partner_id", "in", self.partner_id.ids)],
            ["company_id", "partner_id", "documents_window"],
        )
        numbers = {(value.company_id, value.partner_id): value.documents_window for value in values}
        for customer in self:
            start, end, _before = revenue._window(customer.company_id)
            customer.basis = self.env._(
                "%(start)s to %(end)s, untaxed revenue less credit notes of %(number)s posted documents by invoice "
                "date, in %(currency)s; change against the same number of days before.",
                start=format_date(self.env, start),
                end=format_date(self.env, end),
                number=numbers.get((customer.company_id, customer.partner_id), 0),
                currency=customer.currency_id.name,
            )

    @api.depends("company_id", "rfm_code")
    @api.depends_context("lang")
    def _compute_score_basis(self):
        scales_sudo = self.env["crm.rfm.scale"].sudo().search([("company_id", "in", self.company_id.ids)])
        texts = {scale.company_id: scale._basis_text() for scale in scales_sudo}
        for customer in self:
            customer.score_basis = customer.rfm_code and texts.get(customer.company_id)

    @api.model
    def _standard_measure(self, name):
        """Return one of the four standard indicators, an empty one when somebody deleted it."""
        measure = self.env.ref(f"crm_segmentation.measure_{name}", raise_if_not_found=False)
        return measure.sudo() if measure else self.env["crm.measure"]

    @api.depends("member_ids")
    def _compute_segment_id(self):
        members = self.env["crm.segment.member"].search(
            [("customer_id", "in", self.ids), ("date_to", "=", False), ("scheme_id.on_card", "=", True)]
        )
        classes = {member.customer_id: member.segment_id for member in members}
        for customer in self:
            customer.segment_id = classes.get(customer, False)

    def _search_segment_id(self, operator, value):
        """Search by the class of the open stay; without a class is who has no open stay."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        stay = Domain("date_to", "=", False) & Domain("scheme_id.on_card", "=", True)
        if operator == "in" and False in value:
            classes = Domain("segment_id", "in", [segment for segment in value if segment])
            return Domain("member_ids", "any", stay & classes) | ~Domain("member_ids", "any", stay)
        return Domain("member_ids", "any", stay & Domain("segment_id", operator, value))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the current class: one join with the open members of the scheme on the card."""
        if field_expr != "segment_id" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields["segment_id"], "read")
        member = query.make_alias(alias, "class_stay")
        stays = SQL(
            "(SELECT m.customer_id, m.segment_id FROM crm_segment_member m"
            " JOIN crm_segment_scheme s ON s.id = m.scheme_id AND s.on_card WHERE m.date_to IS NULL)"
        )
        same_customer = SQL("%s = %s", SQL.identifier(member, "customer_id"), SQL.identifier(alias, "id"))
        query.add_join("LEFT JOIN", member, stays, same_customer)
        return SQL.identifier(member, "segment_id")

    # Actions

    def action_open_documents(self):
        """Open the documents behind one figure; the button's context names the indicator and its window."""
        self.ensure_one()
        measure = self._standard_measure(self.env.context.get("measure", "revenue"))
        first, last, before = measure._window(self.company_id)
        period = {"window": (first, last), "before": (before, first - timedelta(days=1))}.get(
            self.env.context.get("period"), (None, last)
        )
        return measure._documents_action(self.partner_id, self.company_id, *period)

    def action_open_leads(self):
        """Open the opportunities of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_opportunities")
        return {
            **action,
            "domain": [("partner_id.commercial_partner_id", "=", self.partner_id.id)],
            "context": {"active_test": False},
        }

    # Summary

    @api.model
    def _summary_lines(self):
        """Return lines with the number of customers, purchases and revenue, and the size of each class."""
        lines = []
        for company in self.env["res.company"].search([]):
            customers = self.search_count([("company_id", "=", company.id)])
            if not customers:
                continue
            lines.append(f"{company.name} ({company.currency_id.name}): {customers:,} customers")
            lines += self._class_lines(company)
        return lines or ["No customers yet: there is no invoice, order or lead in this database."]

    def _class_lines(self, company):
        customers = Domain("company_id", "=", company.id) & Domain("segment_id", "!=", False)
        groups = self._read_group(customers, ["segment_id"], ["__count", "monetary:sum"])
        total = sum(value for _segment, _count, value in groups) or 1.0
        return [
            f"  class {segment.name}: {count:,} customers, {value:,.2f} revenue ({value / total:.1%})"
            for segment, count, value in groups
        ]
