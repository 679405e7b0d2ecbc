from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestConsent(SatisfactionCommon):
    def _withdrawn(self, partners):
        ids = self.env["crm.satisfaction.consent"]._withdrawn_ids(partners)
        return partners.browse(partner.id for partner in partners if partner.id in ids)

    def test_last_word_counts(self):
        self.assertFalse(self._withdrawn(self.contact))
        self.contact._satisfaction_withdraw("mail")
        self.assertEqual(self._withdrawn(self.contact), self.contact)
        self.contact._satisfaction_allow("page")
        self.assertFalse(self._withdrawn(self.contact))
        self.contact._satisfaction_withdraw("portal")
        self.assertEqual(self._withdrawn(self.contact), self.contact)

    def test_each_word_is_kept_and_said_once(self):
        for _again in range(3):
            self.contact._satisfaction_withdraw("mail")
        self.contact._satisfaction_allow("user")
        said = self.env["crm.satisfaction.consent"].search([("partner_id", "=", self.contact.id)])
        self.assertRecordValues(
            said,
            [
                {"withdrawn": False, "source": "user", "email": "ann@sat.example.com"},
                {"withdrawn": True, "source": "mail", "email": "ann@sat.example.com"},
            ],
        )

    def test_address_is_not_asked_through_another_contact(self):
        twin = self._contact("Twin", email="ANN@sat.example.com")
        other = self._contact("Other")
        self.contact._satisfaction_withdraw("mail")
        self.assertEqual(self._withdrawn(twin | other), twin)
        # The twin may speak for the address, but not for the person who withdrew.
        twin._satisfaction_allow("page")
        self.assertEqual(self._withdrawn(self.contact | twin), self.contact)

    def test_new_address_of_the_same_person_is_not_asked_either(self):
        self.contact._satisfaction_withdraw("mail")
        self.contact.email = "new@sat.example.com"
        self.assertEqual(self._withdrawn(self.contact), self.contact)

    def test_deleted_contact_who_comes_back_is_still_not_asked(self):
        loner = self._contact("Loner")
        loner._satisfaction_withdraw("mail")
        loner.unlink()
        self.env.invalidate_all()
        self.assertTrue(self._withdrawn(self._contact("Loner")))

    def test_contact_without_address(self):
        nobody = self.env["res.partner"].create({"name": "No address"})
        stranger = self.env["res.partner"].create({"name": "No address either"})
        nobody._satisfaction_withdraw("user")
        self.assertEqual(self._withdrawn(nobody | stranger), nobody)
        self.assertEqual(self.env["crm.satisfaction.consent"]._withdrawn_ids(self.env["res.partner"]), set())

    def test_merge_keeps_the_wish(self):
        twin = self._contact("Twin", self.customer)
        twin._satisfaction_withdraw("mail")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin | self.contact).ids, self.contact, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(self._withdrawn(self.contact), self.contact)

    def test_mails_that_wait_are_not_sent_and_the_blacklist_stays_as_it_was(self):
        twin = self._contact("Twin", email=self.contact.email)
        waiting = self._request(state="to_send") | self._request(twin, state="to_send")
        sent = self._request(program=self.program.copy({"active": True}))
        mail = self.env["mail.mail"].create({"subject": "S", "body_html": "B", "state": "outgoing"})
        waiting[0].mail_id = mail
        self.contact._satisfaction_withdraw("mail")
        self.assertEqual(waiting.mapped("state"), ["not_asked", "not_asked"])
        self.assertFalse(mail.exists())
        self.assertEqual(sent.state, "sent")
        self.assertFalse(self.contact.is_blacklisted)

    def test_nothing_said_can_be_changed_or_deleted(self):
        said = self.contact._satisfaction_withdraw("mail")
        with self.assertRaises(UserError):
            said.withdrawn = False
        with self.assertRaises(UserError):
            said.partner_id = self.salesman.partner_id
        with self.assertRaises(UserError):
            said.unlink()
        said.partner_id = False
        self.assertTrue(said.withdrawn)

    def test_colleague_records_what_a_contact_said(self):
        contact = self.contact.with_user(self.salesman)
        contact.action_satisfaction_withdraw()
        self.assertTrue(contact.satisfaction_withdrawn)
        self.assertEqual(contact.search([("satisfaction_withdrawn", "=", True), ("id", "=", contact.id)]), contact)
        self.assertFalse(contact.search([("satisfaction_withdrawn", "!=", True), ("id", "=", contact.id)]))
        contact.action_satisfaction_allow()
        self.assertFalse(contact.satisfaction_withdrawn)
        with self.assertRaises(AccessError):
            self.contact.with_user(self.reader).action_satisfaction_withdraw()

    def test_others_learn_nothing(self):
        self.contact._satisfaction_withdraw("mail")
        for user in (self.portal, self.employee, self.env.ref("base.public_user")):
            consent = self.env["crm.satisfaction.consent"].with_user(user)
            partner = self.env["res.partner"].with_user(user)
            for attempt in (
                lambda consent=consent: consent.search([]),
                lambda consent=consent: consent.search_count([("withdrawn", "=", True)]),
                lambda consent=consent: consent._read_group([], ["source"], ["__count"]),
                lambda partner=partner: partner.search([("satisfaction_withdrawn", "=", True)]),
                lambda partner=partner: partner.search([], order="satisfaction_withdrawn"),
                lambda partner=partner: partner._read_group([], ["satisfaction_withdrawn"], ["__count"]),
                lambda user=user: self.contact.with_user(user).read(["satisfaction_withdrawn"]),
            ):
                with self.assertRaises(AccessError, msg=user.login):
                    attempt()

    def test_readers_see_the_contacts_of_their_companies(self):
        second = self.env["res.company"].create({"name": "Second"})
        far = self._contact("Far", company_id=second.id)._satisfaction_withdraw("mail")
        near = self.contact._satisfaction_withdraw("mail")
        seen = self.env["crm.satisfaction.consent"].with_user(self.reader).search([("id", "in", (far | near).ids)])
        self.assertEqual(seen, near)

    def test_a_list_of_contacts_costs_one_query(self):
        contacts = self.contact.union(*(self._contact(f"q{i}") for i in range(20)))
        contacts[5]._satisfaction_withdraw("mail")
        self.env.invalidate_all()
        contacts.mapped("email_normalized")
        with self.assertQueryCount(1):
            self.assertEqual(contacts.filtered("satisfaction_withdrawn"), contacts[5])
