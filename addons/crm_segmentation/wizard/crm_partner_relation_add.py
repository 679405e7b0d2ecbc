from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmPartnerRelationAdd(models.TransientModel):
    """Relate somebody to a contact: one who is known, or one learnt of just now, who is created along with it."""

    _name = "crm.partner.relation.add"
    _description = "Add a Related Contact"

    partner_id = fields.Many2one("res.partner", string="Contact", required=True, ondelete="cascade", readonly=True)
    alert_id = fields.Many2one("crm.customer.alert", ondelete="cascade", readonly=True)
    role = fields.Selection(
        "_selection_role",
        string="The Other Is",
        required=True,
        help="What the other one is to this contact.",
    )
    other_id = fields.Many2one(
        "res.partner", string="Known Contact", ondelete="cascade", help="Somebody who is in the address book already."
    )
    name = fields.Char(help="Of a person or company not known yet.")
    is_company = fields.Boolean(string="Company")
    phone = fields.Char()
    email = fields.Char()
    note = fields.Char(help="What was said about it.")
    date_from = fields.Date(string="Since")
    with_opportunity = fields.Boolean(
        string="Begin an Opportunity", help="Also create an opportunity for the related contact."
    )

    @api.model
    def _selection_role(self):
        """Each kind of relation from both sides, in the reader's language."""
        roles = []
        for kind in self.env["crm.partner.relation.type"].search([]):
            roles.append((f"{kind.id}-0", kind._role(False)))
            if kind._role(True) != kind._role(False):
                roles.append((f"{kind.id}-1", kind._role(True)))
        return roles

    def action_add(self):
        """Create the contact, where it is new, and the relation."""
        self.ensure_one()
        other = self.other_id or self._create_contact()
        kind, inverse = self.role.split("-")
        ends = (self.partner_id, other) if inverse == "1" else (other, self.partner_id)
        self.env["crm.partner.relation"].create(
            {
                "partner_id": ends[0].id,
                "type_id": int(kind),
                "other_id": ends[1].id,
                "date_from": self.date_from,
                "note": self.note,
            }
        )
        if self.with_opportunity and self.alert_id:
            return self.alert_id._new_opportunity(other)
        return {"type": "ir.actions.act_window_close"}

    def _create_contact(self):
        if not (self.name or "").strip():
            raise UserError(self.env._("Choose a contact, or write the name of a new one."))
        return self.env["res.partner"].create(
            {
                "name": self.name.strip(),
                "is_company": self.is_company,
                "phone": self.phone,
                "email": self.email,
                "user_id": self.partner_id.user_id.id,
                "company_id": self.partner_id.company_id.id,
            }
        )
