from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..tools import spans, statement


class CrmCostStatement(models.TransientModel):
    """The statement of a customer: from sales at list price down to net profit, two spans of months side by side."""

    _name = "crm.cost.statement"
    _inherit = "crm.cost.page"
    _description = "Customer Statement"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        domain=[("parent_id", "=", False)],
        help="Whose statement it is. A contact below a company stands for the company.",
    )
    span = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Fiscal year"),
            ("rolling", "12 months"),
            ("free", "From month to month"),
        ],
        required=True,
        default="month",
        help="How many months the statement adds up. Quarters and years are those that hold the month chosen.",
    )
    period_id = fields.Many2one(
        "crm.cost.period",
        string="Month",
        compute="_compute_period_id",
        store=True,
        readonly=False,
        compute_sudo=False,
        check_company=True,
        domain="[('company_id', '=', company_id), ('state', '!=', 'open'), ('shown', '=', True)]",
        help="The month, or the last one of several.",
    )
    from_period_id = fields.Many2one(
        "crm.cost.period",
        string="From Month",
        check_company=True,
        domain="[('company_id', '=', company_id), ('state', '!=', 'open'), ('shown', '=', True)]",
    )
    against = fields.Selection(
        [("before", "The span before"), ("year", "The same a year ago"), ("none", "Nothing")],
        string="Compared With",
        required=True,
        default="before",
    )
    credits_by_invoice = fields.Boolean(
        string="Credit Notes by Invoice",
        help="Show credit notes in the month of the invoice they correct instead of their own. The profit then differs "
        "from the ledger of the month, and the statement says by how much.",
    )
    # Stored, yet never computed as the system: nobody sees months of a company that is not his.
    line_ids = fields.One2many(
        "crm.cost.statement.line", "statement_id", compute="_compute_line_ids", store=True, compute_sudo=False
    )
    months = fields.Char(compute="_compute_months", compute_sudo=False)
    months_before = fields.Char(compute="_compute_months", compute_sudo=False)

    @api.depends("company_id")
    def _compute_period_id(self):
        for page in self:
            if page.period_id.company_id != page.company_id:
                domain = [("company_id", "=", page.company_id.id), ("state", "!=", "open"), ("shown", "=", True)]
                page.period_id = page.env["crm.cost.period"].search(domain, limit=1)

    @api.depends(lambda self: self._choices())
    def _compute_line_ids(self):
        for page in self:
            rows = page._rows() if page.partner_id and page.period_id else []
            lines = page._prepare_lines(rows)
            page.line_ids = [Command.clear(), *(Command.create(values) for values in lines)]

    @api.depends("company_id", "all_companies", "span", "period_id", "from_period_id", "against")
    def _compute_months(self):
        for page in self:
            sides = page._sides()
            page.months, page.months_before = (page._months_words(sides[side]) for side in ("now", "before"))

    @api.depends("partner_id", "months")
    def _compute_display_name(self):
        """Name customer and months, never an amount."""
        for page in self:
            names = (page.partner_id.display_name, page.months)
            page.display_name = ", ".join(filter(None, names)) or self.env._("Customer Statement")

    def _choices(self):
        """Name what people choose on the page: everything else follows from it."""
        return [
            "partner_id",
            "company_id",
            "all_companies",
            "with_groups",
            "span",
            "period_id",
            "from_period_id",
            "against",
            "credits_by_invoice",
        ]

    def _sides(self):
        """Return ``{"now": periods, "before": periods}``, each of all companies on the page, the first month first."""
        self.ensure_one()
        ranges = self._ranges()
        nothing = self.env["crm.cost.period"]
        if not ranges:
            return {"now": nothing, "before": nothing}
        first, last = min(days[0] for days in ranges.values()), max(days[1] for days in ranges.values())
        domain = self._periods_domain() & Domain("date_to", ">=", first) & Domain("date_to", "<=", last)
        found = nothing.search(domain, order="date_from, company_id")
        if not self.period_id.shown:
            # A version in work was chosen: its own figures, not those of the one that reports read.
            found = (found - self.period_id._versions() | self.period_id).sorted("date_from")
        sides = {
            side: found.filtered(lambda period, days=days: days[0] <= period.date_to <= days[1])
            for side, days in ranges.items()
        }
        return {"before": nothing, **sides}

    def _ranges(self):
        """Return ``{side: (first day, last day)}`` in which the months of each side end."""
        if not self.period_id:
            return {}
        _day, year_end = self.period_id._fiscal_end(self.company_id)
        last = spans.number(self.period_id.date_to)
        first = spans.number(self.from_period_id.date_to) if self.from_period_id else None
        now = spans.span(self.span, last, first, year_end)
        before = spans.compared(*now, self.against)
        return {side: spans.days(*span) for side, span in (("now", now), ("before", before)) if span}

    def _periods(self):
        sides = self._sides()
        return sides["now"] | sides["before"]

    def _months_words(self, periods):
        names = sorted(set(periods.mapped("name")))
        return f"{names[0]} – {names[-1]}" if len(names) > 1 else "".join(names)

    def _partners(self):
        """Return the customer, or the group that is read as one with him."""
        partner = self.partner_id.commercial_partner_id
        ranges = self._ranges()
        if not (self.with_groups and partner and ranges):
            return partner
        days = ranges["now"]
        return self.env["crm.partner.relation"].sudo()._cost_group(partner, *days).with_env(self.env)

    def _rows(self):
        """Return the rows of the statement, the figures of both sides in each."""
        return statement.rows(*self._figures())

    @api.model
    def _open(self, partner, company, **values):
        """Return the action that opens the page."""
        page = self.create({"partner_id": partner.id, "company_id": company.id, **values})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Statement"),
            "res_model": self._name,
            "res_id": page.id,
            "view_mode": "form",
            # The curve asks for it without a button: nobody completes the action on the way.
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def action_open(self):
        """Open the page without a customer: he is chosen there."""
        return self._open(self.env["res.partner"], self.env.company)
