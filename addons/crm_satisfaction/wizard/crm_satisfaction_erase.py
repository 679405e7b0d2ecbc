from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmSatisfactionErase(models.TransientModel):
    _name = "crm.satisfaction.erase"
    _description = "Erase a Person from Surveys and Cases"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts",
        required=True,
        context={"active_test": False},
        default=lambda self: self.env["res.partner"].browse(self.env.context.get("active_ids", [])),
        help="Persons who ask that nothing be kept about them here. Their scores stay, without them.",
    )
    confirmed = fields.Boolean(string="This cannot be undone, and I am entitled to do it")
    summary = fields.Text(compute="_compute_summary")

    @api.depends("partner_ids")
    def _compute_summary(self):
        for wizard in self:
            ids = wizard.partner_ids.ids
            answers = self.env["crm.satisfaction.response"].search_count([("partner_id", "in", ids)])
            cases = self.env["crm.satisfaction.case"].search_count([("partner_id", "in", ids)])
            wizard.summary = self.env._(
                "%(answers)s answers lose the person and every comment, here and in the Surveys app; scores stay.\n"
                "%(cases)s cases lose the person, what they said and the conversation; what was done stays.\n"
                "Preferences are deleted, open invitations end.",
                answers=answers,
                cases=cases,
            )

    def action_erase(self):
        """Erase these persons; the log keeps when and by whom."""
        self.ensure_one()
        if not self.env.user.has_group("crm_segmentation.group_insight_configure"):
            raise AccessError(self.env._("Only who configures customer insight may erase."))
        if not self.confirmed:
            raise UserError(self.env._("Tick that it cannot be undone first."))
        companies = self.partner_ids.filtered("is_company")
        if companies:
            raise UserError(
                self.env._("%(name)s is a company, no person. Erase its contacts.", name=companies[0].display_name)
            )
        self.partner_ids.check_access("read")
        for partner in self.partner_ids:
            # Whatever other companies know about the person goes, too: somebody asked to be forgotten.
            self.env["crm.satisfaction.response"].sudo()._erase_person(partner.sudo())
        # This window names them, too.
        self.unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Erased. Names in the contact itself are left to you."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
