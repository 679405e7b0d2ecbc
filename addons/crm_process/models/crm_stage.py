from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.phases import FOLLOWUP, map_phases

PHASES = [
    ("needs", "Needs"),
    ("solution", "Solution"),
    ("sale", "Sale"),
    ("followup", "After-sales"),
]


class CrmStage(models.Model):
    _inherit = "crm.stage"

    # No default: a stage made by somebody who knows nothing of phases stays without one.
    process_phase = fields.Selection(
        PHASES,
        string="Phase",
        help="Part of the process this stage belongs to: collect needs, design the solution, close the sale, "
        "or deliver and care (After-sales). Reports and filters on opportunities use it.",
    )

    @api.constrains("is_won", "team_ids", "process_phase")
    def _check_followup_of_process(self):
        processes_sudo = self.env["crm.process"].sudo()  # processes of other companies count as well
        processes_sudo.search([("followup_stage_id", "in", self.ids), ("state", "=", "effective")])._check_effective()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_followup_of_process(self):
        process_sudo = self.env["crm.process"].sudo()  # processes of other companies count as well
        process_sudo = process_sudo.search(
            [("followup_stage_id", "in", self.ids), ("state", "=", "effective")], limit=1
        )
        if process_sudo:
            raise UserError(
                self.env._(
                    "The stage “%(stage)s” is the after-sales stage of the process “%(process)s”. "
                    "Retire the process first.",
                    stage=process_sudo.followup_stage_id.name,
                    process=process_sudo.name,
                )
            )

    def _is_followup(self):
        """Tell whether opportunities in this stage are won and in after-sales."""
        return self.is_won and self.process_phase == FOLLOWUP

    @api.model
    def _map_phases(self):
        """Give each stage without a phase the one its place in the pipeline suggests."""
        stages = self.search([])
        # Archived teams still own their stages.
        teams = stages.with_context(active_test=False)
        mapped = map_phases([(stage.id, stage.is_won, stage.team_ids.ids) for stage in teams])
        for phase, members in (
            stages.filtered(lambda stage: not stage.process_phase).grouped(lambda stage: mapped[stage.id]).items()
        ):
            members.process_phase = phase
