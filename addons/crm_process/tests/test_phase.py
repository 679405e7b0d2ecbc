from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestPhase(ProcessCommon):
    """Orders know the phase of their opportunity, contacts that of the case of their company that moved last."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_new.process_phase = "needs"
        cls.stage_middle.process_phase = "solution"
        cls.stage_won.process_phase = "sale"
        cls.contact = cls.env["res.partner"].create({"name": "Ann", "parent_id": cls.customer.id})
        cls.customer.is_company = True
        cls.stranger = cls.env["res.partner"].create({"name": "Nobody's customer"})
        cls.partners = cls.customer | cls.contact | cls.stranger
        cls.case = cls._lead(partner_id=cls.contact.id)
        cls.order = cls.env["sale.order"].create({"partner_id": cls.customer.id, "opportunity_id": cls.case.id})
        cls.loose = cls.env["sale.order"].create({"partner_id": cls.stranger.id})
        cls.orders = cls.order | cls.loose
        cls.env.flush_all()

    def _phases(self, records, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_user(user or self.manager).mapped(lambda record: record.process_phase or None)

    def _stage(self, lead, stage, day):
        lead.stage_id = stage
        lead.date_last_stage_update = day

    def test_contacts_show_the_phase_of_their_company(self):
        for user in (self.manager, self.salesman):
            phases = [partner.with_user(user).process_phase for partner in self.partners]
            self.assertEqual(phases, ["needs", "needs", False])
        self.case.stage_id = self.stage_middle
        self.env.invalidate_all()
        self.assertEqual(self.customer.process_phase, "solution")

    def test_the_case_that_moved_last_counts(self):
        self._stage(self.case, self.stage_new, "2026-01-02")
        other = self._lead()
        self._stage(other, self.stage_middle, "2026-01-01")
        self.env.invalidate_all()
        self.assertEqual(self.customer.process_phase, "needs")
        self._stage(other, self.stage_middle, "2026-01-03")
        self.env.invalidate_all()
        self.assertEqual(self.customer.process_phase, "solution")

    def test_what_is_over_is_no_phase(self):
        followup = self._activate()
        self.case.action_set_won()
        self.env.invalidate_all()
        self.assertEqual(self.customer.process_phase, "sale", "won, after-sales is still to come")
        self.case.stage_id = followup
        self.env.invalidate_all()
        self.assertEqual(self.customer.process_phase, "followup")
        self._close(self.case, method="action_close")
        self.env.invalidate_all()
        self.assertFalse(self.customer.process_phase)
        for end in (lambda lead: lead.action_set_lost(), lambda lead: lead.action_archive()):
            lead = self._lead()
            end(lead)
            self.env.invalidate_all()
            self.assertFalse(self.customer.process_phase)
        without = self._lead(team_id=self.other_team.id)
        without.action_set_won()
        self.env.invalidate_all()
        self.assertFalse(self.customer.process_phase, "won, and no process to go on by")

    def test_search_group_and_sort_agree_with_what_is_shown(self):
        for records, name in ((self.partners, "partners"), (self.orders, "orders")):
            records = records.with_user(self.manager)
            ours = [("id", "in", records.ids)]
            with self.subTest(name):
                shown = records.filtered(lambda record: record.process_phase == "needs")
                rest = records - shown
                self.assertTrue(shown and rest)
                self.assertEqual(records.search([*ours, ("process_phase", "=", "needs")]), shown)
                self.assertEqual(records.search([*ours, ("process_phase", "!=", "needs")]), rest)
                self.assertEqual(records.search([*ours, ("process_phase", "=", False)]), rest)
                self.assertEqual(records.search([*ours, ("process_phase", "!=", False)]), shown)
                self.assertEqual(records.search([*ours, ("process_phase", "in", ["sale", False])]), rest)
                groups = dict(records._read_group(ours, ["process_phase"], ["__count"]))
                self.assertEqual(groups, {"needs": len(shown), False: len(rest)})
                self.assertEqual(records.search(ours, order="process_phase, id")[: len(shown)], shown)

    def test_sorting_follows_the_road(self):
        other = self.env["res.partner"].create({"name": "Second", "is_company": True})
        self._lead(partner_id=other.id, stage_id=self.stage_middle.id)
        won = self.env["res.partner"].create({"name": "Third", "is_company": True})
        self._activate()
        self._lead(partner_id=won.id).action_set_won()
        mine = self.env["res.partner"].search(
            [("id", "in", (self.customer | other | won).ids)], order="process_phase desc"
        )
        self.assertEqual(mine.mapped("process_phase"), ["sale", "solution", "needs"])

    def test_cases_of_colleagues_stay_hidden(self):
        self.case.user_id = self.manager
        self.assertEqual(self._phases(self.customer, self.salesman), [None])
        self.assertEqual(self._phases(self.customer), ["needs"])
        partners = self.partners.with_user(self.salesman)
        self.assertFalse(partners.search([("id", "in", partners.ids), ("process_phase", "!=", False)]))
        self.order.user_id = self.salesman
        self.assertEqual(self._phases(self.order, self.salesman), [None])

    def test_cases_of_other_companies_stay_hidden(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.case.write({"team_id": False, "company_id": False})
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET company_id = %s WHERE id = %s", [company.id, self.case.id])
        self.assertEqual(self._phases(self.customer), [None])

    def test_who_is_not_in_sales_learns_nothing_by_any_way(self):
        portal = new_test_user(self.env, "phase_portal", groups="base.group_portal")
        employee = new_test_user(self.env, "phase_employee", groups="base.group_user")
        clerk = new_test_user(self.env, "phase_clerk", groups="account.group_account_invoice")
        portal.partner_id.parent_id = self.customer
        (employee | clerk).group_ids |= self.env.ref("base.group_allow_export")
        for user in (portal, employee, clerk):
            for model in ("res.partner", "res.users", "sale.order"):
                records = self.env[model].with_user(user)
                if not records.has_access("read"):
                    continue
                ways = {
                    "read": lambda records=records: records.search([], limit=1).read(["process_phase"]),
                    "search": lambda records=records: records.search([("process_phase", "=", "needs")]),
                    "not": lambda records=records: records.search([("process_phase", "!=", "needs")]),
                    "order": lambda records=records: records.search([], order="process_phase"),
                    "group": lambda records=records: records._read_group([], ["process_phase"], ["__count"]),
                    "export": lambda records=records: records.search([], limit=1).export_data(["process_phase"]),
                }
                for way, ask in ways.items():
                    # Portal users may not export at all, which is refused with another error.
                    refused = UserError if (user, way) == (portal, "export") else AccessError
                    with self.subTest(user=user.login, model=model, way=way), self.assertRaises(refused):
                        ask()
                self.assertNotIn("process_phase", records.fields_get())
        for path in ("partner_id.process_phase", "order_ids.process_phase"):
            with self.subTest(path), self.assertRaises(AccessError):
                self.env["crm.lead"].with_user(employee).search([(path, "=", "needs")])
        for path in ("parent_id.process_phase", "user_ids.partner_id.process_phase"):
            with self.subTest(path), self.assertRaises(AccessError):
                self.env["res.partner"].with_user(employee).search([(path, "=", "needs")])

    def test_a_list_costs_one_query_more(self):
        more = self.env["res.partner"].create([{"name": f"Company {n}", "is_company": True} for n in range(20)])
        for partner in more:
            self._lead(partner_id=partner.id)
        orders = self.env["sale.order"].create(
            [{"partner_id": lead.partner_id.id, "opportunity_id": lead.id} for lead in more.opportunity_ids]
        )
        self.env.flush_all()
        for records in (more.with_user(self.manager), orders.with_user(self.manager)):
            base = ["name", "commercial_partner_id"] if records._name == "res.partner" else ["name", "opportunity_id"]
            counts = []
            for names in (base, base, [*base, "process_phase"]):
                self.env.invalidate_all()
                self.env["crm.lead"].with_user(self.manager).search_count([])  # reads what its rules ask
                before = self.cr.sql_log_count
                records.read(names, load=None)
                counts.append(self.cr.sql_log_count - before)
            self.assertLessEqual(counts[2], counts[1] + 1)
