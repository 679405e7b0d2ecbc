from odoo import models
from odoo.tools import sql


class IrModel(models.Model):
    _inherit = "ir.model"

    def unlink(self):
        """Let pools that count the people of a department count none when the employees app goes."""
        names = {"hr.department", "crm.team"}.intersection(self.mapped("model"))
        if names and sql.column_exists(self.env.cr, "crm_cost_pool", "staff_model"):
            pools_sudo = self.env["crm.cost.pool"].sudo().with_context(active_test=False)
            pools_sudo.search([("staff_model", "in", list(names))]).write(
                {"capacity_source": "fixed", "staff_model": False, "staff_id": False}
            )
        return super().unlink()
