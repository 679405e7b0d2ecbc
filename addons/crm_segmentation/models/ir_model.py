from odoo import fields, models
from odoo.fields import Domain

#: Links that lead from nearly every record to some contact, which is none of its customers.
NO_WAY = ("res.users", "res.company", "res.partner.bank", "mail.alias", "mail.alias.domain")
LOG_ACCESS = ("create_uid", "write_uid")
#: What the server needs for itself.
TECHNICAL = (
    "account.partial.",
    "account.reconcile.",
    "base.",
    "base_",
    "bus.",
    "calendar.filters",
    "digest.",
    "discuss.channel.",
    "gamification.",
    "hr.",
    "ir.",
    "mail.",
    "payment.",
    "privacy.",
    "report.",
    "res.",
    "sms.",
    "snailmail.",
    "web.",
    "web_",
)


class IrModel(models.Model):
    _inherit = "ir.model"

    crm_is_document = fields.Boolean(
        string="Documents of Customers",
        compute="_compute_crm_is_document",
        search="_search_crm_is_document",
        help="Records of this kind lead to a contact, so that a customer indicator can count them.",
    )

    def _compute_crm_is_document(self):
        names = self._crm_document_models()
        for model in self:
            model.crm_is_document = model.model in names

    def _search_crm_is_document(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("model", "in" if True in value else "not in", list(self._crm_document_models()))

    def _crm_document_models(self):
        """Return the names of the models whose records lead to a contact in one step, or in two over a document."""
        links = {
            name: [
                field
                for field in model._fields.values()
                if field.store and field.type in ("many2one", "many2many", "one2many") and field.name not in LOG_ACCESS
            ]
            for name, model in self.env.registry.items()
            if not model._abstract and not model._transient and not _is_technical(name, model)
        }
        direct = {name for name, fields_ in links.items() if any(f.comodel_name == "res.partner" for f in fields_)}
        return direct | {
            name
            for name, fields_ in links.items()
            if any(f.type == "many2one" and f.comodel_name in direct - {name, *NO_WAY} for f in fields_)
        }


def _is_technical(name, model):
    """Say whether records are the server's own, or figures that were computed from documents."""
    if name == "res.partner":
        return False
    derived = model._original_module == "crm_segmentation" and model._auto
    return derived or name.startswith(TECHNICAL)
