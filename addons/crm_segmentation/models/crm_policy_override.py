from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmPolicyOverride(models.Model):
    """What was agreed with one customer, instead of what its segments say: why, by whom, until when."""

    _name = "crm.policy.override"
    _inherit = ["crm.policy.mixin", "crm.cell.mixin"]
    _description = "Agreed Service Policy"
    _order = "date_end desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        help="A contact stands for its company.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company, index=True
    )
    reason = fields.Text(required=True, help="Why this customer is treated differently.")
    date_end = fields.Date(string="Until", required=True, help="The last day on which it holds.")
    user_id = fields.Many2one(
        "res.users",
        string="Agreed by",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Whoever wrote or last changed it.",
    )
    policy_no_contact = fields.Boolean(
        string="No Contact Rhythm",
        help="The customer does not want to be contacted regularly, whatever its segments say.",
    )
    is_expired = fields.Boolean(
        string="Expired", compute="_compute_is_expired", help="The last day is over; segments decide again."
    )

    _active_idx = models.Index("(partner_id, company_id, date_end)")

    @api.depends("date_end", "company_id")
    def _compute_is_expired(self):
        for override in self:
            today = (override.company_id or self.env.company)._crm_today()
            override.is_expired = bool(override.date_end) and override.date_end < today

    @api.constrains("reason")
    def _check_reason(self):
        for override in self:
            if not (override.reason or "").strip():
                raise ValidationError(self.env._("Say why this customer is treated differently."))

    @api.constrains("policy_team_id", "company_id")
    def _check_team(self):
        for override in self:
            team_company = override.policy_team_id.company_id
            if team_company and team_company != override.company_id:
                raise ValidationError(
                    self.env._(
                        "%(team)s works for another company than this agreement holds for.",
                        team=override.policy_team_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_agreed(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._prepare_agreed(vals))

    @api.model
    def _prepare_agreed(self, vals):
        """Name the customer and whoever answers for it: nobody agrees in somebody else's name."""
        vals = dict(vals)
        if vals.get("partner_id"):
            vals["partner_id"] = self.env["res.partner"].browse(vals["partner_id"]).commercial_partner_id.id
        if not self.env.su:
            vals["user_id"] = self.env.uid
        return vals
