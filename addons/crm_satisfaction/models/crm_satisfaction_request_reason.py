"""Why a contact is not asked, or was not asked any more: one list for everybody who decides or counts."""

from odoo import fields, models

from .crm_satisfaction_words import REASONS


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    reason_code = fields.Selection(
        REASONS,
        string="Kind of Reason",
        readonly=True,
        index="btree_not_null",
        help="The reason in a form that can be counted; the text beside it says more.",
    )
    # Decided once: an occasion that is known here is not looked at again.
    subject_key = fields.Integer(
        readonly=True,
        help="Tells apart the contacts of one document, or the customers of one period, about whom it was decided; "
        "empty when somebody chose the contact.",
    )
    send_at = fields.Datetime(
        string="Leaves From",
        readonly=True,
        help="The mail leaves from this moment on, within the hours of the schedule.",
    )

    _document_uniq = models.UniqueIndex(
        "(program_id, res_id, subject_key, res_model) WHERE res_id IS NOT NULL AND subject_key IS NOT NULL",
        "It was decided about this document before.",
    )
    _period_uniq = models.UniqueIndex(
        "(program_id, trigger_day, subject_key) WHERE res_id IS NULL AND subject_key IS NOT NULL",
        "It was decided about this customer in this period before.",
    )
    _decided_idx = models.Index("(decided_at) INCLUDE (partner_id) WHERE state != 'not_asked'")
    _to_write_idx = models.Index("(send_at, id) WHERE state = 'to_send' AND mail_written IS NOT TRUE")
    _to_remind_idx = models.Index("(program_id, sent_at) WHERE state = 'sent'")
