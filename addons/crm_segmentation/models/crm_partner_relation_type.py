from odoo import api, fields, models


class CrmPartnerRelationType(models.Model):
    _name = "crm.partner.relation.type"
    _description = "Kind of Relation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="What the first is to the second, for example parent of.")
    inverse_name = fields.Char(
        translate=True,
        help="What the second is to the first, for example child of. Empty: same.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    def _role(self, is_inverse):
        """Return the name seen from one of the two sides."""
        return (self.inverse_name or self.name) if is_inverse else self.name

    @api.depends("name", "inverse_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for kind in self:
            names = [kind.name, kind.inverse_name] if kind.inverse_name != kind.name else [kind.name]
            kind.display_name = " / ".join(filter(None, names))
