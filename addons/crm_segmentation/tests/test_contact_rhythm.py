from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common_policy import PolicyCommon


class TestContactRhythm(PolicyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env.ref("crm_segmentation.job_contact_rhythm")
        cls.gold.policy_contact_days = 30
        cls.company.crm_contact_rhythm = True
        cls.now = fields.Datetime.now()

    def night(self):
        self.job.run_number += 1
        done, remaining = 0, 1
        while remaining:
            rows, remaining = self.job._run_batch()
            done += rows
        self.env.invalidate_all()
        return done

    def reminders(self, partner=None):
        return (partner or self.partner).activity_ids.filtered("crm_rhythm_company_id")

    def mail(self, days, partner=None, direction="in", **values):
        """Write the mail of a contact on an order of theirs, or of ours to them, some days ago."""
        partner = partner or self.partner
        ours = direction == "out"
        author = self.seller.partner_id if ours else partner
        message = self.env["mail.message"].create(
            {
                "model": "res.partner",
                "res_id": partner.id,
                "message_type": "comment",
                "author_id": author.id,
                "date": self.now - timedelta(days=days),
                "body": "Hello",
                **values,
            }
        )
        if ours:
            self.env["mail.notification"].create(
                {
                    "mail_message_id": message.id,
                    "res_partner_id": partner.id,
                    "notification_type": "email",
                    "notification_status": "sent",
                }
            )
        return message

    def test_nothing_happens_until_a_company_switches_it_on(self):
        self.company.crm_contact_rhythm = False
        self.enter(self.gold, self.partner)
        self.assertEqual(self.night(), 0)
        self.assertFalse(self.partner.activity_ids)

    def test_nobody_is_reminded_of_customers_without_rhythm(self):
        self.enter(self.wide, self.partner)
        self.assertEqual(self.night(), 0)

    def test_a_passed_rhythm_gives_one_activity_until_it_is_done(self):
        self.enter(self.gold, self.partner)
        self.mail(31)
        self.assertEqual(self.night(), 1)
        reminder = self.reminders()
        self.assertRecordValues(
            reminder,
            [{"user_id": self.seller.id, "date_deadline": self.today, "crm_rhythm_company_id": self.company.id}],
        )
        self.assertEqual(reminder.summary, "Get in touch: last contact 31 days ago, every 30 days agreed")
        self.assertEqual(self.night(), 0, "one until it is done")
        reminder.action_done()
        self.assertEqual(self.night(), 0, "whoever marked it as done was in touch")
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_activity SET date_done = %s WHERE id = %s", [self.days_ago(31), reminder.id])
        self.assertEqual(self.night(), 1, "the next round")

    def test_contacts_count_either_way_and_from_whoever_of_the_company(self):
        for direction, days, due in (("in", 29, 0), ("out", 29, 0), ("in", 30, 1), ("out", 30, 1)):
            partner = self.customer("C", user_id=self.seller.id)
            contact = self.customer("Somebody", is_company=False, parent_id=partner.id)
            self.enter(self.gold, partner)
            self.mail(days, contact, direction)
            with self.subTest(direction=direction, days=days):
                self.assertEqual(self.night(), due)

    def test_contacts_elsewhere_and_in_the_future_do_not_count(self):
        self.enter(self.gold, self.partner)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.mail(1, record_company_id=elsewhere.id)
        self.mail(-2)
        self.assertEqual(self.night(), 1)
        self.assertIn("no contact yet", self.reminders().summary)
        other = self.customer("Other", user_id=self.seller.id)
        self.enter(self.gold, other)
        self.mail(1, other, record_company_id=self.company.id)
        self.assertEqual(self.night(), 0)

    def test_channel_decides_the_kind_of_activity(self):
        kinds = {"phone": "call", "email": "email", "meeting": "meeting", "portal": "todo", False: "todo"}
        for channel, kind in kinds.items():
            self.gold.policy_channel = channel
            partner = self.customer("C", user_id=self.seller.id)
            self.enter(self.gold, partner)
            self.night()
            with self.subTest(channel=channel):
                expected = self.env.ref(f"mail.mail_activity_data_{kind}")
                self.assertEqual(self.reminders(partner).activity_type_id, expected)

    def test_salesperson_who_left_is_followed_by_the_leader_of_the_team(self):
        self.gold.policy_team_id = self.env["crm.team"].create({"name": "Keys", "user_id": self.boss.id})
        self.seller.active = False
        self.enter(self.gold, self.partner)
        self.night()
        self.assertEqual(self.reminders().user_id, self.boss)

    def test_customers_nobody_looks_after_are_counted_in_the_job(self):
        self.job.run_id = self.env["crm.job.run"]._begin(self.job, self.now)
        self.enter(self.gold, self.customer("Orphan"))
        self.assertEqual(self.night(), 0)
        self.assertIn("1 customers are due for contact, but nobody looks after them", self.job.run_id.message)

    def test_a_salesperson_of_another_company_is_not_asked(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.partner.user_id = self.make_user("policy_there", "sales_team.group_sale_salesman", elsewhere)
        self.enter(self.gold, self.partner)
        self.assertEqual(self.night(), 0)

    def test_archived_customers_and_our_own_companies_are_left_alone(self):
        archived = self.customer("Archived", user_id=self.seller.id, active=False)
        self.enter(self.gold, archived)
        self.agree(self.company.partner_id, policy_contact_days=1)
        self.company.partner_id.user_id = self.seller
        self.assertEqual(self.night(), 0)

    def test_a_customer_who_wants_none_gets_none(self):
        self.enter(self.gold, self.partner)
        self.agree(self.partner, policy_no_contact=True)
        self.assertEqual(self.night(), 0)

    def test_restricted_segments_remind_nobody(self):
        self.enter(self.gold, self.partner)
        with patch.object(type(self.gold), "_is_restricted", lambda segments: segments & self.gold):
            self.assertEqual(self.night(), 0)

    def test_longest_overdue_come_first_and_nobody_gets_more_than_the_limit(self):
        self.company.crm_contact_rhythm_limit = 2
        ages = {40: None, 90: None, 60: None}
        for days in ages:
            ages[days] = self.customer(f"C{days}", user_id=self.seller.id)
            self.mail(days, ages[days])
        self.enter(self.gold, *ages.values())
        self.assertEqual(self.night(), 2)
        self.assertFalse(self.reminders(ages[40]))
        self.assertEqual(self.night(), 0, "the same night")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET create_date = create_date - INTERVAL '1 day' WHERE crm_rhythm_company_id > 0"
        )
        self.env.invalidate_all()
        self.assertEqual(self.night(), 1)
        self.assertTrue(self.reminders(ages[40]))

    def test_batches_go_on_where_they_were_killed(self):
        partners = [self.customer(f"C{number}", user_id=self.seller.id) for number in range(5)]
        self.enter(self.gold, *partners)
        self.job.run_number += 1
        with patch("odoo.addons.crm_segmentation.models.crm_contact_rhythm.BATCH", 2):
            self.assertEqual(self.job._run_batch()[0], 2)
            with self.env.cr.savepoint(flush=False) as killed:
                self.job._run_batch()
                killed.rollback()
            self.env.invalidate_all()
            self.assertEqual(self.job._run_batch()[0], 2)
            self.assertEqual(self.job._run_batch(), (1, 0))
        self.env.invalidate_all()
        self.assertEqual([len(self.reminders(partner)) for partner in partners], [1] * 5)

    def test_nobody_gets_a_mail_for_a_reminder(self):
        mails = self.env["mail.mail"].search_count([])
        messages = self.env["mail.message"].search_count([])
        self.enter(self.gold, self.partner)
        self.night()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_merged_customers_keep_one_reminder(self):
        other = self.customer("Other", user_id=self.seller.id)
        self.enter(self.gold, other, self.partner)
        self.assertEqual(self.night(), 2)
        kept = self.reminders()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((other + self.partner).ids, self.partner)
        self.env.invalidate_all()
        self.assertEqual(self.reminders(), kept)

    def test_statements_do_not_grow_with_the_customers(self):
        counts = []
        self.company.crm_contact_rhythm_limit = 1000
        for size in (5, 50):
            partners = self.env["res.partner"].create(
                [{"name": f"C{number}", "user_id": self.seller.id} for number in range(size)]
            )
            self.enter(self.gold, *partners)
            policies = {
                partner: values
                for (partner, _c), (values, _s) in self.env["crm.customer"]._policies(None, self.company).items()
            }
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertGreaterEqual(len(self.env["crm.customer"]._due_partners(policies, self.company)), size)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
