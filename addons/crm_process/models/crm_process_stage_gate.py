from odoo import fields, models


class CrmProcessStage(models.Model):
    """The gate of a stage: where an opportunity may go, who may bring it in, who may let it pass."""

    _inherit = "crm.process.stage"

    allowed_stage_ids = fields.Many2many(
        "crm.stage",
        "crm_process_stage_allowed_rel",
        string="May Go To",
        help="Stages into which people may move an opportunity from here. Empty: any stage.",
    )

    def _has_rule(self):
        """Tell whether anything is asked of somebody who moves an opportunity into or out of the stage."""
        return bool(
            self.allowed_stage_ids
            or self.mover_group_ids
            or self.mover_user_ids
            or any(output.evidence for output in self.output_ids)
        )

    def _may_move_in(self, user):
        groups, users = self.mover_group_ids, self.mover_user_ids
        return not (groups or users) or user in users or bool(groups & user.all_group_ids)

    def _describe_movers(self):
        """Return who may move in, as a person would say it."""
        names = [*self.mover_group_ids.sudo().mapped("full_name"), *self.mover_user_ids.sudo().mapped("name")]
        return self.env._("into “%(stage)s” it is moved by: %(who)s", stage=self.display_name, who=", ".join(names))

    def _get_road_problems(self, target):
        """Return what the road says against a move from this stage to ``target``."""
        problems = []
        if self.allowed_stage_ids and target not in self.allowed_stage_ids:
            names = ", ".join(self.allowed_stage_ids.mapped("name"))
            problems.append(self.env._("from here it may go to: %(stages)s", stages=names))
        process = self.process_id
        if process.no_skipping and (skipped := process._get_sheets_between(self.stage_id, target)):
            names = ", ".join(skipped.mapped("display_name"))
            problems.append(self.env._("it skips: %(stages)s", stages=names))
        return problems

    def _may_override(self, user):
        return user in self.override_user_ids or bool(self.override_group_ids & user.all_group_ids)
