"""Planning: what is decided becomes invitations and reasons, many at once and each exactly once."""

import logging

import pytz
from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_segmentation.models.crm_job import BATCH_TRIES

from .crm_satisfaction_program_candidates import BATCH

_logger = logging.getLogger(__name__)


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    last_run_at = fields.Datetime(
        string="Last Run", readonly=True, copy=False, help="When it was last looked whom to ask."
    )
    last_error = fields.Text(
        string="Cannot Ask",
        readonly=True,
        copy=False,
        help="Why nobody is asked at the moment. Nothing is lost meanwhile.",
    )

    @api.model
    def _cron_ask(self):
        """Plan every schedule that asks by itself, batch by batch; each batch stays, whatever happens after it."""
        programs = self.search([("trigger", "!=", "manual")], order="id")
        for number, program in enumerate(programs):
            more = True
            while more:
                decided, more = program._ask_safely()
                left = len(programs) - number - (not more)
                if not self.env["ir.cron"]._commit_progress(decided, remaining=left):
                    return
        self.env["crm.satisfaction.request"]._trigger_mails()

    def _ask_safely(self):
        """Decide about one batch; what is wrong with one schedule is noted on it and holds up no other.

        :return: (number of decisions, whether more are due)
        """
        for _try in range(1, BATCH_TRIES):
            try:
                return self._ask_noting_errors()
            except TransactionRollbackError:
                # Somebody wrote the same rows first. What was planned before is committed.
                self.env.cr.rollback()
                self.env.invalidate_all()
        return self._ask_noting_errors()

    def _ask_noting_errors(self):
        try:
            with self.env.cr.savepoint():
                self._check_runnable()
                decided, _asked, more = self._ask_due()
                self.write({"last_run_at": fields.Datetime.now(), "last_error": False})
            return decided, more
        except TransactionRollbackError:
            raise
        except UserError as error:
            reason = str(error)
        except Exception as error:
            _logger.warning("Survey schedule %s could not be planned.", self.id, exc_info=True)
            reason = f"{type(error).__name__}: {error}"
        self.write({"last_run_at": fields.Datetime.now(), "last_error": reason})
        return 0, False

    def _ask_due(self, limit=BATCH):
        """Decide about what is due now.

        :return: (number of decisions, number of those asked, whether more are due)
        """
        owner = self.owner_id
        decisions = self._decisions_sql(self._candidates_sql(owner, limit=limit), owner)
        found, decided, asked, cut, _ids = self._insert_decisions(decisions, self._left_today())
        # Beyond the limit of the day nothing is decided: those wait for tomorrow.
        return decided, asked, bool(decided) and found == limit and not cut

    def _left_today(self):
        """Return how many more may be asked today; None for no limit."""
        if not self.day_limit:
            return None
        domain = [
            ("program_id", "=", self.id),
            ("state", "!=", "not_asked"),
            ("decided_at", ">=", self._day_begins()),
        ]
        return max(self.day_limit - self.env["crm.satisfaction.request"].sudo().search_count(domain), 0)

    def _invite(self, partners, document=None, not_before=None, again=False):
        """Ask these contacts, or the first contacts of these companies, and record why the others are not asked.

        :param document: the record the question is about, if any
        :param not_before: moment before which no mail leaves
        :param again: ask also who was asked lately, for example after a complaint was settled
        :return: invitations and decisions not to ask
        """
        self.ensure_one()
        partners.check_access("read")
        self.env.flush_all()
        decisions = self._decisions_sql(self._listed_sql(partners), self.env.user, again)
        rows = SQL("SELECT * FROM (%s) listed WHERE turn = 1", decisions)
        ids = self._insert_decisions(rows, None, document, not_before)[-1]
        return self.env["crm.satisfaction.request"].sudo().browse(sorted(ids))

    def _judge(self, partners):
        """Return [(contact, code, text)] of what ``_invite`` would decide about these customers; nothing is written."""
        self.ensure_one()
        partners.check_access("read")
        self.env.flush_all()
        decisions = self._decisions_sql(self._listed_sql(partners), self.env.user)
        rows = self.env.execute_query(
            SQL("SELECT contact_id, reason FROM (%s) listed WHERE turn = 1 ORDER BY place", decisions)
        )
        contacts = self.env["res.partner"].browse(contact for contact, _code in rows)
        texts = self._reason_texts()
        return [
            (contact, code or False, texts.get(code, False))
            for contact, (_id, code) in zip(contacts, rows, strict=True)
        ]

    # Writing

    def _insert_decisions(self, decisions, left, document=None, not_before=None):
        """Write down what is decided with one statement.

        :param left: how many may still be asked; what depends on those beyond it stays undecided
        :return: (candidates, decisions, those asked, whether the limit left some undecided, ids of the decisions)
        """
        self.env.flush_all()
        within = SQL("sure IS NOT NULL OR rank <= %s", left) if left is not None else SQL("TRUE")
        inserted = self._inserted_sql(self._request_columns(document, not_before), within)
        row = self.env.execute_query(
            SQL(
                """
                WITH decision AS MATERIALIZED (%(decisions)s), inserted AS (%(inserted)s)
                SELECT (SELECT COUNT(*) FROM decision), COUNT(*), COUNT(*) FILTER (WHERE reason_code IS NULL),
                       EXISTS (SELECT FROM decision WHERE NOT (%(within)s)), COALESCE(ARRAY_AGG(id), '{}')
                  FROM inserted
                """,
                decisions=decisions,
                inserted=inserted,
                within=within,
            )
        )[0]
        self.env["crm.satisfaction.request"].invalidate_model(flush=False)
        self.invalidate_recordset(["request_ids"], flush=False)
        return row

    def _inserted_sql(self, columns, within):
        """Return the INSERT of the decisions that are taken now; what somebody else has decided meanwhile stays."""
        return SQL(
            """
            INSERT INTO crm_satisfaction_request (%(names)s)
            SELECT %(values)s
              FROM decision
         LEFT JOIN (VALUES %(texts)s) AS why (code, reason) ON why.code = decision.reason
             WHERE %(within)s
             ORDER BY place
                ON CONFLICT DO NOTHING
         RETURNING id, reason_code
            """,
            names=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(columns.values()),
            texts=SQL(", ").join(SQL("%s", pair) for pair in self._recorded_texts().items()),
            within=within,
        )

    def _recorded_texts(self):
        """Return {code: text} in the language of the company: a reason is recorded once, for every reader."""
        lang = self.sudo().company_id.partner_id.lang
        installed = dict(self.env["res.lang"].get_installed())
        return (self.with_context(lang=lang) if lang in installed else self)._reason_texts()

    def _request_columns(self, document, not_before):
        """Return {column: SQL} of a row of an invitation, from the decision and the schedule."""
        now = fields.Datetime.now()
        opens = self._next_open(max(now, not_before or now))
        asked, mail = SQL("decision.reason IS NULL"), self.channel == "mail"
        return {
            **self._occasion_columns(document),
            "program_id": SQL("%s", self.id),
            "company_id": SQL("%s", self.company_id.id),
            "partner_id": SQL("contact_id"),
            "customer_id": SQL("customer_id"),
            "channel": SQL("%s", self.channel),
            "state": SQL("CASE WHEN %s THEN %s ELSE 'not_asked' END", asked, "to_send" if mail else "sent"),
            "reason_code": SQL("decision.reason"),
            "reason": SQL("why.reason"),
            "decided_at": SQL("%s", now),
            "send_at": SQL("CASE WHEN %s AND %s THEN %s::timestamp END", asked, mail, opens),
            "sent_at": SQL("CASE WHEN %s AND NOT %s THEN %s::timestamp END", asked, mail, now),
            "deadline": SQL("CASE WHEN %s THEN %s::date END", asked, self._deadline(opens)),
            # Two random identifiers of PostgreSQL's cryptographic source: 244 bits nobody can guess.
            "access_token": SQL("replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')"),
            "create_uid": SQL("%s", self.env.uid),
            "write_uid": SQL("%s", self.env.uid),
            "create_date": SQL("%s", now),
            "write_date": SQL("%s", now),
        }

    def _occasion_columns(self, document):
        """Return the columns that name the occasion: the document or period, and the day."""
        if document:
            today = self.company_id._crm_today()
            return {
                "res_model": SQL("%s", document._name),
                "res_id": SQL("%s", document.id),
                "trigger_day": SQL("%s", today),
            }
        if self.trigger == "period":
            # The first day of the period: it names the period.
            return {"subject_key": SQL("subject_key"), "trigger_day": SQL("drawn_in::date")}
        zone = self.company_id._crm_timezone()
        return {
            "subject_key": SQL("subject_key"),
            "res_model": SQL("CASE WHEN res_id IS NOT NULL THEN %s END", self._document_model() or None),
            "res_id": SQL("res_id"),
            "trigger_day": SQL("(at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", zone),
        }

    def _deadline(self, opens):
        """Return the last day to answer, counted from the day the mail leaves."""
        zone = pytz.timezone(self.company_id._crm_timezone())
        return fields.Date.add(pytz.utc.localize(opens).astimezone(zone).date(), days=self.answer_days)
