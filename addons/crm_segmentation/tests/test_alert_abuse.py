from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_alert import AlertCommon


class TestAlertAbuse(AlertCommon):
    """What people and programs try that no button does, and settings that would stop the others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls.rule("large", cls.revenue, amounts=(1000,))
        cls.partner = cls.customer("Known", user_id=cls.seller.id)
        cls.invoice(cls.partner, 4321, days=1)
        cls.run_jobs()
        cls.alert = cls.alerts(cls.partner).with_user(cls.seller)

    @classmethod
    def make_user(cls, login, groups):
        return new_test_user(cls.env, f"abuse_{login}", groups=groups, company_id=cls.company.id)

    def test_a_closed_alert_keeps_reason_and_outcome(self):
        self.alert.action_false_alarm()
        closed_at = self.alert.closed_at
        for attempt in (
            lambda: self.alert.outcome_ids.unlink(),
            lambda: self.alert.write({"outcome_ids": [Command.clear()]}),
            lambda: self.alert.write({"reason_id": False}),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.alert.write({"outcome_ids": [Command.create({"kind": "retained", "amount": 5})]})
        self.alert.outcome_ids[0].unlink()
        self.assertEqual(self.alert.result, "hit", "another outcome is left")
        self.assertEqual(self.alert.closed_at, closed_at)

    def test_steps_move_only_what_stands_before_them(self):
        self.alert.action_false_alarm()
        values = self.alert.read(["state", "closed_at", "reason_at", "contacted_at"])
        self.alert.sudo().contacted_at = False  # as after a merge
        for step in ("action_contacted", "action_reason", "action_close", "action_false_alarm"):
            getattr(self.alert, step)()
            with self.subTest(step=step):
                self.assertEqual(self.alert.state, "closed")
        self.assertEqual(self.alert.closed_at, values[0]["closed_at"])
        self.alert.action_reopen()
        self.assertEqual((self.alert.state, self.alert.closed_at), ("reason", False))
        self.alert.sudo().write({"state": "new", "contacted_at": False})
        self.alert.action_reopen()
        self.assertEqual(self.alert.state, "new", "an open alert is not taken up again")

    def test_who_may_not_configure_rules_tries_none(self):
        """The page shows customers that a salesperson with own documents does not see."""
        names = ("sales_team.group_sale_salesman", "crm_segmentation.group_insight_read")
        for number, group in enumerate(names):
            pages = self.env["crm.alert.try"].with_user(self.make_user(number, group))
            with self.subTest(group=group), self.assertRaises(AccessError):
                pages.default_get(["line_ids"])
        self.assertTrue(
            self.env["crm.alert.try"]
            .with_user(self.make_user("boss", "sales_team.group_sale_manager"))
            .default_get(["line_ids"])["line_ids"]
        )

    @mute_logger("odoo.sql_db")
    def test_numbers_beyond_all_dates_are_refused(self):
        for name in ("cool_down_days", "history_days", "deadline_hours"):
            with self.subTest(name=name), self.assertRaises(Exception) as refused, self.cr.savepoint():
                self.large.write({name: 2000000000})
                self.env.flush_all()
            self.assertIn("numbers_positive", str(refused.exception))
            self.env.invalidate_all()

    def test_people_without_room_do_not_hold_up_others(self):
        """Many serious findings of one overloaded person come before the only one of a colleague."""
        self.large.active = False
        rule = self.rule("large", self.revenue, amounts=(1000,), daily_cap=1, user_id=self.seller.id)
        for number in range(4):
            left = self.make_user(f"left{number}", "base.group_user")
            self.invoice(self.customer(f"Orphan {number}", user_id=left.id), 9000, days=1)
        colleague = self.make_user("colleague", "sales_team.group_sale_salesman_all_leads")
        theirs = self.customer("Theirs", user_id=colleague.id)
        self.invoice(theirs, 2000, days=1)
        with patch("odoo.addons.crm_segmentation.models.crm_alert_rule_raise.BATCH", 3):
            self.run_jobs()
        self.assertEqual(self.alerts(theirs, rule=rule).user_id, colleague)
        self.assertEqual(sorted(self.alerts(rule=rule).user_id.ids), sorted((self.seller | colleague).ids))
        self.assertEqual(len(self.alerts(rule=rule)), 2, "the cap holds")

    def test_an_indicator_that_breaks_after_the_finding_stops_no_other_rule(self):
        silence = self.rule("silence", threshold=20)
        first = self.customer("First", user_id=self.seller.id)
        silent = self.customer("Silent", user_id=self.seller.id)
        self.invoice(first, 5000, days=1)
        self.invoice(silent, 50, days=21)
        for job in self.env["crm.job"].search([("sequence", "<", self.job.sequence)]):
            job.run_number += 1
            while job._run_batch()[1]:
                pass
        rules = self.large | silence
        rules._detect()
        self.env.cr.execute("UPDATE crm_measure SET domain = %s WHERE id = %s", ["[('gone', '=', 1)]", self.revenue.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        rules._raise_alerts()
        self.assertTrue(self.alerts(silent, rule=silence))
        self.assertEqual(self.alerts(first, rule=self.large).evidence["bars"], [], "no chart, but the alert")

    def test_documents_of_another_kind_are_not_mixed_up(self):
        """A payment that joined the case has a number that an invoice may have too."""
        payment = self.env["account.payment"].create({"partner_id": self.partner.id, "amount": 5})
        finding = self.alert.sudo().finding_ids
        finding.copy({"key": f"account.payment,{payment.id}", "res_model": payment._name, "res_id": payment.id})
        action = self.alert.action_open_documents()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", finding.res_id))

    def test_a_rule_with_alerts_gets_no_indicator_afterwards(self):
        """Its alerts could be read by some who may not see the rule."""
        silence = self.rule("silence", threshold=20)
        silent = self.customer("Silent", user_id=self.seller.id)
        self.invoice(silent, 50, days=21)
        self.run_jobs()
        self.assertTrue(self.alerts(silent, rule=silence))
        with self.assertRaises(ValidationError):
            silence.measure_id = self.revenue
        with self.assertRaises(ValidationError):
            self.large.measure_id = self.invoices

    def test_a_customer_that_is_deleted_leaves_no_reminder(self):
        alert = self.alert.sudo()
        lone = self.customer("Lone")
        values = {"partner_id": lone.id, "rule_id": alert.rule_id.id, "key": "lone", "user_id": self.seller.id}
        names = ("company_id", "kind", "day", "severity", "raised_on")
        other = alert.create(
            [{**values, **{name: alert[name] or False for name in names}, "company_id": self.company.id}]
        )
        other._remind()
        activity, number = other.activity_ids, other.id
        self.assertTrue(activity)
        lone.unlink()
        self.assertFalse(activity.exists())
        self.assertFalse(self.env["mail.message"].search([("model", "=", alert._name), ("res_id", "=", number)]))
