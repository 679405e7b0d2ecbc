from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.phases import FOLLOWUP


class CrmProcess(models.Model):
    _name = "crm.process"
    _description = "Sales Process"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(copy=False, help="Short name used in documents, for example SP-01.")
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Leave empty for a process shared by all companies.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Process Owner",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Answers for the process: keeps it up to date and decides about changes.",
    )
    purpose = fields.Html(help="What the process is for, and what a good result looks like.")
    state = fields.Selection(
        [("draft", "Draft"), ("effective", "Effective"), ("retired", "Retired")],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="Draft: being written, nothing changes in the pipeline. Effective: its teams work by it and have an "
        "after-sales stage. Retired: no longer used; opportunities and their history stay.",
    )
    # Where it applies
    team_ids = fields.Many2many(
        "crm.team",
        "crm_process_team_rel",
        "process_id",
        "team_id",
        string="Sales Teams",
        check_company=True,
        copy=False,
        help="Teams that work by this process. Pipelines of other teams do not change.",
    )
    followup_stage_id = fields.Many2one(
        "crm.stage",
        string="After-sales Stage",
        ondelete="set null",
        copy=False,
        tracking=True,
        domain="[('is_won', '=', True), ('team_ids', '!=', False)]",
        help="Second won stage, after Won, seen by the chosen teams only. Leave empty to have one created when the "
        "process is switched on.",
    )
    owns_followup_stage = fields.Boolean(
        string="Created Its Stage",
        readonly=True,
        copy=False,
        help="The after-sales stage was created by this process, not chosen.",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0), version) WHERE code IS NOT NULL",
        "Another process of the company has this code.",
    )

    @api.constrains("state", "active", "team_ids", "followup_stage_id", "company_id")
    def _check_effective(self):
        """Keep what an effective process promises, whoever writes the fields."""
        for process in self.filtered(lambda process: process.active and process.state == "effective"):
            stage_sudo = process.followup_stage_id.sudo()
            if not process.team_ids or not stage_sudo:
                raise ValidationError(
                    self.env._("“%(name)s” needs sales teams and an after-sales stage.", name=process.name)
                )
            if not stage_sudo._is_followup() or process.team_ids - stage_sudo.team_ids:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” is the after-sales stage of “%(name)s”: it has to be a won stage of the phase "
                        "After-sales and belong to the teams of the process, and to no pipeline of all teams.",
                        stage=stage_sudo.name,
                        name=process.name,
                    )
                )
            process._check_one_per_team()

    def _check_one_per_team(self):
        other_sudo = self.sudo().search(  # whatever company it belongs to
            [("team_ids", "in", self.team_ids.ids), ("state", "=", "effective"), ("id", "!=", self.id)], limit=1
        )
        if other_sudo:
            raise ValidationError(
                self.env._(
                    "The team %(team)s already works by the process “%(name)s”. Retire that one first.",
                    team=(other_sudo.team_ids & self.team_ids.sudo())[:1].name,
                    name=other_sudo.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_effective(self):
        if effective := self.filtered(lambda process: process.state == "effective"):
            raise UserError(
                self.env._("“%(name)s” is effective. Retire it before you delete it.", name=effective[0].name)
            )

    def copy_data(self, default=None):
        named = default and "name" in default
        return [
            vals if named else {**vals, "name": self.env._("%(name)s (copy)", name=process.name)}
            for process, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def action_activate(self):
        """Approve the process and switch it on: its teams get an after-sales stage; no opportunity moves."""
        self._check_approver()
        # Approving includes the status, the one stage the process needs, and the end of the version before.
        for process in self.sudo().filtered(lambda process: process.state != "effective"):
            won_stages = process._won_stages()
            process._replace_version()
            if not process.followup_stage_id:
                stage = self.env["crm.stage"].sudo().create(process._prepare_followup_stage(won_stages))
                process.write({"followup_stage_id": stage.id, "owns_followup_stage": True})
            else:
                process._take_over_stage()
            process.sheet_ids._take_followup_stage()
            process.write(process._prepare_approval())

    def action_retire(self):
        """Switch the process off: opportunities in after-sales stay where they are."""
        self.check_access("write")
        self.sudo().state = "retired"  # status is not for people to write
        self.sudo()._remove_empty_stages()

    def action_draft(self):
        """Take a retired process up again; its approved text stays as it is."""
        self.check_access("write")
        self.sudo().filtered(lambda process: process.state == "retired").state = "draft"

    def _won_stages(self):
        """Return the stages in which the teams win; each team needs one."""
        self.ensure_one()
        if not self.team_ids:
            raise UserError(self.env._("Choose the sales teams that work by “%(name)s” first.", name=self.name))
        won_stages = self.env["crm.stage"].search(
            [
                ("is_won", "=", True),
                ("process_phase", "!=", FOLLOWUP),
                ("id", "!=", self.followup_stage_id.id),
                "|",
                ("team_ids", "=", False),
                ("team_ids", "in", self.team_ids.ids),
            ]
        )
        for team in self.team_ids:
            if not won_stages.filtered(lambda stage, team=team: not stage.team_ids or team in stage.team_ids):
                raise UserError(
                    self.env._(
                        "The pipeline of %(team)s has no won stage for After-sales to come after.", team=team.name
                    )
                )
        return won_stages

    def _prepare_followup_stage(self, won_stages):
        return {
            "name": self.env._("After-sales"),
            "is_won": True,
            "process_phase": FOLLOWUP,
            "sequence": max(won_stages.mapped("sequence")) + 1,
            "team_ids": [fields.Command.set(self.team_ids.ids)],
            "color": 4,
            "requirements": self.env._("Deliver, collect, ask how it went, and note what the customer wants next."),
        }

    def _take_over_stage(self):
        """Make the stage somebody chose the after-sales stage of the teams."""
        stage_sudo = self.followup_stage_id.sudo()  # as in action_activate
        if not stage_sudo.is_won or not stage_sudo.with_context(active_test=False).team_ids:
            raise UserError(
                self.env._(
                    "“%(stage)s” cannot be the after-sales stage: choose a won stage that belongs to teams, or leave "
                    "the field empty to have one created.",
                    stage=stage_sudo.name,
                )
            )
        stage_sudo.write(
            {
                "process_phase": FOLLOWUP,
                "team_ids": [fields.Command.link(team.id) for team in self.team_ids - stage_sudo.team_ids],
            }
        )

    def _remove_empty_stages(self):
        """Remove the after-sales stages made by these processes that nobody needs; one with opportunities stays."""
        for process in self.filtered("owns_followup_stage"):
            stage_sudo = process.followup_stage_id.sudo()  # opportunities of everybody count
            used = self.env["crm.lead"].sudo().with_context(active_test=False)
            if used.search_count([("stage_id", "=", stage_sudo.id)], limit=1) or self.sudo().search_count(
                [("followup_stage_id", "=", stage_sudo.id), ("id", "not in", process.ids)], limit=1
            ):
                continue
            if process.sheet_ids.search_count([("stage_id", "=", stage_sudo.id)], limit=1):
                continue  # an approved sheet describes it
            process.write({"followup_stage_id": False, "owns_followup_stage": False})
            stage_sudo.unlink()
