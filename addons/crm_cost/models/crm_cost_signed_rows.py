"""Which rows of a month are signed with it."""

from odoo import models


class CrmCostLine(models.Model):
    _name = "crm.cost.line"
    _inherit = ["crm.cost.line", "crm.cost.closed.mixin"]

    def _written_after_closing(self):
        """The link follows when contacts are merged; the signature covers number and name of the customer then."""
        return {"partner_id"}


class CrmCostReconciliation(models.Model):
    _name = "crm.cost.reconciliation"
    _inherit = ["crm.cost.reconciliation", "crm.cost.closed.mixin", "crm.cell.mixin"]


class CrmCostPoolResult(models.Model):
    _name = "crm.cost.pool.result"
    _inherit = ["crm.cost.pool.result", "crm.cost.closed.mixin", "crm.cell.mixin"]


class CrmCostCheckResult(models.Model):
    _name = "crm.cost.check.result"
    _inherit = ["crm.cost.check.result", "crm.cost.closed.mixin", "crm.cell.mixin"]


class CrmCostDirectResult(models.Model):
    _name = "crm.cost.direct.result"
    _inherit = ["crm.cost.direct.result", "crm.cost.closed.mixin", "crm.cell.mixin"]
