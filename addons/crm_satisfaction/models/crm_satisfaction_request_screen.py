"""The document behind an invitation, as far as the reader may see it."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    document_name = fields.Char(
        string="About", compute="_compute_document_name", help="The document the question is about, if you may read it."
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_document_name(self):
        self.document_name = False
        for model, requests in self.grouped("res_model").items():
            if not model or model not in self.env or not self.env[model].has_access("read"):
                continue
            documents = self.env[model].browse(requests.mapped("res_id")).exists()._filtered_access("read")
            names = {document.id: document.display_name for document in documents}
            for request in requests:
                request.document_name = names.get(request.res_id, False)

    def action_open_document(self):
        """Open the document with its own rights."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("This question is about no document."))
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("The document was deleted."))
        document.check_access("read")
        return document.get_formview_action()
