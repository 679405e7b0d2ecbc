from odoo import fields, models

#: New reminders a night for one person, when nobody typed a number.
RHYTHM_LIMIT = 20


class ResCompany(models.Model):
    """What a company does about service policies: nothing, until somebody switches it on."""

    _inherit = "res.company"

    crm_discount_check = fields.Selection(
        [("warn", "Warn on the order"), ("block", "Refuse until approved")],
        string="Discounts above the Ceiling",
        help="Empty: no check. Warn: the order names the lines. Refuse: such a quotation can be neither sent nor "
        "confirmed until somebody who may approve discounts gives a reason.",
    )
    crm_contact_rhythm = fields.Boolean(
        string="Remind of Contact Rhythms",
        help="Every night, whoever looks after a customer gets an activity when the contact rhythm has passed.",
    )
    crm_contact_rhythm_limit = fields.Integer(
        string="New Reminders per Person and Night",
        help="The longest overdue come first, the others follow in the next nights. 0: 20.",
    )

    _crm_rhythm_limit_positive = models.Constraint(
        "CHECK (crm_contact_rhythm_limit >= 0)", "The number of new reminders must not be negative."
    )

    def write(self, vals):
        """Whatever was offered before discounts are refused stays offered."""
        starts = self.browse()
        if vals.get("crm_discount_check") == "block":
            starts = self.filtered(lambda company: company.crm_discount_check != "block")
        result = super().write(vals)
        if starts:
            starts._crm_keep_offers()
        return result

    def _crm_keep_offers(self):
        """Note the highest discount of the offers that are out, so that customers can still accept them online."""
        orders = self.env["sale.order"].sudo().search([("company_id", "in", self.ids), ("state", "=", "sent")])
        for order in orders:
            order._note_offered_discount()
        self.env.flush_all()

    def _crm_rhythm_limit(self):
        self.ensure_one()
        return self.crm_contact_rhythm_limit or RHYTHM_LIMIT
