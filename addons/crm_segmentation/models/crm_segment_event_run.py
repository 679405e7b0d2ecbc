"""The nightly step that does what entering and leaving segments started: each thing once, one failure stops nobody."""

import logging
from time import monotonic

from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Customers in one batch, and nights in which one is tried.
BATCH = 500
TRIES = 5
#: Seconds after which a batch ends: the scheduler kills one that takes two minutes, and its work would be lost.
SECONDS = 30
#: What is done for one customer at a time: code of users, whose effects outside this database happen only once.
ONE_BY_ONE = {"server"}


class CrmSegmentEvent(models.Model):
    _inherit = "crm.segment.event"

    def _job_actions(self, job):
        """Do the next batch of what this run has not tried yet.

        :return: (rows written, batches left)
        """
        self.flush_model()
        todo = SQL("state IN ('pending', 'failed') AND tries < %s AND run IS DISTINCT FROM %s", TRIES, job.run_number)
        rows = self.env.execute_query(
            SQL("SELECT id FROM crm_segment_event WHERE %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED", todo, BATCH)
        )
        events = self.browse([id_ for (id_,) in rows])
        if not events:
            return 0, 0
        tried, deadline = self.browse(), monotonic() + SECONDS
        for action, some in events._in_runs():
            if monotonic() > deadline:
                break
            tried += some._do(action, deadline)
        tried.run = job.run_number
        self.env.flush_all()
        left = self.env.execute_query(SQL("SELECT COUNT(*) FROM crm_segment_event WHERE %s", todo))[0][0]
        failed = len(tried.filtered(lambda event: event.state == "failed"))
        if failed:
            job.run_id._note(self.env._("%(number)s actions of segments failed; see their history.", number=failed))
        return len(tried), -(-left // BATCH)

    def _in_runs(self):
        """Return ``[(action, events)]`` of neighbours with one action and company, in their order."""
        runs = []
        for event in self:
            if not runs or (runs[-1][0], runs[-1][1].company_id) != (event.action_id, event.company_id):
                runs.append((event.action_id, self.browse()))
            runs[-1] = (runs[-1][0], runs[-1][1] + event)
        return runs

    def _do(self, action, deadline):
        """Do one action: together, or one by one when that fails; return the customers there was time for."""
        events = self._leave_out(action)
        if not events:
            return self
        if action.kind not in ONE_BY_ONE and len(events) > 1 and not events._attempt(action):
            events._finish("done")
            return self
        for number, event in enumerate(events):
            if monotonic() > deadline and number:
                return self - events[number:]
            error = event._attempt(action)
            if error is None:
                event._finish("done")
            else:
                event._finish("failed", error)
        return self

    def _attempt(self, action):
        """Do it within a savepoint; return None, or what went wrong."""
        try:
            with self.env.cr.savepoint():
                action._run(self.partner_id, self.company_id)
                self.env.flush_all()
        except TransactionRollbackError:
            raise  # lost against another transaction: the job tries the whole batch again
        except Exception as error:  # noqa: BLE001 whatever one customer raises is listed, and the others go on
            self.env.invalidate_all()
            _logger.info("Segment action %s failed for %s customers: %s", action.id, len(self), error)
            return f"{type(error).__name__}: {error}"
        return None

    def _leave_out(self, action):
        """Finish what makes no sense any more, and return the others."""
        if not action.active or not action.segment_id.active:
            self._finish("skipped", self.env._("The action or its segment is archived."))
            return self.browse()
        if action.segment_id._is_restricted():
            self._finish("skipped", self.env._("Only some may see who is in this segment."))
            return self.browse()
        moot = self._moot()
        moot._finish("skipped", self.env._("The customer has moved again since."))
        events = self - moot
        obstacles = action._obstacles(events.partner_id, events.company_id)
        for partner, reason in obstacles.items():
            some = events.filtered(lambda event, partner=partner: event.partner_id == partner)
            some._finish("skipped", reason)
            events -= some
        return events

    def _moot(self):
        """Return the entries of customers that are not in the segment, and the exits of those that are again."""
        stays = self.env["crm.segment.member"].search_fetch(
            [
                ("segment_id", "in", self.segment_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("date_to", "=", False),
            ],
            ["segment_id", "company_id", "partner_id"],
        )
        inside = {(stay.segment_id, stay.company_id, stay.partner_id) for stay in stays}
        return self.filtered(
            lambda event: (event.moved == "enter") != ((event.segment_id, event.company_id, event.partner_id) in inside)
        )

    def _finish(self, state, note=False):
        for tries, events in self.grouped("tries").items():
            events.write({"state": state, "note": note, "tries": tries + 1, "finished_at": fields.Datetime.now()})
