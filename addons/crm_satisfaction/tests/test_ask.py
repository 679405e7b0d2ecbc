from ast import literal_eval
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import crm_satisfaction_program_ask
from ..tools.sampling import ticket
from .common import SatisfactionCommon

#: A Friday.
NOW = datetime(2026, 11, 27, 12, 0)


class AskCommon(SatisfactionCommon):
    """A schedule that asks a day after an order was confirmed, and orders confirmed when a test wants them to be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(fields.Datetime, "now", lambda *args: cls.now))
        cls.now = NOW
        cls.startClassPatcher(patch.object(fields.Date, "today", lambda *args: cls.now.date()))
        cls.asking = cls._schedule(
            "After an order", trigger="document", occasion="order", wait_days=0, customer_limit=0
        )
        cls.asking.domain = "[('state', '=', 'sale'), ('client_order_ref', '=', 'asked')]"
        cls._watch_long(cls.asking)

    @classmethod
    def _schedule(cls, name, **values):
        """Return a schedule that is switched on, sends at any hour and has watched for two months."""
        hours = {"hour_from": 0, "hour_to": 24, "working_days": False}
        program = cls.program.copy({"name": name, "active": True, **hours})
        program.write(values)
        cls._watch_long(program)
        return program

    @classmethod
    def _watch_long(cls, program):
        program.sudo().write({"watch_from": cls.now - timedelta(days=60)})
        if program.trigger != "period":
            program.date_from = False

    @classmethod
    def later(cls, **delta):
        cls.now = cls.now + timedelta(**delta)

    def setUp(self):
        super().setUp()
        type(self).now = NOW

    @classmethod
    def _order(cls, partner, days_ago=2.0, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "state": "sale",
                "client_order_ref": "asked",
                "company_id": cls.company.id,
                "date_order": cls.now - timedelta(days=days_ago),
                **values,
            }
        )

    def _ask(self, program=None):
        decided, asked, more = (program or self.asking)._ask_due()
        self.env.invalidate_all()
        return decided, asked, more

    def _decisions(self, program=None):
        domain = [("program_id", "=", (program or self.asking).id)]
        return self.env["crm.satisfaction.request"].search(domain, order="id")

    def _codes(self, program=None):
        return {request.partner_id: request.reason_code for request in self._decisions(program)}


@tagged("post_install", "-at_install")
class TestAsk(AskCommon):
    # What causes a question

    def test_contact_of_the_order_is_asked_once(self):
        order = self._order(self.contact)
        self.assertEqual(self._ask(), (1, 1, False))
        request = self._decisions()
        self.assertRecordValues(request, [{
            "partner_id": self.contact.id,
            "customer_id": self.customer.id,
            "company_id": self.company.id,
            "state": "to_send",
            "reason": False,
            "reason_code": False,
            "channel": "mail",
            "res_model": "sale.order",
            "res_id": order.id,
            "trigger_day": date(2026, 11, 25),
            "decided_at": NOW,
            "send_at": NOW,
            "deadline": date(2026, 12, 27),
            "document_name": order.display_name,
        }])  # fmt: skip
        token = request.sudo().access_token
        self.assertRegex(token, "^[0-9a-f]{64}$")
        self.assertEqual(request._find_by_token(f"{request.id}-{token}"), request)
        self.assertEqual(self._ask(), (0, 0, False))

    def test_delay_is_kept(self):
        self._order(self.contact, days_ago=0.9)
        self.assertEqual(self._ask()[0], 0)
        self.asking.write({"delay": 2, "delay_unit": "hours"})
        self.assertEqual(self._ask()[1], 1)

    def test_nothing_before_the_schedule_was_switched_on_is_asked_about(self):
        self._order(self.contact)
        self.asking.active = False
        self.asking.active = True
        self.assertEqual(self.asking.watch_from, NOW)
        self.later(days=3)
        self.assertEqual(self._ask()[0], 0)
        self._order(self.contact)
        self.assertEqual(self._ask()[1], 1)

    def test_a_wider_filter_does_not_reach_back(self):
        self._order(self.contact, client_order_ref="other")
        self.asking.domain = "[('state', '=', 'sale')]"
        self.assertEqual(self._ask()[0], 0)

    def test_nothing_before_the_first_day_is_asked_about(self):
        self._order(self.contact)
        self.asking.date_from = NOW.date()
        self.assertEqual(self._ask()[0], 0)

    def test_late_document_is_recorded_and_not_asked_about(self):
        self._order(self.contact, days_ago=33)
        self._order(self._contact("Bob"), days_ago=50)
        self.assertEqual(self._ask()[:2], (1, 0))
        self.assertRecordValues(self._decisions(), [{"reason_code": "too_late", "reason": "Due more than 30 days ago"}])

    def test_company_address_and_silent_contact_lead_to_the_first_contact(self):
        address = self.env["res.partner"].create({"name": "Dock", "type": "delivery", "parent_id": self.customer.id})
        silent = self.env["res.partner"].create({"name": "Silent", "parent_id": self.customer.id})
        self._contact("Zoe", self.customer)
        for partner in (self.customer, address, silent):
            with self.subTest(partner=partner.name):
                order = self._order(partner)
                self._ask()
                request = self._decisions().filtered(lambda r, order=order: r.res_id == order.id)
                self.assertEqual(request.partner_id, self.contact)

    def test_every_guest_of_a_meeting_is_asked_but_not_our_own_and_not_who_declined(self):
        meeting = self._schedule("Meetings", trigger="document", occasion="meeting", customer_limit=0)
        bob, dora = self._contact("Bob"), self._contact("Dora")
        guests = self.contact | bob | dora | self.salesman.partner_id
        events = self.env["calendar.event"].create(
            [
                {
                    "name": privacy,
                    "start": NOW - timedelta(days=2),
                    "stop": NOW - timedelta(days=2, hours=-1),
                    "partner_ids": [(6, 0, guests.ids)],
                    "privacy": privacy,
                }
                for privacy in ("public", "private")
            ]
        )
        events[0].attendee_ids.filtered(lambda guest: guest.partner_id == dora).state = "declined"
        self._ask(meeting)
        decided = self._decisions(meeting)
        self.assertEqual(decided.partner_id, self.contact | bob)
        self.assertEqual(set(decided.mapped("res_id")), {events[0].id})
        self.assertEqual(self._ask(meeting)[0], 0)

    def test_paid_invoice_is_asked_about_as_an_invoice(self):
        paid = self._schedule("Paid", trigger="document", occasion="paid")
        self.assertEqual(paid.model_name, "crm.payment.delay")
        self.assertEqual(paid._document_model(), "account.move")
        self.assertEqual(self._ask(paid)[0], 0)

    # Why not

    def test_every_reason_of_the_contact(self):
        env = self.env
        blocked, withdrawn = self._contact("Blocked"), self._contact("Withdrawn")
        env["mail.blacklist"]._add(blocked.email)
        withdrawn._satisfaction_withdraw("mail")
        second = env["res.company"].create({"name": "Second"})
        expected = {
            env["res.partner"].create({"name": "No mail"}): "no_address",
            env["res.partner"].create({"name": "Broken", "email": "not an address"}): "no_address",
            blocked: "blacklisted",
            withdrawn: "withdrawn",
            self._contact("Archived", active=False): "archived",
            self._contact("Ours", self.company.partner_id): "own",
            self.salesman.partner_id: "staff",
            self._contact("Elsewhere", company_id=second.id): "other_company",
            self.contact: False,
        }
        for partner in expected:
            # The rules on companies would refuse to order for a contact of another company.
            order = self._order(self.contact)
            env.cr.execute("UPDATE sale_order SET partner_id = %s WHERE id = %s", (partner.id, order.id))
        env.invalidate_all()
        self.assertEqual(self._ask()[:2], (9, 1))
        self.assertEqual(self._codes(), expected)
        for request in self._decisions():
            self.assertEqual(bool(request.reason), request.state == "not_asked")
        self.assertEqual(self._ask()[0], 0)

    def test_document_without_a_contact_is_recorded(self):
        leads = self._schedule("Lost", trigger="document", occasion="lost")
        lead = self.env["crm.lead"].create({"name": "Nobody", "type": "opportunity"})
        leads.domain = f"[('id', '=', {lead.id})]"
        self._watch_long(leads)
        self.env.cr.execute("UPDATE crm_lead SET date_closed = %s WHERE id = %s", (NOW - timedelta(days=3), lead.id))
        self.assertEqual(self._ask(leads)[:2], (1, 0))
        self.assertRecordValues(self._decisions(leads), [{"reason_code": "no_contact", "partner_id": False}])

    def test_waiting_time_holds_across_schedules_contacts_of_one_address_included(self):
        self.asking.wait_days = 90
        twin = self._contact("Twin", email=self.contact.email.upper())
        stranger = self._contact("Stranger")
        self._request(self.contact, state="answered", decided_at=NOW - timedelta(days=89))
        self._request(stranger, state="answered", decided_at=NOW - timedelta(days=91))
        for partner in (self.contact, twin, stranger):
            self._order(partner)
        self._ask()
        self.assertEqual(self._codes(), {self.contact: "waiting", twin: "same_address", stranger: False})

    def test_ten_contacts_with_one_address_get_one_mail(self):
        for number in range(10):
            self._order(self._contact(f"Ten{number}", email="shared@sat.example.com"))
        self.assertEqual(self._ask()[:2], (10, 1))
        self.assertEqual(self._decisions().mapped("reason_code"), [False, *["same_address"] * 9])

    def test_ten_contacts_of_one_customer_are_not_asked_at_a_time(self):
        self.asking.write({"customer_limit": 2, "wait_days": 30})
        people = [self._contact(f"Col{number}", self.customer) for number in range(5)]
        self._request(people[0], state="answered", decided_at=NOW - timedelta(days=10))
        for person in people:
            self._order(person)
        self._ask()
        self.assertEqual(
            [self._codes()[person] for person in people],
            ["waiting", False, "customer_limit", "customer_limit", "customer_limit"],
        )

    def test_two_orders_of_one_contact_cause_one_question(self):
        self._order(self.contact, days_ago=3), self._order(self.contact, days_ago=2)
        self._ask()
        self.assertEqual(self._decisions().mapped("reason_code"), [False, "open"])

    # How many

    def test_sample_is_the_same_whenever_it_is_drawn(self):
        self.asking.share_percent = 30
        people = [self._contact(f"Sam{number}") for number in range(40)]
        for person in people:
            self._order(person)
        self._ask()
        first = self._codes()
        drawn = {p for p in people if ticket("share", self.asking.id, "2026-11", p.id) < 0.3}
        self.assertEqual({p for p in people if not first[p]}, drawn)
        self.assertTrue(5 < len(drawn) < 20)
        self._decisions().unlink()
        self._ask()
        self.assertEqual(self._codes(), first)

    def test_limit_a_day_lets_the_others_wait_undecided(self):
        self.asking.day_limit = 3
        for number in range(5):
            self._order(self._contact(f"Lim{number}"), days_ago=5 - number / 10)
        self._order(self.env["res.partner"].create({"name": "No mail"}))
        self.assertEqual(self._ask()[:2], (4, 3))
        self.assertEqual(self._ask()[:2], (0, 0))
        self.later(days=1)
        self.assertEqual(self._ask()[:2], (2, 2))

    def test_batches_end_and_nothing_is_decided_twice(self):
        for number in range(7):
            self._order(self._contact(f"Batch{number}"))
        results = [self.asking._ask_due(limit=3) for _turn in range(4)]
        self.assertEqual(
            [(decided, more) for decided, _asked, more in results], [(3, True), (3, True), (1, False), (0, False)]
        )
        self.assertEqual(len(self._decisions()), 7)

    # Every few months

    def _period_program(self, **values):
        cards = self._card()
        for name in ("Per1", "Per2", "Per3"):
            cards |= self._card(self._contact(name))
        values = {"every_months": 6, "wait_days": 30, **values}
        program = self._schedule("Half-yearly", trigger="period", **values)
        program.customer_domain = f"[('id', 'in', {cards.ids})]"
        return program

    def test_each_customer_is_asked_once_in_each_period(self):
        program = self._period_program(spread=False)
        self.assertEqual(program.date_from, NOW.date())
        self.assertEqual(self._ask(program)[:2], (4, 4))
        self.assertIn(self.contact, self._decisions(program).partner_id)
        self.assertEqual(set(self._decisions(program).mapped("trigger_day")), {NOW.date()})
        self.later(days=170)
        self.assertEqual(self._ask(program)[0], 0)
        self._decisions(program).write({"state": "expired"})
        self.later(days=15)
        self.assertEqual(self._ask(program)[:2], (4, 4))

    def test_switching_off_and_on_does_not_begin_a_new_period(self):
        program = self._period_program(spread=False)
        self._ask(program)
        self.later(days=40)
        program.active = False
        program.active = True
        self.assertEqual(self._ask(program)[0], 0)

    def test_spread_gives_each_customer_a_day_of_their_own(self):
        program = self._period_program()
        days, asked = (date(2027, 5, 27) - NOW.date()).days, 0
        cards = self.env["crm.customer"].search(literal_eval(program.customer_domain))
        due = sorted(int(ticket("day", program.id, card.partner_id.id) * days) for card in cards)
        for number, day in enumerate(due):
            type(self).now = NOW + timedelta(days=day)
            asked += self._ask(program)[1]
            self.assertGreater(asked, number)
        self.assertEqual(asked, 4)

    def test_filter_on_profiles_is_followed(self):
        program = self._period_program(spread=False)
        program.customer_domain = f"[('partner_id', '=', {self.customer.id})]"
        self._ask(program)
        self.assertEqual(self._decisions(program).partner_id, self.contact)

    # The scheduled action

    def _run_cron(self):
        cron = self.env.ref("crm_satisfaction.ir_cron_satisfaction_ask")
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
        self.env.invalidate_all()

    def test_hourly_action_plans_every_schedule_and_notes_when(self):
        self._order(self.contact)
        self._run_cron()
        self.assertEqual(len(self._decisions()), 1)
        self.assertRecordValues(self.asking, [{"last_run_at": NOW, "last_error": False}])
        self.assertFalse(self.program.last_run_at)

    def test_one_broken_schedule_holds_up_no_other(self):
        self._order(self.contact)
        broken = self.asking.copy({"name": "Broken", "active": True})
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_satisfaction_program SET partner_path = 'nowhere' WHERE id = %s", (broken.id,))
        self.env.invalidate_all()
        self._run_cron()
        self.assertIn("nowhere", broken.last_error)
        self.assertEqual(len(self._decisions()), 1)

    def test_unforeseen_errors_are_noted_too(self):
        model = type(self.env["crm.satisfaction.program"])
        with (
            patch.object(model, "_ask_due", side_effect=ZeroDivisionError("odd")),
            mute_logger("odoo.addons.crm_satisfaction.models.crm_satisfaction_program_ask"),
        ):
            self._run_cron()
        self.assertEqual(self.asking.last_error, "ZeroDivisionError: odd")

    def test_archived_survey_asks_nobody_and_loses_nothing(self):
        self._order(self.contact)
        self.asking.survey_id.active = False
        self.asking._ask_safely()
        self.assertIn("archived", self.asking.last_error)
        self.assertIn("archived", self.asking.mail_problem)
        self.assertFalse(self._decisions())
        self.asking.survey_id.active = True
        self.asking._ask_safely()
        self.assertFalse(self.asking.last_error)
        self.assertEqual(len(self._decisions()), 1)

    def test_two_companies_ask_about_their_own_documents(self):
        second = self.env["res.company"].create({"name": "Second"})
        theirs = self.asking.copy({"name": "Theirs", "company_id": second.id, "user_id": False, "active": True})
        self._watch_long(theirs)
        bob = self._contact("Bob")
        self._order(self.contact)
        self._order(bob, company_id=second.id)
        self._ask(), self._ask(theirs)
        self.assertEqual(self._decisions().partner_id, self.contact)
        self.assertEqual(self._decisions(theirs).partner_id, bob)
        self.assertEqual(self._decisions(theirs).company_id, second)

    def test_killed_halfway_goes_on_where_it_was(self):
        for number in range(6):
            self._order(self._contact(f"Kill{number}"))
        with patch.object(crm_satisfaction_program_ask, "BATCH", 2):
            self.asking._ask_due(limit=2)  # and then the server dies
            self._run_cron()
        decided = self._decisions()
        self.assertEqual(len(decided), 6)
        self.assertEqual(len(set(decided.mapped("res_id"))), 6)

    # By hand, and again

    def test_somebody_expected_is_asked_again(self):
        self.asking.wait_days = 90
        self._request(self.contact, state="answered")
        later = NOW + timedelta(days=3)
        refused = self.program._invite(self.contact, document=self.customer)
        self.assertEqual(refused.reason_code, "waiting")
        request = self.program._invite(self.contact, document=self.customer, not_before=later, again=True)
        self.assertRecordValues(
            request,
            [{"state": "to_send", "res_model": "res.partner", "res_id": self.customer.id, "send_at": later}],
        )

    def test_portal_asks_only_who_can_log_in(self):
        portal = self.program.copy({"name": "Portal", "active": True, "channel": "portal"})
        guest = new_test_user(self.env, "sat_guest", groups="base.group_portal").partner_id
        asked = portal._invite(guest | self.contact)
        asked, refused = asked.sorted("state", reverse=True)
        self.assertRecordValues(
            asked, [{"partner_id": guest.id, "state": "sent", "sent_at": NOW, "reason_code": False, "send_at": False}]
        )
        self.assertRecordValues(
            refused,
            [{"partner_id": self.contact.id, "state": "not_asked", "sent_at": False, "reason_code": "no_portal"}],
        )

    def test_links_and_cards_are_handed_over_and_need_no_address(self):
        link = self.program.copy({"name": "Link", "active": True, "channel": "link"})
        silent = self.env["res.partner"].create({"name": "Silent"})
        wizard = self.env["crm.satisfaction.invite"].create({"program_id": link.id, "partner_ids": silent.ids})
        self.assertIn("hand over", wizard.summary)
        before = self.env["mail.mail"].search_count([])
        wizard.action_invite()
        self.assertRecordValues(
            self._decisions(link), [{"partner_id": silent.id, "state": "sent", "channel": "link", "sent_at": NOW}]
        )
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    # Merged and deleted

    def test_merged_contacts_are_not_asked_twice_about_one_meeting_or_period(self):
        program = self._period_program(spread=False)
        self._ask(program)
        double = self._contact("Double")
        self._card(double)
        program.customer_domain = "[]"
        self._ask(program)
        before = self._decisions(program)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((double | self.contact).ids, self.contact, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(before.exists(), before)
        self.assertEqual(self._ask(program)[0], 0)

    def test_deleted_contact_is_not_asked_about_again(self):
        bob = self._contact("Bob", self.customer)
        order = self._order(bob)
        self._ask()
        order.partner_id = self.customer
        bob.unlink()
        self.env.invalidate_all()
        self.assertEqual(self._ask()[0], 0)
        self.assertRecordValues(self._decisions(), [{"state": "expired", "partner_id": False}])
