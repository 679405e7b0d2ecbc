from odoo import fields, models


class CrmProcess(models.Model):
    """Whether documents of the ERP move cases, and what happens when something is missing."""

    _inherit = "crm.process"

    document_missing = fields.Selection(
        [("mark", "Is moved, and marked “Outputs Missing”"), ("stay", "Stays, with a note of what is missing")],
        string="A Case Moved by a Document",
        default="mark",
        required=True,
        help="What happens to an opportunity that a quotation, order, delivery, invoice or payment would move on while "
        "the process asks for more. The document itself is never held up.",
    )

    def _get_document_sheet(self, events):
        """Return the sheet furthest on the road that one of these documents brings a case into."""
        return self.sheet_ids.sorted().filtered(lambda sheet: sheet.document_event in events)[-1:]
