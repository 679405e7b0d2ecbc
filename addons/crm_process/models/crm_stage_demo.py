from datetime import timedelta
from random import Random

from odoo import api, fields, models

OPPORTUNITIES = 60
SUBJECTS = ("Shelving", "Packing line", "Office furniture", "Meeting rooms", "Workshop benches", "Archive boxes")
SOURCES = ("utm.utm_source_search_engine", "utm.utm_source_mailing", "utm.utm_source_newsletter", False)
#: Days in each open stage: typical, and how much it varies.
PACE = ((3, 4), (9, 14), (16, 20))


class CrmDemo(models.AbstractModel):
    """A year of closed opportunities with the messages that moves, answers and activities leave behind."""

    _inherit = "crm.demo"

    @api.model
    def _load_stage_history(self):
        """Create the opportunities once, then read their history as for a database that was there before."""
        leads = self.env["crm.lead"].with_context(
            tracking_disable=True, active_test=False, mail_create_nosubscribe=True
        )
        if leads.search_count([("name", "=like", "Project %: %")], limit=1):
            return
        random = Random(5)
        for number in range(1, OPPORTUNITIES + 1):
            self._add_closed(leads, random, number)
        self._add_obstacles(leads, random)
        self.env["crm.stage.log"].flush_model()
        self.env.cr.execute("DELETE FROM crm_stage_log WHERE origin = 'live'")
        self.env["crm.stage.log"]._backfill()

    @api.model
    def _load_time_limits(self):
        """Let running cases have come at different times: some are in time, some due soon, some overdue."""
        leads = self.env["crm.lead"].search([("stage_clock_start", "!=", False)], order="id")
        for number, lead in enumerate(leads):
            sheet = lead.process_id._get_sheet(lead.stage_id)
            start = fields.Datetime.now() - timedelta(hours=sheet.time_limit * (0.5, 2.4, 4.5)[number % 3])
            lead._start_clock(sheet, start)

    def _add_closed(self, leads, random, number):
        road = [self.env.ref(f"crm.stage_lead{place}") for place in (1, 2, 3)]
        at = created = fields.Datetime.now() - timedelta(days=random.randint(60, 400), hours=random.randint(0, 9))
        won = random.random() < 0.45
        reached = 3 if won else random.choices((1, 2, 3), (4, 5, 2))[0]
        customer = self.env.ref(f"crm_segmentation.partner_demo_{random.randint(1, 18):02}")
        source = random.choices(SOURCES, (4, 2, 1, 2))[0]
        lead = leads.create(
            {
                "name": f"Project {number}: {random.choice(SUBJECTS)}",
                "type": "opportunity",
                "partner_id": customer.id,
                "team_id": self.env.ref("sales_team.team_sales_department").id,
                "user_id": self.env.ref(random.choices(("base.user_admin", "base.user_demo"), (2, 1))[0]).id,
                "source_id": self.env.ref(source).id if source else False,
                "expected_revenue": random.randint(2, 60) * 1000,
                "stage_id": road[reached - 1].id,
            }
        )
        for place in range(reached):
            at += timedelta(days=max(0.2, random.gauss(*PACE[place])), hours=1)
            if place + 1 < reached:
                self._add_move(lead, at, road[place], road[place + 1])
                if place and random.random() < 0.25:
                    self._add_move(lead, at + timedelta(days=2), road[place + 1], road[place])
                    at += timedelta(days=5)
                    self._add_move(lead, at, road[place], road[place + 1])
        self._add_work(lead, random, created, won)
        self._close(lead, random, created, at, won)

    def _add_move(self, lead, at, former, stage):
        message = self.env["mail.message"].create({"model": "crm.lead", "res_id": lead.id, "date": at})
        value = self.env["mail.tracking.value"].create(
            {
                "mail_message_id": message.id,
                "field_id": self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
                "old_value_integer": former.id,
                "old_value_char": former.name,
                "new_value_integer": stage.id,
                "new_value_char": stage.name,
            }
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_tracking_value SET create_date = %s WHERE id = %s", [at, value.id])

    def _add_work(self, lead, random, created, won):
        """Leave the messages of a first answer and of activities marked as done."""
        answered = created + timedelta(hours=random.expovariate(1 / (8 if won else 30)))
        subtypes = {"comment": self.env.ref("mail.mt_comment").id, "note": self.env.ref("mail.mt_note").id}
        vals_list = [{"date": answered, "message_type": "comment", "subtype_id": subtypes["comment"]}]
        for activity, share in (("mail_activity_data_call", 0.8), ("mail_activity_data_meeting", 0.6)):
            if random.random() < share - (0 if won else 0.35):
                kind = self.env.ref(f"mail.{activity}").id
                vals_list.append({"date": answered, "mail_activity_type_id": kind, "subtype_id": subtypes["note"]})
        common = {"model": "crm.lead", "res_id": lead.id, "author_id": lead.user_id.partner_id.id}
        self.env["mail.message"].create([{**common, **vals} for vals in vals_list])

    def _close(self, lead, random, created, closed, won):
        if won:
            self._add_move(lead, closed, lead.stage_id, self.env.ref("crm.stage_lead4"))
            lead.action_set_won()
        else:
            reasons = self.env["crm.lost.reason"].search([])
            lead.action_set_lost(lost_reason_id=random.choice(reasons).id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_closed = %s, date_last_stage_update = %s WHERE id = %s",
            [created, closed, closed if won or lead.stage_id != self.env.ref("crm.stage_lead1") else created, lead.id],
        )
        lead.invalidate_recordset()

    def _add_obstacles(self, leads, random):
        """Mark some opportunities as blocked; of those that go on, every third still is."""
        reasons = self.env["crm.obstacle.reason"].search([])
        now = fields.Datetime.now()
        running = leads.search([("active", "=", True), ("won_status", "=", "pending"), ("type", "=", "opportunity")])
        for number, lead in enumerate(running[:12]):
            start = now - timedelta(days=random.randint(3, 50))
            obstacle = self.env["crm.lead.obstacle"].create(
                {
                    "lead_id": lead.id,
                    "reason_id": random.choices(reasons, range(len(reasons), 0, -1))[0].id,
                    "date_start": start,
                }
            )
            if number % 3:
                obstacle.write({"date_end": min(now, start + timedelta(days=random.randint(1, 20)))})
