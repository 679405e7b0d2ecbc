from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSatisfactionErasure(models.Model):
    """That something was erased, when and by whom: never what, and never about whom by name."""

    _name = "crm.satisfaction.erasure"
    _description = "Erasure of Satisfaction Data"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        [("retention", "Comments past their time"), ("person", "A person's data, on request")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(
        "res.users", string="Erased by", required=True, readonly=True, ondelete="restrict", default=lambda s: s.env.user
    )
    partner_number = fields.Integer(
        string="Contact (ID)",
        readonly=True,
        aggregator=None,
        help="Database id of the contact; nothing else of it is kept.",
    )
    comments = fields.Integer(readonly=True, help="Comments erased.")
    answers = fields.Integer(readonly=True, help="Answers that lost their person; the scores stay.")

    @api.model
    def _log(self, kind, company, comments, answers=0, partner=None):
        if not self.env.su:
            raise UserError(self.env._("The log of erasures is written by the system only."))
        self.create(
            {
                "kind": kind,
                "company_id": company.id,
                "comments": comments,
                "answers": answers,
                "partner_number": partner.id if partner else False,
            }
        )
