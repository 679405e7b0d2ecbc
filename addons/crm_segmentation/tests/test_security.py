from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import InsightCommon

PARTNER_FIELDS = (
    "customer_card_id",
    "customer_segment_id",
    "customer_rfm_code",
    "customer_last_purchase_date",
    "customer_frequency",
    "customer_lifecycle",
    "customer_rfm_cell_id",
    "customer_expected_purchase_date",
    "customer_relationship_kind",
)
MODELS = (
    "crm.measure",
    "crm.measure.value",
    "crm.customer",
    "crm.purchase",
    "crm.rfm.cell",
    "crm.rfm.scale",
    "crm.segment.scheme",
    "crm.segment",
    "crm.segment.member",
    "crm.job",
    "crm.start",
)


class TestSecurity(InsightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer("Known")
        cls.invoice(cls.partner, 100)
        cls.run_jobs()
        export = "base.group_allow_export"
        cls.employee = cls.make_user("employee", f"base.group_user,{export}")
        cls.portal = cls.make_user("portal", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.partner
        cls.seller = cls.make_user("salesman", f"sales_team.group_sale_salesman,{export}")
        cls.manager = cls.make_user("boss", "sales_team.group_sale_manager")

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(cls.env, f"insight_{login}", groups=groups, company_id=company.id)

    def test_outsiders_reach_no_model_of_ours(self):
        for user in (self.employee, self.portal):
            for model in MODELS:
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([], limit=1).ids  # noqa: B018
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).web_search_read([], {"display_name": {}})
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).formatted_read_group([], [], ["__count"])

    def attempts(self, user, name):
        """Return the ways in which somebody might learn a field of the contact."""
        partner = self.env["res.partner"].with_user(user)
        users = self.env["res.users"].with_user(user)
        domain = [(name, "!=", False)]
        group = f"{name}:month" if name.endswith("_date") else name
        return {
            "read": lambda: self.partner.with_user(user).read([name]),
            "search": lambda: partner.search(domain),
            "search_or": lambda: partner.search(["|", ("id", "=", 0), *domain]),
            "count": lambda: partner.search_count(domain),
            "through_parent": lambda: partner.search([(f"parent_id.{name}", "!=", False)]),
            "through_users": lambda: (
                self.env["res.users"].with_user(user).search([(f"partner_id.{name}", "!=", False)])
            ),
            "inherited": lambda: users.search(domain),
            "order": lambda: partner.search([], order=name),
            "group": lambda: partner._read_group([], [group], ["__count"]),
            "group_rpc": lambda: partner.formatted_read_group([], [group], ["__count"]),
            "group_path": lambda: partner._read_group([], [f"parent_id.{group}"], ["__count"]),
            "export": lambda: self.partner.with_user(user).export_data([name]),
        }

    def test_fields_of_the_contact_are_closed_in_every_way(self):
        for user in (self.employee, self.portal):
            for name in PARTNER_FIELDS:
                self.assertNotIn(name, self.env["res.partner"].with_user(user).fields_get())
                for way, attempt in self.attempts(user, name).items():
                    # Portal users may not export at all, which is refused with another error.
                    refused = UserError if (user, way) == (self.portal, "export") else AccessError
                    with self.subTest(user=user.login, field=name, way=way), self.assertRaises(refused):
                        attempt()

    def test_salesperson_reads_and_changes_nothing(self):
        card = self.card(self.partner).with_user(self.seller)
        self.assertEqual(card.monetary, 100)
        self.assertEqual(self.partner.with_user(self.seller).customer_segment_id, self.class_a)
        for name in PARTNER_FIELDS:
            for way, attempt in self.attempts(self.seller, name).items():
                if way != "group_path":
                    with self.subTest(field=name, way=way):
                        attempt()
        for record in (card, card.member_ids, self.scheme, self.class_a, self.revenue):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.seller).write({"create_uid": 1} if record._log_access else {"company_id": 1})
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.seller).unlink()

    def test_contacts_are_found_by_what_their_profile_says(self):
        """Filters, mailings and rules in time use domains like these."""
        contact = self.customer("Somebody", is_company=False, parent_id=self.partner.id)
        stranger = self.customer("Never Bought")
        card = self.card(self.partner)
        self.env.cr.execute(
            "UPDATE crm_customer SET lifecycle = 'cooling', relationship_kind = 'mixed', expected_purchase_date = %s"
            " WHERE id = %s",
            [self.days_ago(3), card.id],
        )
        self.env.invalidate_all()
        partners = self.env["res.partner"].with_user(self.seller)
        some = [("id", "in", (self.partner + contact + stranger).ids)]
        both = self.partner + contact
        for domain, found in (
            ([("customer_lifecycle", "=", "cooling")], both),
            ([("customer_lifecycle", "in", ["cooling", "lost"])], both),
            ([("customer_lifecycle", "!=", "cooling")], stranger),
            ([("customer_lifecycle", "=", False)], stranger),
            ([("customer_expected_purchase_date", "<", self.today)], both),
            ([("customer_expected_purchase_date", ">", self.days_ago(4)), ("customer_lifecycle", "!=", False)], both),
            ([("customer_expected_purchase_date", ">=", self.today)], partners),
            ([("customer_expected_purchase_date", "=", False)], stranger),
            ([("customer_relationship_kind", "=", "mixed")], both),
            ([("customer_relationship_kind", "!=", "mixed")], stranger),
            ([("customer_rfm_cell_id", "=", card.rfm_cell_id.id)], both if card.rfm_cell_id else stranger + both),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(partners.search([*some, *domain]), partners.browse(found.ids).sorted())
        described = partners.fields_get(PARTNER_FIELDS)
        for name in PARTNER_FIELDS:
            self.assertTrue(described[name]["searchable"], "offered where filters are put together")
            self.assertTrue(described[name]["groupable"], "offered where groups are chosen")
        groups = partners.formatted_read_group(some, ["customer_lifecycle"], ["__count"])
        self.assertEqual({group["customer_lifecycle"]: group["__count"] for group in groups}, {"cooling": 2, False: 1})
        by_month = partners.formatted_read_group(some, ["customer_expected_purchase_date:month"], ["__count"])
        self.assertEqual(sum(group["__count"] for group in by_month), 3)

    def test_nobody_writes_figures_by_hand(self):
        card = self.card(self.partner).with_user(self.manager)
        with self.assertRaises(AccessError):
            card.monetary = 1
        with self.assertRaises(AccessError):
            card.member_ids.value = 1
        with self.assertRaises(AccessError):
            self.env["crm.job"].with_user(self.manager).search([]).write({"method_name": "unlink"})

    def test_manager_configures(self):
        self.scheme.with_user(self.manager).description = "Changed"
        self.env["crm.job"].with_user(self.manager).search([]).action_run_now()

    def test_other_companies_stay_closed(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.make_user("stranger", "sales_team.group_sale_manager", elsewhere)
        for model in ("crm.customer", "crm.measure.value", "crm.segment.member", "crm.purchase"):
            found = self.env[model].with_user(stranger).search([])
            with self.subTest(model=model):
                self.assertFalse(found.filtered(lambda record: record.company_id == self.company))
        self.assertFalse(self.partner.with_user(stranger).customer_card_id)

    def test_names_of_schemes_are_text_and_not_markup(self):
        self.class_a.name = "<script>alert(1)</script>"
        view = self.env["crm.segment.member"].search([("partner_id", "=", self.partner.id)])
        self.assertIn("alert", view.segment_id.display_name)
        self.assertEqual(self.env["ir.qweb.field.many2one"].record_to_html(view, "segment_id", {}).count("<script>"), 0)

    def test_cut_points_of_other_companies_stay(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.make_user("stranger", "sales_team.group_sale_manager", elsewhere)
        scale = self.env["crm.rfm.scale"].search([("company_id", "=", self.company.id)])
        with self.assertRaises(AccessError):
            scale.with_user(stranger).action_refresh()
        self.assertTrue(scale.computed_on)

    def test_nobody_puts_an_action_behind_the_button_of_somebody_else(self):
        other = self.make_user("other", "crm_segmentation.group_insight_configure")
        start = self.env["crm.start"].with_user(self.manager)
        page = start.browse(start.action_open()["res_id"])
        for record in (page, page.line_ids):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(other).read(["id", "create_date"])
        with self.assertRaises(AccessError):
            page.line_ids[:1].with_user(other).action = {"type": "ir.actions.act_url", "url": "https://example.com"}

    def test_names_of_customers_are_never_formulas_in_an_export(self):
        self.partner.name = "=HYPERLINK(1)"
        card = self.card(self.partner).with_user(self.seller)
        for records, path in ((card, "partner_id/name"), (card.member_ids, "partner_id/name")):
            self.assertEqual(records.export_data([path])["datas"][0], ["'=HYPERLINK(1)"])

    def test_amounts_of_single_invoices_stay_with_accounting(self):
        purchases = self.env["crm.purchase"].with_user(self.seller)
        self.assertTrue(purchases.search([("commercial_partner_id", "=", self.partner.id)]))
        self.assertNotIn("amount", purchases.fields_get())
        for attempt in (
            lambda: purchases.search([("amount", ">", 1)]),
            lambda: purchases.search([], order="amount"),
            lambda: purchases._read_group([], [], ["amount:sum"]),
        ):
            with self.assertRaises(AccessError):
                attempt()
