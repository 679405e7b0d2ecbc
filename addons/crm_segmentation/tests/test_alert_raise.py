from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.tools import mute_logger

from .common_alert import AlertCommon


class TestAlertRaise(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls.rule("large", cls.revenue, amounts=(1000, 5000, 10000))

    def big(self, partner, amount=2000, days=1):
        return self.invoice(partner, amount, days=days)

    def findings(self, *partners):
        return self.env["crm.alert.finding"].search([("partner_id", "in", [p.id for p in partners])], order="id")

    def test_one_open_case_takes_up_what_comes_after(self):
        partner = self.customer("One", user_id=self.seller.id)
        self.big(partner)
        self.run_jobs()
        alert = self.alerts(partner)
        self.big(partner, 3000)
        self.run_jobs()
        self.assertEqual(self.alerts(partner), alert)
        self.assertEqual(alert.finding_ids.mapped("fate"), ["added", "raised"])

    def test_two_documents_of_one_night_are_one_alert(self):
        partner = self.customer("Two at once")
        self.big(partner, 2000)
        self.big(partner, 6000)
        self.run_jobs()
        self.assertEqual(self.alerts(partner).value, 6000, "the more serious one leads")
        self.assertEqual(len(self.alerts(partner).finding_ids), 2)

    def test_findings_of_other_rules_join_the_open_case_that_is_as_serious(self):
        self.large.joins_open = True
        silence = self.rule("silence", threshold=1, joins_open=True)
        credit = self.rule("large", self.credit_notes, amounts=(10, 20, 30), joins_open=True)
        alone = self.rule("credit", threshold=0.5)
        partner = self.customer("Several", user_id=self.seller.id)
        self.big(partner)
        self.run_jobs()
        lead = self.alerts(partner).filtered(lambda alert: alert.rule_id in self.large + silence)
        self.assertEqual(len(lead), 1, "one call for both")
        self.assertEqual(lead.finding_ids.rule_id, self.large + silence)
        self.invoice(partner, 15, move_type="out_refund", days=1)
        self.run_jobs()
        self.assertIn(credit, lead.finding_ids.rule_id)
        self.assertTrue(self.alerts(partner, rule=alone))
        self.invoice(partner, 300, move_type="out_refund", days=1)
        self.run_jobs()
        self.assertEqual(self.alerts(partner, rule=credit).severity, "3", "more serious than what is open")

    def test_restricted_findings_stay_by_themselves(self):
        self.large.joins_open = True
        secret = self.revenue.copy({"code": False, "reviewed": True})
        secret.group_ids = self.env["res.groups"].create({"name": "Few"})
        rule = self.rule("large", secret, amounts=(1000, 1001), joins_open=True)
        partner = self.customer("Both", user_id=self.seller.id)
        self.big(partner)
        self.run_jobs()
        self.assertEqual(self.alerts(partner).rule_id, self.large + rule)
        for alert in self.alerts(partner):
            self.assertEqual(alert.finding_ids.rule_id, alert.rule_id)

    def test_cool_down_keeps_quiet_unless_it_is_more_serious(self):
        partner = self.customer("Cool")
        self.big(partner)
        self.run_jobs()
        self.alerts(partner).action_false_alarm()
        self.big(partner, 2500)
        self.run_jobs()
        self.assertEqual(len(self.alerts(partner)), 1)
        self.assertEqual(self.findings(partner)[1].fate, "cooling")
        self.big(partner, 20000)
        self.run_jobs()
        self.assertEqual(self.alerts(partner).filtered(lambda a: a.state == "new").value, 20000)

    def test_state_is_found_again_after_the_cool_down(self):
        self.large.active = False
        drop = self.rule("change", self.revenue, direction="down", min_points=1, cool_down_days=10)
        partner = self.customer("Falls")
        self.invoice(partner, 1000, days=400)
        self.invoice(partner, 100, days=100)
        self.run_jobs()
        alert = self.alerts(partner, rule=drop)
        alert.action_false_alarm()
        self.assertEqual(self.detect(), 0)
        self.env.cr.execute("UPDATE crm_alert_finding SET found_on = found_on - 11, key = 'down:before'")
        self.env.cr.execute("UPDATE crm_customer_alert SET raised_on = raised_on - 11")
        self.env.invalidate_all()
        self.detect()
        self.assertEqual(len(self.alerts(partner, rule=drop)), 2)

    def test_cap_of_a_day_and_person_raises_the_most_serious_and_the_rest_waits(self):
        self.large.daily_cap = 2
        other = self.seller.copy({"login": "alert_other"})
        partners = [self.customer(f"Cap {n}", user_id=self.seller.id) for n in range(4)]
        free = self.customer("Free", user_id=other.id)
        for number, partner in enumerate([*partners, free]):
            self.big(partner, 2000 + number)
        self.run_jobs()
        self.assertEqual(self.alerts(*partners).partner_id, partners[2] + partners[3])
        self.assertTrue(self.alerts(free), "somebody else has room")
        self.assertEqual(self.findings(partners[0]).fate, "waiting")
        self.assertEqual(self.detect(), 0)
        self.env.cr.execute("UPDATE crm_customer_alert SET raised_on = raised_on - 1")
        self.env.invalidate_all()
        self.detect()
        self.assertEqual(len(self.alerts(*partners)), 4)

    def test_who_waits_too_long_and_archived_customers_expire(self):
        self.large.daily_cap = 1
        kept, waits = self.customer("Kept"), self.customer("Waits")
        gone = self.customer("Gone")
        self.big(kept, 9000)
        self.big(waits, 2000)
        self.big(gone, 8000)
        gone.active = False
        self.run_jobs()
        self.assertEqual(self.findings(gone).fate, "expired")
        self.env.cr.execute("UPDATE crm_alert_finding SET found_on = found_on - 8 WHERE fate = 'waiting'")
        self.env.invalidate_all()
        self.detect()
        self.assertEqual(self.findings(waits).fate, "expired")

    def test_owner_is_salesperson_else_leader_else_the_person_of_the_rule(self):
        leader, fallback, left = (self.seller.copy({"login": f"alert_{n}"}) for n in ("leader", "fallback", "left"))
        team = self.env["crm.team"].create(
            {"name": "Team", "user_id": leader.id, "member_ids": [Command.set(left.ids)], "company_id": self.company.id}
        )
        self.large.user_id = fallback
        partners = [
            self.customer("Own", user_id=self.seller.id),
            self.customer("Left", user_id=left.id),
            self.customer("Nobody"),
            self.customer("Elsewhere", user_id=self.user_of_another_company().id),
        ]
        left.active = False
        for partner in partners:
            self.big(partner)
        self.run_jobs()
        owners = [self.alerts(partner).user_id for partner in partners]
        self.assertEqual(owners, [self.seller, leader, fallback, fallback])
        self.assertEqual(self.alerts(partners[1]).team_id, team)
        for alert in self.alerts(*partners):
            self.assertEqual(alert.activity_ids.user_id, alert.user_id)

    def user_of_another_company(self):
        company = self.env["res.company"].create({"name": "Another"})
        return self.seller.copy(
            {"login": "alert_elsewhere", "company_id": company.id, "company_ids": [Command.set(company.ids)]}
        )

    def test_alerts_of_who_leaves_go_to_somebody_else(self):
        fallback = self.seller.copy({"login": "alert_fallback"})
        self.large.user_id = fallback
        partner = self.customer("Mine", user_id=self.seller.id)
        self.big(partner)
        self.run_jobs()
        alert = self.alerts(partner)
        self.assertEqual(alert.user_id, self.seller)
        self.seller.active = False
        self.assertEqual(self.detect(), 1)
        self.assertEqual((alert.user_id, alert.activity_ids.user_id), (fallback, fallback))
        self.assertEqual(self.detect(), 0)
        fallback.active = False
        self.detect()
        self.assertFalse(alert.user_id, "nobody is better than somebody who left")
        self.assertEqual(self.detect(), 0)

    def test_deadline_in_working_hours_of_the_company(self):
        self.large.deadline_hours = 8
        calendar = self.company.resource_calendar_id
        calendar.tz = "UTC"
        friday = datetime(2026, 11, 27, 15, 0)
        with patch.object(fields.Datetime, "now", return_value=friday):
            deadline = self.env["crm.customer.alert"]._deadline_for(self.large, self.company)
        self.assertEqual(deadline.date(), datetime(2026, 11, 30).date())
        self.company.resource_calendar_id = False
        with patch.object(fields.Datetime, "now", return_value=friday):
            deadline = self.env["crm.customer.alert"]._deadline_for(self.large, self.company)
        self.assertEqual(deadline, friday + timedelta(hours=8))

    def test_reminder_is_due_on_the_day_of_the_deadline_where_the_company_is(self):
        partner = self.customer("Taipei", user_id=self.seller.id)
        self.company.partner_id.tz = "Asia/Taipei"
        self.big(partner)
        self.run_jobs()
        alert = self.alerts(partner)
        alert.deadline = datetime(2026, 11, 30, 20, 0)
        self.assertEqual(alert._deadline_day(), datetime(2026, 12, 1).date())
        self.company.partner_id.tz = "America/Los_Angeles"
        self.assertEqual(alert._deadline_day(), datetime(2026, 11, 30).date())

    def test_contact_below_a_company_is_that_company(self):
        company = self.customer("Company", user_id=self.seller.id)
        contact = self.customer("Contact", is_company=False, parent_id=company.id)
        self.big(contact)
        self.run_jobs()
        self.assertEqual(self.alerts(company).partner_id, company)
        self.assertEqual(self.card(company).action_open_alerts()["domain"][0], ("partner_id", "=", company.id))

    def test_companies_are_judged_by_themselves_in_their_own_currency(self):
        other = self.setup_other_company(name="Other")["company"]
        rule = self.rule("large", self.revenue, amounts=(100,), company_id=self.company.id)
        partner = self.customer("Both")
        self.big(partner)
        move = self.env["account.move"].with_company(other).create(
            {"move_type": "out_invoice", "partner_id": partner.id, "invoice_date": self.days_ago(1),
             "invoice_line_ids": [Command.create({"name": "x", "price_unit": 5000, "tax_ids": [Command.clear()]})]}
        )  # fmt: skip
        move.action_post()
        self.run_jobs()
        self.assertEqual(self.alerts(partner, rule=rule).company_id, self.company)
        self.assertEqual(set(self.alerts(partner, rule=self.large).company_id.ids), {self.company.id, other.id})

    def test_second_worker_finds_what_the_first_noted(self):
        """What another transaction noted meanwhile is left to it: no error, and nothing twice."""
        partner = self.customer("Raced")
        self.big(partner)
        for job in self.env["crm.job"].search([("sequence", "<", 36)]):
            job.run_number += 1
            while job._run_batch()[1]:
                pass
        self.large._note_findings(self.company)
        new = self.large._found_sql(self.company)
        with patch.object(type(self.large), "_new_sql", return_value=new):
            self.assertEqual(self.large._note_findings(self.company), 0)
        self.assertEqual(len(self.findings(partner)), 1)

    def test_judging_costs_the_same_for_few_and_many_customers(self):
        self.rule("unusual", self.revenue)
        self.rule("overdue")
        self.rule("change", self.revenue)
        self.large.active = False

        def queries():
            self.env.invalidate_all()
            self.detect()
            before = self.env.cr.sql_log_count
            self.env["crm.alert.rule"].search([]).full_on = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.alert.rule"].search([])._detect()
            return self.env.cr.sql_log_count - before

        self.regular("First", number=2, first=5)
        self.run_jobs()
        few = queries()
        for number in range(6):
            self.regular(f"More {number}", number=2, first=5)
        self.run_jobs()
        self.assertEqual(queries(), few)

    def test_left_out_on_purpose_are_the_same_every_night_and_get_no_alert(self):
        self.large.holdout_share = 50
        self.large.daily_cap = 0
        partners = [self.customer(f"Chance {n}") for n in range(20)]
        for partner in partners:
            self.big(partner)
        self.run_jobs()
        left_out = self.findings(*partners).filtered(lambda f: f.fate == "held_out").partner_id
        self.assertTrue(2 <= len(left_out) <= 18)
        self.assertEqual(len(self.alerts(*partners)), 20 - len(left_out))
        for partner in left_out:
            self.big(partner, 3000)
        self.run_jobs()
        self.assertFalse(self.alerts(*left_out))

    def test_never_two_open_alerts_of_a_rule_for_a_customer(self):
        partner = self.customer("Once")
        self.big(partner)
        self.run_jobs()
        alert = self.alerts(partner)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            alert.copy({"state": "new"})
            self.env.flush_all()

    def test_killed_between_finding_and_alert_goes_on(self):
        partner = self.customer("Killed")
        self.big(partner)
        for job in self.env["crm.job"].search([("sequence", "<", 36)]):
            job.run_number += 1
            while job._run_batch()[1]:
                pass
        self.large._note_findings(self.company)
        self.assertFalse(self.alerts(partner))
        self.detect()
        self.assertEqual(len(self.alerts(partner)), 1)
        self.assertEqual(self.detect(), 0)

    def test_raising_costs_no_query_for_each_alert(self):
        self.large.daily_cap = 0

        def queries(count):
            partners = [self.customer(f"Query {count} {n}", user_id=self.seller.id) for n in range(count)]
            for partner in partners:
                self.big(partner)
            for job in self.env["crm.job"].search([("sequence", "<", 36)]):
                job.run_number += 1
                while job._run_batch()[1]:
                    pass
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.detect()
            self.assertEqual(len(self.alerts(*partners)), count)
            return self.env.cr.sql_log_count - before

        queries(2)
        few, many = queries(3), queries(13)
        self.assertLessEqual(many - few, 10, "at most one statement for each alert: the link of its finding")

    def test_nothing_is_mailed(self):
        partner = self.customer("Quiet", user_id=self.seller.id)
        self.big(partner)
        before = self.env["mail.mail"].search_count([])
        self.run_jobs()
        self.assertTrue(self.alerts(partner).activity_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_merge_leaves_one_open_alert_with_everything(self):
        one, target = self.customer("Source", user_id=self.seller.id), self.customer("Target")
        self.big(one, 7000)
        self.big(target)
        self.rule("silence", threshold=1)
        self.run_jobs()
        sources, kept = self.alerts(one, rule=self.large), self.alerts(target, rule=self.large)
        self.env["crm.alert.outcome"].create({"alert_id": sources.id, "kind": "retained", "amount": 5})
        sources.action_contacted()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((one + target).ids, target)
        self.env.invalidate_all()
        alerts = self.alerts(target, rule=self.large)
        self.assertEqual(alerts.filtered(lambda a: a.state != "closed"), kept)
        self.assertEqual(len(kept.finding_ids), 2)
        self.assertEqual(kept.outcome_ids.kind, "retained")
        self.assertEqual(len(alerts), 2, "history stays")
        silent = self.alerts(target) - alerts
        self.assertEqual((len(silent), len(silent.filtered(lambda a: a.state != "closed"))), (2, 1))
        self.run_jobs()
        self.assertEqual(len(self.alerts(target, rule=self.large)), 2)

    def test_try_writes_nothing_and_says_what_the_night_would_do(self):
        self.large.daily_cap = 2
        self.large.active = False
        partners = [self.customer(f"Try {n}") for n in range(3)]
        for number, partner in enumerate(partners):
            self.big(partner, 2000 + number)
        page = self.env["crm.alert.try"].with_context(active_ids=self.large.ids).create({})
        line = page.line_ids
        self.assertEqual((line.customers, line.alerts), (3, 2))
        self.assertTrue(line.sample.startswith("Try 2"))
        self.assertFalse(self.env["crm.alert.finding"].search_count([]))
        line.switch_on = True
        page.action_switch_on()
        self.run_jobs()
        self.assertEqual(len(self.alerts(*partners)), 2)

    def test_ready_rules_are_off_and_switching_them_on_is_one_click(self):
        ready = self.env["crm.alert.rule"].with_context(active_test=False).search([("is_ready", "=", True)])
        own = [xmlid for xmlid in ready.get_external_id().values() if xmlid.startswith("crm_segmentation.")]
        self.assertEqual(len(own), 13, "addons above may ship more")
        self.assertFalse(any(ready.mapped("active")))
        self.assertEqual({kind for kind, _name in ready._fields["kind"].selection}, set(ready.mapped("kind")))
        for rule in ready:
            self.assertTrue(rule.text)
        page = self.env["crm.alert.try"].create({})
        self.assertFalse([line.note for line in page.line_ids if line.note and "No amount" not in line.note])
        page.action_switch_on()
        self.assertTrue(all(ready.mapped("active")))
        self.assertTrue(all(ready.measure_id.mapped("active")))
        self.run_jobs()
        self.assertFalse(ready.filtered("note").mapped("note"))
