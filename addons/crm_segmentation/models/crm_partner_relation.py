from odoo import api, fields, models


class CrmPartnerRelation(models.Model):
    """What one contact is to another: family, group, who recommended us, who advises them. Kept once, shown on both."""

    _name = "crm.partner.relation"
    _inherit = "crm.cell.mixin"
    _description = "Relation Between Contacts"
    _order = "partner_id, type_id, id"

    partner_id = fields.Many2one("res.partner", string="Who", required=True, ondelete="cascade", index=True)
    type_id = fields.Many2one(
        "crm.partner.relation.type",
        string="Is",
        required=True,
        ondelete="restrict",
        help="What the first contact is to the second; the second sees the inverse name.",
    )
    other_id = fields.Many2one("res.partner", string="Of or To", required=True, ondelete="cascade", index=True)
    date_from = fields.Date(string="Since", help="Empty: always.")
    date_to = fields.Date(string="Until", help="Empty: still.")
    note = fields.Char()

    _not_oneself = models.Constraint("CHECK (partner_id <> other_id)", "Nobody is related to themselves.")
    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)", "A relation ends after it begins."
    )
    _once_uniq = models.UniqueIndex(
        "(partner_id, other_id, type_id) WHERE date_to IS NULL", "This relation is there already."
    )

    @api.depends("partner_id", "type_id", "other_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for relation in self:
            names = (relation.partner_id.display_name, relation.type_id.name, relation.other_id.display_name)
            relation.display_name = " ".join(filter(None, names))
