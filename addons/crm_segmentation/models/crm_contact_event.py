from odoo import api, fields, models
from odoo.tools import SQL

#: Documents on which customers are written to and called, and the field with the contact. Documents of other kinds
#: (job applications, vendor bills, ...) are nobody's customer contact, and who wrote there is nobody's business.
CUSTOMER_DOCUMENTS = {
    "res.partner": "id",
    "crm.lead": "partner_id",
    "sale.order": "partner_id",
    "account.move": "partner_id",
    "calendar.event": None,
    "project.task": "partner_id",
    "event.registration": "partner_id",
    "pos.order": "partner_id",
    "helpdesk.ticket": "partner_id",
}


class CrmContactEvent(models.Model):
    """One contact with one customer: a mail, a meeting, a finished activity, a mailing that was opened.

    Who, when and in which direction; never what was said. A mail to two people of one company is one contact with it.
    Private meetings are left out. The document stays with whoever may read it.
    """

    _name = "crm.contact.event"
    _inherit = "crm.cell.mixin"
    _description = "Customer Contact"
    _auto = False
    _order = "happened_at desc, id desc"
    _rec_name = "kind"
    _depends = {
        "mail.message": ["author_id", "date", "is_internal", "message_type", "model", "record_company_id", "res_id"],
        "mail.notification": ["mail_message_id", "notification_status", "notification_type", "res_partner_id"],
        "mail.activity": ["active", "activity_type_id", "date_done", "res_id", "res_model", "user_id"],
        "mail.activity.type": ["category"],
        "calendar.event": ["active", "duration", "privacy", "start", "user_id"],
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "res.partner": ["commercial_partner_id", "company_id", "email_normalized", "partner_share"],
    }

    kind = fields.Selection(
        [
            ("mail", "Mail"),
            ("call", "Call"),
            ("meeting", "Meeting"),
            ("activity", "Activity"),
            ("mailing_open", "Mailing Opened"),
            ("mailing_click", "Mailing Clicked"),
        ],
        readonly=True,
    )
    direction = fields.Selection(
        [("in", "From the customer"), ("out", "To the customer"), ("both", "Both ways"), ("none", "Neither")],
        readonly=True,
        help="Who approached whom. A meeting counts both ways; work of our own and opened mailings in neither.",
    )
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        help="Company of the document, else the one the contact belongs to; empty when neither belongs to any.",
    )
    user_id = fields.Many2one("res.users", string="Employee", readonly=True)
    happened_at = fields.Datetime(string="Date", readonly=True)
    hours = fields.Float(readonly=True, help="Length of a meeting in hours.")
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)

    @property
    def _table_query(self):
        branches = [self._received_sql(), self._sent_sql(), self._meetings_sql(), self._activities_sql()]
        if "mailing.trace" in self.env.registry:
            branches += [self._mailings_sql("open_datetime", 4), self._mailings_sql("links_click_datetime", 5)]
        return SQL(" UNION ALL ").join(branches)

    def get_formview_action(self, access_uid=None):
        """Open the document of the contact; its own rights decide who sees it."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action(access_uid=access_uid)

    def action_open_document(self):
        """Open the document of this contact."""
        return self.get_formview_action()

    @api.model
    def _customer_mail_sql(self):
        """Return SQL that is true for alias ``message`` when it hangs on a customer's document, for others to read."""
        models = tuple(name for name in CUSTOMER_DOCUMENTS if name in self.env.registry)
        return SQL(
            "message.model IN %s AND message.res_id IS NOT NULL AND message.is_internal IS NOT TRUE"
            " AND (message.model <> 'account.move' OR EXISTS (SELECT FROM account_move move"
            " WHERE move.id = message.res_id AND move.move_type LIKE 'out%%'))",
            models,
        )

    @api.model
    def _from_customer_sql(self):
        """Return SQL that is true for alias ``author`` when it is somebody outside, and no visitor without a name."""
        public = self.env["ir.model.data"]._xmlid_to_res_id("base.group_public")
        return SQL(
            "author.partner_share AND NOT EXISTS (SELECT FROM res_users login JOIN res_groups_users_rel member"
            " ON member.uid = login.id WHERE login.partner_id = author.id AND member.gid = %s)",
            public,
        )

    # One id for every row of the union: the id of the source times eight, plus the number of the branch.

    def _received_sql(self):
        return SQL(
            """
            SELECT message.id::bigint * 8 AS id, 'mail' AS kind, 'in' AS direction, author.commercial_partner_id,
                   COALESCE(message.record_company_id, author.company_id) AS company_id,
                   NULL::integer AS user_id, message.date AS happened_at,
                   NULL::float8 AS hours, message.model AS res_model, message.res_id
              FROM mail_message message
              JOIN res_partner author ON author.id = message.author_id
             WHERE message.message_type IN ('email', 'comment') AND %s AND %s
            """,
            self._from_customer_sql(),
            self._customer_mail_sql(),
        )

    def _sent_sql(self):
        return SQL(
            """
            SELECT MIN(note.id)::bigint * 8 + 1, 'mail', 'out', contact.commercial_partner_id,
                   COALESCE(message.record_company_id, MIN(contact.company_id)), MIN(login.id), message.date,
                   NULL::float8, message.model, message.res_id
              FROM mail_notification note
              JOIN mail_message message ON message.id = note.mail_message_id
              JOIN res_partner contact ON contact.id = note.res_partner_id AND contact.partner_share
              JOIN res_partner author ON author.id = message.author_id AND NOT author.partner_share
         LEFT JOIN res_users login ON login.partner_id = author.id
             WHERE note.notification_type = 'email'
               AND note.notification_status NOT IN ('bounce', 'exception', 'canceled')
               AND message.message_type IN ('email', 'email_outgoing', 'comment') AND %s
             GROUP BY message.id, contact.commercial_partner_id
            """,
            self._customer_mail_sql(),
        )

    def _meetings_sql(self):
        return SQL(
            """
            SELECT MIN(attendee.id)::bigint * 8 + 2, 'meeting', 'both', contact.commercial_partner_id,
                   MIN(contact.company_id), meeting.user_id, meeting.start, meeting.duration,
                   'calendar.event', meeting.id
              FROM calendar_attendee attendee
              JOIN calendar_event meeting ON meeting.id = attendee.event_id
              JOIN res_partner contact ON contact.id = attendee.partner_id AND contact.partner_share
         LEFT JOIN res_users_settings setting ON setting.user_id = meeting.user_id
             WHERE meeting.active AND attendee.state IS DISTINCT FROM 'declined'
               AND COALESCE(meeting.privacy, setting.calendar_default_privacy, 'public') <> 'private'
             GROUP BY meeting.id, contact.commercial_partner_id
            """
        )

    def _activities_sql(self):
        # Noon, so that the day of a finished activity is the same day where the company is.
        return SQL(
            """
            SELECT activity.id::bigint * 8 + 3, CASE type.category WHEN 'phonecall' THEN 'call' ELSE 'activity' END,
                   CASE type.category WHEN 'phonecall' THEN 'out' ELSE 'none' END, contact.commercial_partner_id,
                   COALESCE(document.company_id, contact.company_id), activity.user_id,
                   activity.date_done + TIME '12:00', NULL::float8, activity.res_model, activity.res_id
              FROM mail_activity activity
              JOIN mail_activity_type type ON type.id = activity.activity_type_id
              JOIN (%s) document ON document.model = activity.res_model AND document.id = activity.res_id
              JOIN res_partner contact ON contact.id = document.partner_id AND contact.partner_share
             WHERE NOT activity.active AND activity.date_done IS NOT NULL
            """,
            self._document_partners_sql(),
        )

    def _mailings_sql(self, moment, branch):
        """Return the mailings that were opened or clicked: addressed to a document, or to an address of a contact."""
        trace = self.env["mailing.trace"]
        return SQL(
            """
            SELECT reached.id::bigint * 8 + %(branch)s, %(kind)s, 'none', contact.commercial_partner_id,
                   MIN(contact.company_id), NULL::integer, reached.moment, NULL::float8, 'res.partner', MIN(contact.id)
              FROM (
                   SELECT trace.id, trace.%(moment)s AS moment, document.partner_id
                     FROM mailing_trace trace
                     JOIN (%(documents)s) document ON document.model = trace.model AND document.id = trace.res_id
                    WHERE trace.%(moment)s IS NOT NULL AND trace.is_test_trace IS NOT TRUE
                    UNION ALL
                   SELECT trace.id, trace.%(moment)s, addressee.id
                     FROM mailing_trace trace
                     JOIN res_partner addressee ON addressee.email_normalized = trace.email
                    WHERE trace.%(moment)s IS NOT NULL AND trace.is_test_trace IS NOT TRUE
                      AND trace.model NOT IN %(models)s
                   ) reached
              JOIN res_partner contact ON contact.id = reached.partner_id AND contact.partner_share
             GROUP BY reached.id, reached.moment, contact.commercial_partner_id
            """,
            branch=branch,
            kind="mailing_open" if branch == 4 else "mailing_click",
            moment=SQL.identifier(moment, to_flush=trace._fields[moment]),
            documents=self._document_partners_sql(),
            models=tuple(name for name, path in CUSTOMER_DOCUMENTS.items() if path),
        )

    def _document_partners_sql(self):
        """Return a SELECT of (model, id, partner_id, company_id) over all documents that have a customer."""
        branches = []
        for name, path in CUSTOMER_DOCUMENTS.items():
            model = self.env.get(name)
            if model is None or not path:
                continue
            company = model._fields.get("company_id")
            branches.append(
                SQL(
                    "SELECT %s AS model, id, %s AS partner_id, %s AS company_id FROM %s%s",
                    name,
                    SQL.identifier(path, to_flush=model._fields[path]),
                    SQL.identifier("company_id", to_flush=company)
                    if company and company.store and name != "res.partner"
                    else SQL("NULL::integer"),
                    SQL.identifier(model._table),
                    SQL(" WHERE move_type LIKE 'out%%'") if name == "account.move" else SQL(),
                )
            )
        return SQL(" UNION ALL ").join(branches)
