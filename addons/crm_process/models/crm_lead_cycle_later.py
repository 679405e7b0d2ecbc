from odoo import api, fields, models
from odoo.exceptions import UserError

#: Cycles opened in one transaction.
BATCH = 50


class CrmLead(models.Model):
    """Losing is not the end of the road: a later cycle can be agreed, and begins by itself on its day."""

    _inherit = "crm.lead"

    def _schedule_next_cycle(self, day):
        """Agree on the day on which lost opportunities are taken up again by a new one."""
        if day and day <= fields.Date.context_today(self):
            raise UserError(self.env._("The next cycle of a lost opportunity begins on a day to come."))
        self.write({"next_cycle_date": day})

    @api.model
    def _get_later_cycle_domain(self):
        return [
            ("won_status", "=", "lost"),
            ("active", "=", False),
            ("next_cycle_date", "<=", fields.Date.today()),
            ("next_cycle_ids", "=", False),
        ]

    @api.model
    def _cron_open_cycles(self):
        """Open the cycles whose day has come, one batch after the other; what was reopened meanwhile needs none."""
        leads = self.with_context(active_test=False)
        left = 1
        while left:
            batch = leads.search(self._get_later_cycle_domain(), limit=BATCH, order="next_cycle_date, id")
            for lead in batch:
                lead._try_entry(lead._open_later_cycle, self.env._("The next cycle could not be opened."))
                if not lead.next_cycle_ids:
                    lead.next_cycle_date = False  # it says why, and is not tried for ever
            remaining = leads.search_count(self._get_later_cycle_domain())
            left = self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining)
            if not remaining:
                break

    def _open_later_cycle(self):
        """Open the next cycle of a lost opportunity with what it ended by."""
        self.ensure_one()
        closed = fields.Datetime.context_timestamp(self, self.date_closed).date() if self.date_closed else False
        why = self.lost_reason_id.name or self.env._("no reason given")
        inputs = [(self.env._("Lost on %(day)s", day=closed or ""), why)]
        self._start_next_cycle(inputs, self.next_cycle_date)
