from odoo import api, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.ondelete(at_uninstall=False)
    def _unlink_from_cost_lines(self):
        """Months in work go on without these sales teams; closed ones keep their names."""
        self.env["crm.cost.line"].sudo()._let_go("team_id", self)
