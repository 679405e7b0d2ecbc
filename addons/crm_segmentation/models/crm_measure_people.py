"""Who a document counts for, and who may see the result."""

from odoo import fields, models
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
        help="Only members of these groups see the values. Left empty, everybody with Customer Insight sees them.",
    )
    has_rhythm = fields.Boolean(
        string="Keep the Rhythm",
        help="Also keep the median number of days between two days with documents, for each customer.",
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
