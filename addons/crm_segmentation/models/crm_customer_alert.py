from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .crm_alert_finding import SEVERITIES
from .crm_alert_rule import KINDS

STATES = [("new", "To Contact"), ("contacted", "Contacted"), ("reason", "Reason Found"), ("closed", "Closed")]
#: What people write; all else is what the night found, and stays as it was found.
WORKED = {"user_id", "reason_id", "learnt", "outcome_ids"}


class CrmCustomerAlert(models.Model):
    """Something about a customer that is not normal, and what came of it: signal, contact, reason, outcome.

    The figures in it are for whoever may read them: none of them goes into activities, mails or names.
    """

    _name = "crm.customer.alert"
    _inherit = ["crm.cell.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Customer Alert"
    _order = "severity desc, deadline, id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    rule_id = fields.Many2one(
        "crm.alert.rule",
        required=True,
        ondelete="restrict",
        readonly=True,
        index=True,
        help="What raised it; the rule as it was then is among the evidence.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, help="What the rule looks at.")
    measure_ids = fields.Many2many(
        "crm.measure",
        string="Judged By",
        readonly=True,
        ondelete="restrict",
        context={"active_test": False},
        help="Indicators behind it: only who may see their values sees the alert.",
    )
    # What was found
    key = fields.Char(required=True, readonly=True, help="What it is about: a document, or a state and its day.")
    day = fields.Date(required=True, readonly=True, help="Day of the document, or on which the limit was crossed.")
    evidence = fields.Json(readonly=True, help="The figures it was judged by, as they were then.")
    rule_text = fields.Text(string="Rule Then", readonly=True, help="The rule in words, as it was then.")
    figure = fields.Float(readonly=True, aggregator=None, help="What was observed.")
    score = fields.Float(
        readonly=True, aggregator=None, help="How far from usual, in the unit of the rule's threshold."
    )
    value = fields.Monetary(
        string="At Stake", readonly=True, help="Amount of the transaction or change, else revenue of the window."
    )
    severity = fields.Selection(SEVERITIES, required=True, readonly=True, help="By the amounts of the rule.")
    last_found_on = fields.Date(
        string="Last Found", readonly=True, help="Day on which something was last found that belongs to it."
    )
    advice = fields.Text(related="rule_id.description", string="What to Do")
    finding_ids = fields.One2many(
        "crm.alert.finding",
        "alert_id",
        string="Found",
        readonly=True,
        help="All that was found and belongs to this case, of other rules too.",
    )
    # Who works on it, and how far it is
    user_id = fields.Many2one(
        "res.users",
        string="Person in Charge",
        domain=[("share", "=", False)],
        tracking=True,
        index="btree_not_null",
        help="The customer's salesperson, else the leader of the team, else the person named in the rule.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        readonly=True,
        index="btree_not_null",
        help="Team of the person in charge when the alert was raised: its members may work on the alert too.",
    )
    raised_on = fields.Date(string="Raised", required=True, readonly=True, help="Day, where the company is.")
    raised_at = fields.Datetime(readonly=True, help="The clock to the contact runs from here.")
    deadline = fields.Datetime(readonly=True, help="The customer should be contacted until then; working hours.")
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        default="new",
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Moved by the buttons, each with its time: contacted, reason found, closed with an outcome.",
    )
    contacted_at = fields.Datetime(string="Contacted", readonly=True, help="When the customer was spoken to.")
    reason_at = fields.Datetime(string="Reason Found", readonly=True, help="When the reason was known.")
    closed_at = fields.Datetime(string="Closed", readonly=True, help="When it was closed.")
    hours_to_contact = fields.Float(
        string="Hours to Contact", readonly=True, aggregator="avg", help="From the alert to the contact."
    )
    reason_id = fields.Many2one(
        "crm.alert.reason", tracking=True, index="btree_not_null", help="Why it happened, as the customer told it."
    )
    learnt = fields.Text(string="What Was Learnt", help="What the customer said, in words the next reader needs.")
    outcome_ids = fields.One2many(
        "crm.alert.outcome", "alert_id", string="Outcomes", help="What came of it, at the customer and elsewhere."
    )
    result = fields.Selection(
        [("hit", "Something real"), ("false", "False alarm")],
        compute="_compute_result",
        store=True,
        help="False alarm: closed, and every outcome says that nothing was wrong.",
    )

    _open_uniq = models.UniqueIndex(
        "(rule_id, company_id, partner_id) WHERE state <> 'closed'",
        "There is an open alert of this rule for the customer already.",
    )
    _morning_idx = models.Index("(severity DESC, deadline, id) WHERE state <> 'closed'")
    _rule_day_idx = models.Index("(rule_id, company_id, raised_on)")

    @api.depends("partner_id", "rule_id")
    def _compute_display_name(self):
        """Activities and mails carry the name to whoever gets them: that of a restricted rule is left out."""
        for alert in self:
            names = [alert.partner_id.display_name]
            if not alert.sudo().measure_ids.group_ids:
                names.append(alert.rule_id.name)
            alert.display_name = ": ".join(name for name in names if name)

    @api.depends("state", "outcome_ids.kind")
    def _compute_result(self):
        for alert in self:
            kinds = set(alert.outcome_ids.mapped("kind"))
            closed = "false" if kinds == {"nothing"} else "hit"
            alert.result = closed if alert.state == "closed" and kinds else False

    def write(self, vals):
        """What was found stays as it was found; people write what they do about it."""
        if not self.env.su:
            foreign = {name for name in vals if name in self._own_columns() and name not in WORKED}
            if foreign:
                raise AccessError(self.env._("What an alert found cannot be changed, only what came of it."))
        if "reason_id" in vals and not vals["reason_id"] and "closed" in self.mapped("state"):
            raise UserError(self.env._("An alert that is closed keeps its reason."))
        if "user_id" not in vals:
            return super().write(vals)
        user = self.env["res.users"].browse(vals["user_id"] or [])
        if user:
            self._check_may_read(user)
        former = {alert: alert.user_id for alert in self}
        result = super().write(vals)
        self._hand_over_reminders(former, user)
        return result

    def _hand_over_reminders(self, former, user):
        """Give the reminders of whoever was in charge to whoever is now."""
        for alert, person in former.items():
            theirs_sudo = alert.sudo().activity_ids.filtered(lambda activity, of=person: activity.user_id == of)
            if user and theirs_sudo:
                theirs_sudo.with_context(mail_activity_quick_update=True).user_id = user
            elif user != person:
                theirs_sudo.unlink()
                alert.filtered(lambda open_alert: open_alert.state == "new").sudo()._remind()

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The conversation is among ourselves: the customer is never offered as somebody to write to."""
        return []

    @api.model
    def _own_columns(self):
        return {name for name, field in self._fields.items() if field._module == "crm_segmentation"}

    def _check_may_read(self, user):
        """Nobody is put in charge of what they may not see."""
        for alert in self:
            if not self._can_own(user, alert.company_id, alert.sudo().measure_ids):
                raise UserError(self.env._("%(name)s may not see %(alert)s.", name=user.name, alert=alert.display_name))

    # Raising, by the job

    @api.model
    def _raised_today(self, rules, company):
        """Return ``{(rule id, user id): number}`` of the alerts raised today."""
        groups = self._read_group(
            [("rule_id", "in", rules.ids), ("company_id", "=", company.id), ("raised_on", "=", company._crm_today())],
            ["rule_id", "user_id"],
            ["__count"],
        )
        return {(rule.id, user.id): count for rule, user, count in groups}

    @api.model
    def _raise(self, vals_list):
        """Create alerts in silence, each with an activity for the person in charge; nothing is mailed."""
        quiet = self.with_context(
            tracking_disable=True, mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True, mail_notrack=True
        )
        alerts = quiet.create([{n: v for n, v in vals.items() if n != "finding"} for vals in vals_list])
        alerts._remind()
        return alerts.with_env(self.env)

    def _remind(self):
        """Give the person in charge an activity; without figures, because it is shown outside the alert too."""
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        model = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": alert.id,
                    "activity_type_id": todo.id if todo else False,
                    "summary": self.env._("Contact the customer"),
                    "date_deadline": alert._deadline_day(),
                    "user_id": alert.user_id.id,
                }
                for alert in self
                if alert.user_id
            ]
        )

    @api.model
    def _find_owners(self):
        """Give open alerts of people who left to somebody else; return the number of alerts written."""
        self.env.cr.execute(
            SQL(
                "SELECT a.id FROM crm_customer_alert a JOIN res_users u ON u.id = a.user_id"
                " WHERE a.state <> 'closed' AND NOT u.active"
            )
        )
        left, written = self.browse(id_ for (id_,) in self.env.cr.fetchall()), 0
        for alert in left:
            owner = self._owner_for(alert.rule_id, alert.partner_id, alert.company_id)
            alert.with_context(tracking_disable=True, mail_auto_subscribe_no_notify=True).user_id = owner
            written += 1
        return written
