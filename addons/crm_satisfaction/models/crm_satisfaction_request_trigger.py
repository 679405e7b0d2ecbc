"""What caused the question: the channel it took, and the document and day it is about."""

from odoo import fields, models

from .crm_satisfaction_words import CHANNELS


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    channel = fields.Selection(
        CHANNELS,
        required=True,
        default="mail",
        readonly=True,
        help="How the contact gets the question. Only mails are sent; links, codes and the portal wait to be opened.",
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document",
        model_field="res_model",
        readonly=True,
        help="The delivery, invoice, order, meeting, ticket or cycle the question is about; empty for the relation as "
        "a whole.",
    )
    trigger_day = fields.Date(
        string="Day of the Occasion",
        readonly=True,
        help="Day on which the delivery, payment, meeting or other occasion took place.",
    )
    reminder_count = fields.Integer(string="Reminders", readonly=True, help="Reminders sent after the invitation.")
    reminded_at = fields.Datetime(string="Last Reminder", readonly=True)
