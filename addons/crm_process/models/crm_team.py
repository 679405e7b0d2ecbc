from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_ids = fields.Many2many(
        "crm.process",
        "crm_process_team_rel",
        "team_id",
        "process_id",
        string="Processes",
        help="Processes written for this team; at most one of them is effective.",
    )
