from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

#: What is approved: it changes in a new version only.
CONTENT = {"name", "code", "purpose", "change_note", "team_ids"}
#: What only the buttons set.
STATUS = {"state", "version", "first_version_id", "approved_by_id", "approved_on", "owns_followup_stage"}


class CrmProcess(models.Model):
    """Versions: what was approved stays as it was, and running cases finish by it or are moved on purpose."""

    _inherit = "crm.process"

    version = fields.Integer(default=1, required=True, readonly=True, copy=False, tracking=True)
    first_version_id = fields.Many2one(
        "crm.process", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    change_note = fields.Text(
        string="What Changes", copy=False, help="What this version does differently from the one before, and why."
    )
    approver_ids = fields.Many2many(
        "res.users",
        "crm_process_approver_rel",
        string="Approvers",
        tracking=True,
        help="Who may approve this process and switch it on: the author, or somebody else. Nobody chosen: everybody "
        "who may configure processes.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    approved_on = fields.Datetime(readonly=True, copy=False)
    is_frozen = fields.Boolean(compute="_compute_is_frozen", help="Approved: it changes in a new version only.")
    can_approve = fields.Boolean(compute="_compute_can_approve")
    version_count = fields.Integer(string="Versions", compute="_compute_version_count")
    kept_lead_count = fields.Integer(
        string="On Earlier Versions",
        compute="_compute_kept_lead_count",
        groups="sales_team.group_sale_salesman",
        help="Running opportunities that began by an earlier version and finish by it unless they are moved.",
    )

    @api.depends("state", "approved_on")
    def _compute_is_frozen(self):
        for process in self:
            process.is_frozen = bool(process.approved_on) or process.state != "draft"

    @api.depends("approver_ids")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        configures = self.env.user.has_group("crm_segmentation.group_insight_configure")
        for process in self:
            process.can_approve = self.env.user in process.approver_ids if process.approver_ids else configures

    @api.depends("first_version_id", "version")
    def _compute_version_count(self):
        for process in self:
            process.version_count = len(process._get_versions())

    @api.depends("state", "first_version_id", "team_ids")
    def _compute_kept_lead_count(self):
        for process in self:
            kept = process.state == "effective" and process.version > 1
            process.kept_lead_count = self.env["crm.lead"].search_count(process._get_kept_leads_domain()) if kept else 0

    @api.depends("name", "version")
    def _compute_display_name(self):
        for process in self:
            process.display_name = (
                self.env._("%(name)s (version %(number)s)", name=process.name, number=process.version)
                if process.version > 1
                else process.name
            )

    @api.model_create_multi
    def create(self, vals_list):
        processes = super().create(vals_list)
        # Whether in the values or by a default in the context.
        if not self.env.su and any(process.is_frozen or process.version > 1 for process in processes):
            raise UserError(self.env._("A new process is a draft. Switch it on with the button."))
        return processes

    def write(self, vals):
        """Keep approved content as it was, and let nobody write past the buttons."""
        if not self.env.su and STATUS & vals.keys():
            self.check_access("write")
            raise UserError(self.env._("Status and version of a process are changed with its buttons."))
        if CONTENT & vals.keys():
            self.check_access("write")
            self._check_open()
        return super().write(vals)

    def action_request_approval(self):
        """Ask the approvers, each by an activity."""
        self.check_access("write")
        for process in self:
            if not process.approver_ids:
                raise UserError(self.env._("Choose who approves “%(name)s” first.", name=process.name))
            for user in process.approver_ids:
                process.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Read and approve %(process)s", process=process.display_name),
                    user_id=user.id,
                )

    def action_new_version(self):
        """Open the draft of the next version, made now unless somebody is writing it already."""
        self.ensure_one()
        self.check_access("write")
        versions = self._get_versions()
        draft = versions.filtered(lambda process: not process.is_frozen)[:1]
        return (draft or self._copy_as_version(max(versions.mapped("version")) + 1))._get_form_action()

    def action_view_versions(self):
        """Open all versions of the process."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_process_action")
        return {**action, "domain": [("id", "in", self._get_versions().ids)], "context": {"active_test": False}}

    def action_view_kept_leads(self):
        """Open the running opportunities that follow an earlier version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_action_phases")
        return {**action, "domain": self._get_kept_leads_domain()}

    def action_move_cases(self):
        """Let all running opportunities follow this version from now on."""
        self.ensure_one()
        self.check_access("write")
        leads_sudo = self.env["crm.lead"].sudo().search(self._get_kept_leads_domain())  # those of colleagues too
        leads_sudo._follow_current_version()

    def _check_open(self):
        """Refuse to change what was approved."""
        if frozen := self.filtered("is_frozen"):
            raise UserError(
                self.env._(
                    "“%(name)s” was approved: its text stays as it is. Make a new version to change it.",
                    name=frozen[0].display_name,
                )
            )

    def _check_approver(self):
        """Refuse who may not approve; the author may be an approver, and need not be."""
        for process in self:
            if not process.approver_ids:
                process.check_access("write")
            elif not self.env.su and not process.can_approve:
                raise AccessError(
                    self.env._(
                        "“%(name)s” is approved by %(persons)s.",
                        name=process.display_name,
                        persons=", ".join(process.approver_ids.mapped("name")),
                    )
                )

    def _get_family(self):
        return self.first_version_id or self

    def _get_versions(self):
        """Return all versions of the process, this one too."""
        first = self._get_family()
        return first | self.with_context(active_test=False).search([("first_version_id", "in", first.ids)])

    def _get_kept_leads_domain(self):
        earlier = self._get_versions() - self
        return [("team_id", "in", self.team_ids.ids), ("kept_process_id", "in", earlier.ids)]

    def _copy_as_version(self, number):
        new_sudo = self.sudo().copy(  # the status of a version is not for people to write
            {
                "name": self.name,
                "code": self.code,
                "team_ids": self.team_ids.ids,
                "followup_stage_id": self.followup_stage_id.id,
                "version": number,
                "first_version_id": self._get_family().id,
            }
        )
        return new_sudo.sudo(self.env.su)

    def _get_form_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_process_action")
        return {**action, "res_id": self.id, "view_mode": "form", "views": [(False, "form")]}

    def _prepare_approval(self):
        """Return what switching on writes; a version approved before keeps its approval."""
        approval = {} if self.approved_on else {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        return {"state": "effective", **approval}

    def _replace_version(self):
        """Retire the version in force; its running cases keep it."""
        former = self._get_versions().filtered(lambda process: process.state == "effective") - self
        for process in former:
            process._keep_cases()
            self.owns_followup_stage |= (
                process.owns_followup_stage and process.followup_stage_id == self.followup_stage_id
            )
            process.write({"state": "retired", "owns_followup_stage": False})

    def _keep_cases(self):
        """Note on each running case of the teams that it goes on by this version; no other case is written."""
        self.env["crm.lead"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead SET kept_process_id = %s
                 WHERE team_id IN %s AND active AND kept_process_id IS NULL
                   AND (company_id = %s OR company_id IS NULL OR %s)
                   AND (won_status = 'pending' OR (won_status = 'won' AND followup_end IS NULL))
                """,
                self.id,
                tuple(self.team_ids.ids),
                self.company_id.id or None,
                not self.company_id,
            )
        )
        self.message_post(
            body=Markup("<p>%s</p>")
            % self.env._("%(count)s running opportunities finish by this version.", count=self.env.cr.rowcount),
            subtype_xmlid="mail.mt_note",
        )
        self.env["crm.lead"].invalidate_model(["kept_process_id", "process_id"])
