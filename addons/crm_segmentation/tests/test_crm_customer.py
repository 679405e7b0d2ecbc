from .common import InsightCommon


class TestCrmCustomer(InsightCommon):
    def test_profile_carries_the_figures(self):
        partner = self.customer()
        self.invoice(partner, 100, days=400)
        self.invoice(partner, 200, days=20)
        self.invoice(partner, 200, days=20)
        self.invoice(partner, 50, days=10, move_type="out_refund")
        self.run_jobs()
        self.assertRecordValues(
            self.card(partner),
            [
                {
                    "first_purchase_date": self.days_ago(400),
                    "last_purchase_date": self.days_ago(20),
                    "recency_days": 20,
                    "frequency": 1,
                    "invoice_count": 3,
                    "monetary": 350.0,
                    "monetary_before": 100.0,
                    "revenue_change": 250.0,
                    "lifetime_revenue": 450.0,
                    "credit_note_amount": 50.0,
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )

    def test_published_rfm_example(self):
        partners = [self.customer(f"C{number}") for number in range(5)]
        for partner, days, money in zip(partners, (16, 30, 46, 7, 25), (100, 200, 150, 300, 250), strict=True):
            self.invoice(partner, money, days=days)
        self.run_jobs()
        cards = [self.card(partner) for partner in partners]
        self.assertEqual([card.r_score for card in cards], [4, 2, 1, 5, 3])
        self.assertEqual([card.m_score for card in cards], [1, 3, 2, 5, 4])
        self.assertEqual({card.f_score for card in cards}, {1})
        self.assertEqual(cards[0].rfm_code, 411)

    def test_scores_keep_to_the_stored_cut_points(self):
        partners = [self.customer(f"C{number}") for number in range(5)]
        for number, partner in enumerate(partners):
            self.invoice(partner, 100 * (number + 1))
        self.run_jobs()
        self.assertEqual(self.card(partners[1]).m_score, 2)
        self.invoice(partners[0], 10000)
        self.run_jobs()
        self.assertEqual(self.card(partners[0]).m_score, 5)
        self.assertEqual(self.card(partners[1]).m_score, 2, "nobody else's score moved")
        scale = self.env["crm.rfm.scale"].search([("company_id", "=", self.company.id)])
        scale.action_refresh()
        self.run_jobs()
        self.assertEqual(self.card(partners[1]).m_score, 1)

    def test_a_prospect_has_a_profile_without_scores(self):
        partner = self.customer()
        self.env["crm.lead"].create({"name": "Interested", "partner_id": partner.id, "company_id": self.company.id})
        self.run_jobs()
        card = self.card(partner)
        self.assertRecordValues(card, [{"monetary": 0, "rfm_code": 0, "first_purchase_date": False}])
        self.assertFalse(card.segment_id)

    def test_profile_of_somebody_without_documents_goes(self):
        partner = self.customer()
        move = self.invoice(partner, 100)
        self.run_jobs()
        self.assertTrue(self.card(partner))
        move.button_draft()
        move.unlink()
        self.run_jobs()
        self.assertFalse(self.card(partner))

    def test_second_run_writes_nothing(self):
        for number in range(3):
            self.invoice(self.customer(f"C{number}"), 10 * number + 10)
        self.run_jobs()
        for job in self.env["crm.job"].search([("model_name", "in", ["crm.measure", "crm.customer"])]):
            job.run_number += 1
            remaining = 1
            while remaining:
                done, remaining = job._run_batch()
                self.assertEqual(done, 0)

    def test_archived_customer_keeps_the_profile(self):
        partner = self.customer()
        self.invoice(partner, 100)
        partner.action_archive()
        self.run_jobs()
        self.assertEqual(self.card(partner).monetary, 100)
        self.assertFalse(self.card(partner).partner_active)

    def test_contact_shows_the_profile_of_its_company(self):
        company = self.customer("Company")
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        self.invoice(company, 100)
        self.run_jobs()
        self.assertEqual(contact.customer_card_id, self.card(company))
        self.assertEqual(contact.customer_segment_id, self.class_a)

    def test_contacts_are_searched_grouped_and_sorted_by_the_profile(self):
        one, two, none = self.customer("One"), self.customer("Two"), self.customer("None")
        self.invoice(one, 900, days=3)
        self.invoice(two, 10, days=30)
        self.run_jobs()
        three = one + two + none
        mine = [("id", "in", three.ids)]
        partner = self.env["res.partner"]
        self.assertEqual(partner.search([*mine, ("customer_segment_id", "=", self.class_a.id)]), one)
        self.assertEqual(partner.search([*mine, ("customer_segment_id", "!=", self.class_a.id)]), two + none)
        self.assertEqual(partner.search([*mine, ("customer_segment_id", "=", False)]), none)
        self.assertEqual(partner.search([*mine, ("customer_last_purchase_date", "<", self.days_ago(9))]), two)
        self.assertEqual(partner.search(mine, order="customer_last_purchase_date DESC NULLS LAST"), three)
        groups = partner._read_group(mine, ["customer_segment_id"], ["__count"])
        self.assertEqual(len(groups), 3)
        self.assertEqual(dict(groups)[self.class_a], 1)

    def test_profiles_are_grouped_and_searched_by_class(self):
        one, two = self.customer("One"), self.customer("Two")
        self.invoice(one, 900)
        self.invoice(two, 10)
        self.run_jobs()
        cards = self.env["crm.customer"]
        mine = [("company_id", "=", self.company.id)]
        self.assertEqual(cards.search([*mine, ("segment_id", "=", self.class_a.id)]).partner_id, one)
        self.assertEqual(cards.search([*mine, ("segment_id", "!=", self.class_a.id)]).partner_id, two)
        self.assertEqual(cards.search([*mine, ("segment_id", "=", "A")]).partner_id, one)
        groups = dict(cards._read_group(mine, ["segment_id"], ["monetary:sum"]))
        self.assertEqual(groups[self.class_a], 900)
        self.assertFalse(cards.search([*mine, ("segment_id", "=", False)]))

    def test_buttons_open_the_documents_of_the_figure(self):
        partner = self.customer()
        inside = self.invoice(partner, 100, days=20)
        self.invoice(partner, 100, days=500)
        self.run_jobs()
        action = self.card(partner).with_context(measure="revenue", period="window").action_open_documents()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), inside)
        action = self.card(partner).with_context(measure="purchase_days", period="window").action_open_documents()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).move_id, inside)
