from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOVES = [("enter", "Entry"), ("leave", "Exit")]
#: What may be changed without becoming the owner: nothing of it decides what is done, or to whom.
HARMLESS = {"active", "sequence", "name"}


class CrmSegmentAction(models.Model):
    """What is started for each customer that enters or leaves a segment: once each time, with its owner's rights."""

    _name = "crm.segment.action"
    _description = "Segment Action"
    _order = "segment_id, sequence, id"

    name = fields.Char(required=True, translate=True, help="What it is for, in the list of what was done.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="Actions of one night run in this order.")
    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade", index=True)
    moved = fields.Selection(MOVES, string="On", required=True, default="enter", help="What starts it.")
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Only for customers of this company. Empty: of every company."
    )
    kind = fields.Selection(
        lambda self: self._kinds(),
        string="Do",
        required=True,
        default="activity",
        help="What is done for the customer.",
    )
    at_first_fill = fields.Boolean(
        string="Also for the First Members",
        help="Also for everybody who is in the segment when it is filled for the first time. Otherwise only for those "
        "who enter later.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Whoever last decided what is done. It is done with this person's rights.",
    )
    # Activity and activity plan
    plan_id = fields.Many2one(
        "mail.activity.plan", ondelete="restrict", domain=[("res_model", "=", "res.partner")], help="Plan to launch."
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="restrict",
        domain=["|", ("res_model", "=", False), ("res_model", "=", "res.partner")],
        help="Kind of activity to schedule.",
    )
    summary = fields.Char(translate=True, help="What is to be done.")
    days = fields.Integer(string="Due In", default=0, help="Days from the day on which it is scheduled.")
    responsible_id = fields.Many2one(
        "res.users",
        string="Else Assigned to",
        ondelete="restrict",
        help="Who gets the activity when the customer has no active salesperson and no team with a leader.",
    )
    # The others
    server_action_id = fields.Many2one(
        "ir.actions.server",
        ondelete="restrict",
        domain=[("model_id.model", "=", "res.partner"), ("usage", "=", "ir_actions_server")],
        help="Action on contacts that the owner is allowed to run; it runs for one customer at a time.",
    )
    tag_id = fields.Many2one("res.partner.category", ondelete="restrict", help="Tag of the contact.")
    mailing_list = fields.Reference(
        lambda self: self._mailing_models(),
        compute="_compute_mailing_list",
        readonly=False,
        help="List to put the customer's e-mail address on, or to take it from.",
    )
    # A number, because a stored reference breaks when the app of its model is uninstalled.
    mailing_list_res_id = fields.Integer(string="Mailing List ID", readonly=True, help="Number of the list.")
    failed_count = fields.Integer(
        compute="_compute_failed_count", string="Failed", help="Customers for whom it raised an error."
    )

    _days_positive = models.Constraint("CHECK (days >= 0)", "An activity cannot be due before it is scheduled.")

    @api.model
    def _kinds(self):
        """Return what can be done; mailing lists only where they exist."""
        kinds = [
            ("activity", self.env._("Schedule an activity")),
            ("plan", self.env._("Launch an activity plan")),
            ("server", self.env._("Run a server action")),
            ("add_tag", self.env._("Add a tag")),
            ("remove_tag", self.env._("Remove a tag")),
        ]
        if self._mailing_models():
            kinds += [
                ("add_list", self.env._("Put on a mailing list")),
                ("remove_list", self.env._("Take off a mailing list")),
            ]
        return kinds

    @api.model
    def _mailing_models(self):
        return [("mailing.list", self.env._("Mailing List"))] if "mailing.list" in self.env.registry else []

    @api.depends("mailing_list_res_id")
    def _compute_mailing_list(self):
        for action in self:
            lists = self.env["mailing.list"] if self._mailing_models() else None
            found = lists is not None and lists.browse(action.mailing_list_res_id or []).exists()
            action.mailing_list = found and f"mailing.list,{found.id}"

    def _compute_failed_count(self):
        failed = [("action_id", "in", self.ids), ("state", "=", "failed")]
        counts = dict(self.env["crm.segment.event"]._read_group(failed, ["action_id"], ["__count"]))
        for action in self:
            action.failed_count = counts.get(action, 0)

    @api.constrains("kind", "plan_id", "activity_type_id", "server_action_id", "tag_id", "mailing_list_res_id")
    def _check_complete(self):
        for action in self:
            if not action._target():
                raise ValidationError(
                    self.env._("Choose what %(action)s is to do in detail.", action=action.name or action.kind)
                )
            if action.kind == "plan" and action.plan_id.res_model != "res.partner":
                raise ValidationError(self.env._("%(plan)s is no plan for contacts.", plan=action.plan_id.name))
            if action.kind == "server":
                action._check_may_run()

    @api.constrains("segment_id")
    def _check_segment_open(self):
        self.segment_id._check_effects_stay_closed()

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_target(vals) for vals in vals_list]
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Whoever decides anew what is done answers for it: nobody borrows the rights of somebody else."""
        vals = self._prepare_target(vals)
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "user_id"}
            if not HARMLESS.issuperset(vals):
                vals["user_id"] = self.env.uid
        return super().write(vals)

    @api.model
    def _prepare_target(self, vals):
        """Keep the number of the mailing list that was chosen."""
        if "mailing_list" not in vals:
            return vals
        number = (vals["mailing_list"] or ",0").split(",")[1]
        return {
            **{name: value for name, value in vals.items() if name != "mailing_list"},
            "mailing_list_res_id": int(number),
        }

    def action_open_failed(self):
        """Open the customers for whom this action raised an error."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_event_action")
        return {**action, "domain": [("action_id", "in", self.ids)], "context": {"search_default_failed": 1}}

    def action_start_for_members(self):
        """Start an entry action for everybody who is in the segment now and for whom it was never started."""
        self.check_access("write")
        started = sum(action.sudo()._take_members() for action in self)
        self.env.ref("crm_segmentation.job_segment_actions").sudo()._trigger_step()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(number)s customers noted; it is done in the next minutes.", number=started),
            },
        }

    def _target(self):
        """Return the record that says what is done in detail."""
        names = {"plan": "plan_id", "activity": "activity_type_id", "server": "server_action_id"}
        lists = {"add_list": "mailing_list", "remove_list": "mailing_list"}
        return self[{**names, **lists}.get(self.kind, "tag_id")]

    def _check_may_run(self):
        """Refuse a server action that the owner could not run by hand."""
        server_sudo, owner = self.server_action_id.sudo(), self.user_id
        if server_sudo.model_id.model != "res.partner":
            raise ValidationError(self.env._("%(action)s is no action on contacts.", action=server_sudo.name))
        allowed = server_sudo.group_ids & owner.all_group_ids if server_sudo.group_ids else True
        if not allowed or not self.env["res.partner"].with_user(owner).has_access("write"):
            raise ValidationError(
                self.env._("%(owner)s is not allowed to run %(action)s.", owner=owner.name, action=server_sudo.name)
            )
