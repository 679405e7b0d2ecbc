from odoo import api, fields, models


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

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._check_process_change(teams.process_ids)
        return teams

    def write(self, vals):
        if "process_ids" not in vals:
            return super().write(vals)
        before = {team: team.process_ids for team in self}
        result = super().write(vals)
        for team, former in before.items():
            team._check_process_change((former | team.process_ids) - (former & team.process_ids))
        return result

    def _check_process_change(self, processes):
        """Which teams work by a process is part of what was approved, whichever side it is written from."""
        processes._check_open()
