from odoo import api, fields, models


class CrmSatisfactionPromise(models.Model):
    """What somebody promised a customer, and until when: whoever meets the customer next should know it."""

    _name = "crm.satisfaction.promise"
    _inherit = "crm.cell.mixin"
    _description = "Promise to a Customer"
    _order = "date, id"
    _check_company_auto = True

    name = fields.Char(
        string="What Was Promised", required=True, help="In a few words; for example: call back, new unit."
    )
    case_id = fields.Many2one(
        "crm.satisfaction.case", required=True, ondelete="cascade", index=True, string="Recovery Case"
    )
    customer_id = fields.Many2one(related="case_id.customer_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    date = fields.Date(string="Until", required=True, help="Day by which it was promised.")
    user_id = fields.Many2one(
        "res.users",
        string="Promised by",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Who keeps it; gets an activity for that day.",
    )
    state = fields.Selection(
        [("open", "Open"), ("kept", "Kept"), ("broken", "Not Kept")],
        string="Status",
        required=True,
        default="open",
        readonly=True,
    )
    settled_on = fields.Date(readonly=True, help="Day on which it was kept, or given up.")
    activity_id = fields.Many2one("mail.activity", ondelete="set null", readonly=True, index="btree_not_null")
    is_late = fields.Boolean(compute="_compute_is_late", help="Open, and the day is over.")

    @api.depends("date", "state", "company_id")
    def _compute_is_late(self):
        for promise in self:
            today = (promise.company_id or self.env.company)._crm_today()
            promise.is_late = promise.state == "open" and bool(promise.date) and promise.date < today

    @api.model_create_multi
    def create(self, vals_list):
        """A promise begins open, and reminds whoever gave it."""
        promises = super().create([{**vals, "state": "open", "settled_on": False} for vals in vals_list])
        for promise in promises:
            promise.sudo().activity_id = promise.case_id.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                promise.date,
                summary=self.env._("Keep the promise: %(promise)s", promise=promise.name),
                user_id=promise.user_id.id,
            )
        return promises

    def write(self, vals):
        """The reminder follows day and person; how it ended is written by the buttons only."""
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name not in ("state", "settled_on", "activity_id")}
        result = super().write(vals)
        for promise in self.filtered("activity_id") if vals.keys() & {"date", "user_id", "name"} else ():
            promise.activity_id.sudo().write(
                {
                    "date_deadline": promise.date,
                    "user_id": promise.user_id.id,
                    "summary": self.env._("Keep the promise: %(promise)s", promise=promise.name),
                }
            )
        return result

    def unlink(self):
        self.activity_id.sudo().unlink()
        return super().unlink()

    def action_kept(self):
        """Note that a promise was kept."""
        self._settle("kept")

    def action_broken(self):
        """Note that a promise was not kept."""
        self._settle("broken")

    def _settle(self, state):
        self.check_access("write")
        for promise in self.filtered(lambda promise: promise.state == "open"):
            promise.sudo().write({"state": state, "settled_on": promise.company_id._crm_today()})
            promise.activity_id.sudo().unlink()
