from odoo import fields, models

READ_GROUP = "crm_segmentation.group_insight_read"


class ResPartner(models.Model):
    _inherit = "res.partner"

    relation_side_ids = fields.One2many(
        "crm.partner.relation.side",
        "partner_id",
        string="Related Contacts",
        readonly=True,
        groups=READ_GROUP,
        help="Family, group, who recommended us, who advises them.",
    )

    def action_add_relation(self):
        """Open the dialogue that relates this contact to another, or to one that does not exist yet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Related Contact"),
            "res_model": "crm.partner.relation.add",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id},
        }
