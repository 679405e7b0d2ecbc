from odoo import api, fields, models
from odoo.tools import SQL


class CrmPartnerRelationSide(models.Model):
    """Each relation twice: as each of the two contacts sees it."""

    _name = "crm.partner.relation.side"
    _inherit = "crm.cell.mixin"
    _description = "Related Contact"
    _auto = False
    _order = "is_current desc, other_id, id"
    _rec_name = "other_id"
    _depends = {
        "crm.partner.relation": ["partner_id", "other_id", "type_id", "date_from", "date_to", "note"],
        "res.partner": ["commercial_partner_id"],
    }

    relation_id = fields.Many2one("crm.partner.relation", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    other_id = fields.Many2one("res.partner", string="Related Contact", readonly=True)
    type_id = fields.Many2one("crm.partner.relation.type", readonly=True)
    is_inverse = fields.Boolean(readonly=True)
    role = fields.Char(string="Who Is", compute="_compute_role", help="What the related contact is to this one.")
    date_from = fields.Date(string="Since", readonly=True)
    date_to = fields.Date(string="Until", readonly=True)
    is_current = fields.Boolean(string="Today", readonly=True, help="The relation has begun and has not ended.")
    note = fields.Char(readonly=True)
    other_active = fields.Boolean(related="other_id.active", string="Contact Active")

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT side.relation_id * 2 + side.is_inverse::integer AS id, side.*, contact.commercial_partner_id,
                   COALESCE(side.date_from, %(today)s) <= %(today)s AND COALESCE(side.date_to, %(today)s) >= %(today)s
                   AS is_current
              FROM (SELECT id AS relation_id, partner_id, other_id, type_id, TRUE AS is_inverse, date_from, date_to,
                           note
                      FROM crm_partner_relation
                     UNION ALL
                    SELECT id, other_id, partner_id, type_id, FALSE, date_from, date_to, note
                      FROM crm_partner_relation) side
              JOIN res_partner contact ON contact.id = side.partner_id
            """,
            today=today,
        )

    @api.depends("type_id", "is_inverse")
    @api.depends_context("lang")
    def _compute_role(self):
        """Seen from one contact, the other one is what the type says about that other one."""
        for side in self:
            side.role = side.type_id._role(side.is_inverse)

    def get_formview_action(self, access_uid=None):
        """Open the relation itself, where it can be changed."""
        self.ensure_one()
        return self.relation_id.get_formview_action(access_uid=access_uid)

    # From an alert

    def action_contact(self):
        """Write to the related contact."""
        self.ensure_one()
        return self.env["crm.customer.alert"]._compose(self.other_id)

    def action_plan_contact(self):
        """Note a call or a visit to the related contact, to be done by whoever presses the button."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contact %(name)s", name=self.other_id.display_name),
            "res_model": "mail.activity.schedule",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": self.other_id.ids,
                "default_res_model": "res.partner",
                "default_res_ids": str(self.other_id.ids),
                "default_activity_user_id": self.env.uid,
            },
        }

    def action_new_opportunity(self):
        """Begin an opportunity for the related contact; it counts for the alert it was begun from."""
        self.ensure_one()
        alert = self.env["crm.customer.alert"].browse(self.env.context.get("alert_id") or []).exists()
        if not alert or alert.partner_id != self.commercial_partner_id:
            return {
                **self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_action_pipeline"),
                "views": [(False, "form")],
                "context": {"default_partner_id": self.other_id.id, "default_type": "opportunity"},
            }
        return alert._new_opportunity(self.other_id)
