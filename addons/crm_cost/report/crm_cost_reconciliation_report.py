from odoo import api, models
from odoo.exceptions import AccessError


class CrmCostReconciliationReport(models.AbstractModel):
    """The agreement with the ledger on paper, with the signature under it."""

    _name = "report.crm_cost.report_reconciliation"
    _description = "Agreement with the Ledger"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Hand out what the reader of the page may read, and nothing to others."""
        if not self.env.user.has_group("crm_cost.group_profit_reader"):
            raise AccessError(self.env._("You need access to customer profitability."))
        periods = self.env["crm.cost.period"].browse(docids)
        periods.check_access("read")
        return {"doc_model": periods._name, "docs": periods, "sheets": {p.id: p._agreement_sheet() for p in periods}}
