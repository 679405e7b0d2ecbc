import logging

from psycopg2 import OperationalError
from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Reminders given in one transaction.
BATCH = 100

#: Times a batch is tried that meets another transaction.
TRIES = 5


class CrmLeadReminder(models.Model):
    """What is to be said about the time limit of a stay, and whether it was said: one line for each kind and stay.

    The line and the activity it leads to are written by one transaction: a job that is killed says nothing twice, and
    nothing less. The lines go when the opportunity leaves the stage, and with them what is left of the activities.
    """

    _name = "crm.lead.reminder"
    _description = "Reminder of a Time Limit"
    _order = "remind_at, id"
    _rec_name = "lead_id"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True, readonly=True, ondelete="cascade")
    sheet_id = fields.Many2one(
        "crm.process.stage", string="Stage Sheet", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("warning", "Due Soon"), ("due", "Overdue"), ("escalation", "Escalated")], required=True, readonly=True
    )
    remind_at = fields.Datetime(string="On", required=True, readonly=True, help="When somebody is to hear of it.")
    done_on = fields.Datetime(string="Said On", readonly=True, help="Empty while nobody has heard of it.")
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")
    error = fields.Char(readonly=True, help="Why nobody could be told.")

    _kind_uniq = models.UniqueIndex("(lead_id, kind)", "Each reminder is given once for a stay.")
    _open_index = models.Index("(remind_at, id) WHERE done_on IS NULL")

    @api.model
    def _plan(self, leads, sheet, moments):
        """Note what is to be said when; what was said in this stay stays said, though its moment may change."""
        rows = [(kind, moment) for kind, moment in moments.items() if moment]
        if not rows:
            return
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_lead_reminder (lead_id, sheet_id, kind, remind_at, create_uid, create_date, write_uid,
                                               write_date)
                SELECT lead_id, %(sheet)s, kind, remind_at::timestamp, %(user)s, %(now)s, %(user)s, %(now)s
                  FROM unnest(%(leads)s) lead_id CROSS JOIN (VALUES %(rows)s) reminder (kind, remind_at)
                    ON CONFLICT (lead_id, kind) DO UPDATE SET remind_at = EXCLUDED.remind_at
                RETURNING id
                """,
                sheet=sheet.id,
                user=self.env.uid,
                now=self.env.cr.now(),
                leads=leads.ids,
                rows=SQL(", ").join(SQL("(%s, %s)", kind, moment) for kind, moment in rows),
            )
        )
        self.invalidate_model(flush=False)

    def _drop(self):
        """Forget these reminders and take back the activities nobody has to do any more."""
        activities = self.activity_id
        self.unlink()
        activities.unlink()

    @api.model
    def _cron_remind(self):
        """Tell people of time limits, one batch after the other, as long as the scheduler has time."""
        left, failures = 1, 0
        while left:
            try:
                done, remaining = self._remind_batch()
                left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
            except TransactionRollbackError:
                # Somebody moved one of the cases at the same moment; the scheduler would not try again by itself.
                self.env.cr.rollback()
                failures += 1
                if failures < TRIES:
                    continue
                raise
            if not remaining:
                break

    @api.model
    def _remind_batch(self):
        """Give the reminders that are due; return how many, and how many are left."""
        domain = [
            ("done_on", "=", False),
            ("remind_at", "<=", fields.Datetime.now()),
            ("lead_id.active", "=", True),
            ("lead_id.blocked_since", "=", False),
        ]
        # A colleague may be moving the case at this moment: then there is nothing to say.
        due = self.search(domain, limit=BATCH).try_lock_for_update()
        for reminder in due:
            reminder._give()
        return len(due), self.search_count(domain) if due else 0

    def _give(self):
        """Give one reminder; whatever goes wrong with it is noted, and the next one has its turn."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                if self.kind == "due":
                    self._get_warning().activity_id.unlink()  # one activity says enough
                late = self.kind == "warning" and self.lead_id.stage_due_date <= fields.Datetime.now()
                activity = self.activity_id if late else self._schedule(self._get_person())
                self.write({"done_on": fields.Datetime.now(), "activity_id": activity.id})
        except OperationalError:
            raise  # the whole batch is tried again
        except Exception as error:  # noqa: BLE001 - users and types of activities can be broken in any way
            _logger.warning("Reminder %s of opportunity %s failed: %s", self.id, self.lead_id.id, error)
            self.write({"done_on": fields.Datetime.now(), "error": f"{type(error).__name__}: {error}"[:200]})

    def _get_warning(self):
        return self.search([("lead_id", "=", self.lead_id.id), ("kind", "=", "warning")])

    def _get_person(self):
        """Return who is to hear of it; where nobody is named, whoever is in charge of the case."""
        named = {"leader": self.lead_id.team_id.user_id, "owner": self.sheet_id.process_id.user_id}
        user = named[self.sheet_id.escalation_to or "leader"] if self.kind == "escalation" else self.lead_id.user_id
        return user if user.active else self.lead_id._get_person_in_charge()

    def _schedule(self, person):
        zone = person.tz or self.lead_id._get_clock_company().resource_calendar_id.tz
        lead = self.lead_id.with_context(lang=person.lang, tz=zone)
        today = fields.Date.context_today(lead)
        due = fields.Datetime.context_timestamp(lead, lead.stage_due_date)
        names = {
            "stage": lead.stage_id.name,
            "person": lead.user_id.name or lead.env._("nobody"),
            "day": due.strftime("%Y-%m-%d %H:%M"),
        }
        summaries = {
            "warning": lead.env._("Due in “%(stage)s”: %(day)s", **names),
            "due": lead.env._("Overdue in “%(stage)s” since %(day)s", **names),
            "escalation": lead.env._("Overdue in “%(stage)s” since %(day)s, with %(person)s", **names),
        }
        return lead.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=max(today, due.date()) if self.kind == "warning" else today,
            summary=summaries[self.kind],
            user_id=person.id,
        )
