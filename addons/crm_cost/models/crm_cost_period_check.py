"""How a month answers the questions asked before closing."""

from odoo import api, fields, models


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    check_ids = fields.One2many("crm.cost.check.result", "period_id", string="Checklist")
    warning_count = fields.Integer(compute="_compute_warning_count", help="Checks that found something.")
    sale_lock_state = fields.Char(
        string="Sales Lock Date", compute="_compute_lock_state", help="Up to when customer documents are locked."
    )
    fiscal_lock_state = fields.Char(
        string="Lock Date of All Entries", compute="_compute_lock_state", help="Up to when all entries are locked."
    )

    @api.depends("check_ids.count")
    def _compute_warning_count(self):
        for period in self:
            period.warning_count = len(period.check_ids.filtered("count"))

    @api.depends("company_id", "date_to")
    def _compute_lock_state(self):
        for period in self:
            for field, name in (("sale_lock_state", "sale_lock_date"), ("fiscal_lock_state", "fiscalyear_lock_date")):
                locked = period._lock_date(name)
                period[field] = str(locked) if locked else self.env._("None")

    def _lock_date(self, name):
        """Return the last day locked for everybody: the company's, a parent's, or the hard lock of all entries."""
        companies_sudo = self.company_id.sudo().parent_ids | self.company_id.sudo()
        names = {name, "fiscalyear_lock_date", "hard_lock_date"}
        return max((company[key] for company in companies_sudo for key in names if company[key]), default=False)

    def action_check(self):
        """Ask all questions again."""
        self.check_access("write")
        self._refuse_closed()
        self._lock()
        for period in self:
            period._run_checks()

    def _run_checks(self):
        """Ask every question and keep the answers; questions that make no sense here leave no row."""
        self.ensure_one()
        self.env.flush_all()
        period_sudo = self.sudo().with_company(self.company_id).with_context(allowed_company_ids=self.company_id.ids)
        rows = {row.check_id: row for row in period_sudo.check_ids}
        for check in period_sudo.env["crm.cost.check"].search([]):
            found = check._ask(period_sudo)
            if found is None:
                continue
            values = {
                "sequence": check.sequence,
                "model_name": found["model"],
                "domain": str(_plain(found["domain"])),
                "count": found["count"],
                "blocking": check.is_fixed or check.blocking,
            }
            row = rows.pop(check, None)
            if row:
                row.write(values)
            else:
                common = {"period_id": self.id, "company_id": self.company_id.id, "check_id": check.id}
                period_sudo.env["crm.cost.check.result"].create({**common, **values})
        period_sudo.check_ids.browse([row.id for row in rows.values()]).unlink()


def _plain(domain):
    """Return a domain that survives being stored as text."""
    return [
        (leaf[0], leaf[1], fields.Date.to_string(leaf[2]) if hasattr(leaf[2], "isoformat") else leaf[2])
        if isinstance(leaf, (tuple, list))
        else leaf
        for leaf in domain
    ]
