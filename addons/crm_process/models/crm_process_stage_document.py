from odoo import fields, models

from .crm_lead_document import DOCUMENT_EVENTS


class CrmProcessStage(models.Model):
    """Which document of the ERP brings an opportunity into the stage."""

    _inherit = "crm.process.stage"

    document_event = fields.Selection(
        DOCUMENT_EVENTS,
        string="Moved Here By",
        help="What the documents of an opportunity have to say for it to be moved into the stage by itself. Quotation "
        "sent, order confirmed: the first one. Delivered: all goods of its confirmed orders; of orders without goods, "
        "all lines. Invoiced: nothing is left to invoice, and no invoice is a draft. Paid: invoiced, and all its "
        "invoices are paid. Empty: only people move it here.",
    )
    document_back = fields.Boolean(
        string="Backwards Too",
        help="The document moves the opportunity here from a later stage too. Otherwise it only ever moves forward.",
    )

    _document_event_uniq = models.UniqueIndex(
        "(process_id, document_event) WHERE document_event IS NOT NULL",
        "One stage of a process at a time is entered by the same kind of document.",
    )
