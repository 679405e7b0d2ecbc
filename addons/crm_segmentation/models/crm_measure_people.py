"""Who a document counts for, and who may see the result."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    multi_customer = fields.Selection(
        [("full", "Each customer gets the whole document"), ("shared", "Divided equally among the customers")],
        string="Several Customers",
        required=True,
        default="full",
        help="What happens to a document that reaches several customers, such as a meeting with two of them. A "
        "document that reaches the same customer twice counts once either way.",
    )
    user_path = fields.Char(
        string="Path to the User",
        help="Fields from the document to the user who did the work, for figures per user and team. Leave empty when "
        "the documents have none.",
    )
    team_path = fields.Char(
        string="Path to the Sales Team",
        help="Fields from the document to the sales team. Left empty, a document belongs to the team of its user.",
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Visible to",
        ondelete="restrict",
        help="Only members of these groups see the values. Left empty, everybody with Customer Insight sees them.",
    )
    has_rhythm = fields.Boolean(
        string="Keep the Rhythm",
        help="Also keep the median number of days between two days with documents, for each customer.",
    )

    restricted_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Who chose the groups that see the values. Only this user or an administrator may open them to others.",
    )
    rights_note = fields.Text(
        string="Whose Documents", compute="_compute_rights_note", help="Which documents the figures leave out."
    )

    @api.depends("reviewed", "owner_id.active", "model_id", "kind")
    def _compute_rights_note(self):
        for measure in self:
            lines = [] if measure.reviewed else measure._rights_lines()
            measure.rights_note = "\n".join(lines) or False

    def _rights_lines(self):
        """Return in words which documents an indicator that nobody reviewed cannot see."""
        owner = self.owner_id.sudo()
        lines = [self.env._("Counts the documents that %(owner)s may see.", owner=owner.name)]
        if not owner.active and owner.id != SUPERUSER_ID:
            lines.append(self.env._("%(owner)s is archived: the last figures stay as they are.", owner=owner.name))
        everywhere = self.env["res.company"].sudo().with_context(active_test=False).search([])
        unseen = everywhere - owner.company_ids
        if unseen and self.company_path:
            names = ", ".join(unseen.mapped("name"))
            lines.append(self.env._("Not counted are the documents of: %(companies)s.", companies=names))
        if self._is_ruled(owner):
            lines.append(
                self.env._("Access rules hide some documents from %(owner)s: they are missing.", owner=owner.name)
            )
        return lines

    def _is_ruled(self, owner):
        """Say whether record rules other than those of companies can hide documents from the owner."""
        if self.model_name not in self.env:
            return False
        rules = self.env["ir.rule"].with_user(owner).sudo(False)._compute_domain(self.model_name, "read")
        names = {condition.field_expr.split(".")[0] for condition in rules.iter_conditions()}
        return bool(names - {"company_id", "company_ids"})

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        for measure in measures:
            measure.sudo().restricted_by_id = self.env.user if measure.group_ids else False
        return measures

    def write(self, vals):
        """Keep restricted values restricted: whoever may set up indicators may still not read all of them."""
        if not self._is_administrator():
            self._check_may_restrict(vals)
        if "group_ids" in vals:
            vals = {**vals, "restricted_by_id": self.env.uid}
        return super().write(vals)

    def _check_may_restrict(self, vals):
        foreign = self.filtered(lambda measure: measure.group_ids and measure.restricted_by_id != self.env.user)
        if "restricted_by_id" in vals or ("group_ids" in vals and foreign):
            raise AccessError(
                self.env._("Only an administrator, or whoever restricted the values, may open them to other groups.")
            )

    def _check_values_access(self):
        """Refuse the values to whoever may not see them; every method that returns values asks first."""
        if self.env.su:
            return
        self.env["crm.measure.value"].check_access("read")
        mine = self.env.user.all_group_ids
        for measure in self | self.numerator_id | self.denominator_id:
            restricted = measure.sudo().group_ids
            if restricted and not restricted & mine:
                raise AccessError(
                    self.env._("The values of %(name)s are only for members of certain groups.", name=measure.name)
                )
