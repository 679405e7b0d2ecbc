from odoo import fields, models
from odoo.tools import SQL


class CrmReply(models.Model):
    """A customer's mail and the first answer an employee gave on the same document.

    Several mails of the customer in a row wait for one answer: the first of them starts the clock. Mails without an
    answer have none yet, and no time either. Notes among employees are no answer.
    """

    _name = "crm.reply"
    _inherit = "crm.cell.mixin"
    _description = "Reply to a Customer"
    _auto = False
    _order = "received_at desc, id desc"
    _rec_name = "received_at"
    _depends = {
        "mail.message": ["author_id", "date", "is_internal", "message_type", "model", "record_company_id", "res_id"],
        "res.partner": ["commercial_partner_id", "company_id", "partner_share"],
    }

    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        help="Company of the document, else of the customer, else of whoever answered: its working hours count.",
    )
    user_id = fields.Many2one("res.users", string="Answered By", readonly=True)
    received_at = fields.Datetime(string="Received", readonly=True)
    answered_at = fields.Datetime(string="Answered", readonly=True)
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)

    @property
    def _table_query(self):
        """The ids of messages grow with time: over the mails of a document from the last to the first, the smallest
        id of an employee's mail so far is the next answer.
        """
        event = self.env["crm.contact.event"]
        return SQL(
            """
            SELECT waiting.id, waiting.commercial_partner_id, answer.user_id,
                   COALESCE(waiting.company_id, answer.company_id) AS company_id,
                   waiting.date AS received_at, answer.date AS answered_at, waiting.model AS res_model, waiting.res_id
              FROM (
                   SELECT mail.*,
                          LAG(mail.is_customer) OVER (PARTITION BY mail.model, mail.res_id ORDER BY mail.id) AS before,
                          MIN(mail.id) FILTER (WHERE NOT mail.is_customer) OVER (
                              PARTITION BY mail.model, mail.res_id ORDER BY mail.id DESC
                              ROWS UNBOUNDED PRECEDING) AS answer_id
                     FROM (
                          SELECT message.id, message.model, message.res_id, message.date,
                                 COALESCE(message.record_company_id, author.company_id) AS company_id,
                                 author.commercial_partner_id,
                                 author.partner_share AS is_customer
                            FROM mail_message message
                            JOIN res_partner author ON author.id = message.author_id
                           WHERE message.message_type IN ('email', 'email_outgoing', 'comment')
                             AND (NOT author.partner_share OR %(from_customer)s) AND %(on_document)s
                          ) mail
                   ) waiting
         LEFT JOIN LATERAL (
                   SELECT message.date, login.id AS user_id, login.company_id
                     FROM mail_message message
                LEFT JOIN res_users login ON login.partner_id = message.author_id
                    WHERE message.id = waiting.answer_id
                    ORDER BY login.id
                    LIMIT 1
                   ) answer ON TRUE
             WHERE waiting.is_customer AND waiting.before IS NOT TRUE
            """,
            from_customer=event._from_customer_sql(),
            on_document=event._customer_mail_sql(),
        )

    def get_formview_action(self, access_uid=None):
        """Open the document on which the customer wrote; its own rights decide who sees it."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action(access_uid=access_uid)

    def action_open_document(self):
        """Open the document of this mail."""
        return self.get_formview_action()
