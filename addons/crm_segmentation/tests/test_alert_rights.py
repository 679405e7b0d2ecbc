from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from .common_alert import AlertCommon

MODELS = (
    "crm.alert.rule",
    "crm.alert.limit",
    "crm.alert.reason",
    "crm.alert.finding",
    "crm.alert.outcome",
    "crm.alert.report",
    "crm.customer.alert",
    "crm.customer.score",
    "crm.partner.relation",
    "crm.partner.relation.side",
    "crm.partner.relation.type",
    "crm.alert.try",
    "crm.partner.relation.add",
)


class TestAlertRights(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls.rule("large", cls.revenue, amounts=(1000,))
        cls.partner = cls.customer("Known", user_id=cls.seller.id)
        cls.invoice(cls.partner, 4321, days=1)
        cls.run_jobs()
        cls.alert = cls.alerts(cls.partner)
        cls.alert.outcome_ids = [Command.create({"kind": "retained", "amount": 7})]
        export = "base.group_allow_export"
        cls.employee = cls.make_user("employee", f"base.group_user,{export}")
        cls.portal = cls.make_user("portal", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.partner
        cls.reader = cls.make_user("reader", f"crm_segmentation.group_insight_read,{export}")
        cls.own_only = cls.make_user("own", f"sales_team.group_sale_salesman,{export}")
        cls.manager = cls.make_user("boss", f"sales_team.group_sale_manager,{export}")

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(cls.env, f"alerts_{login}", groups=groups, company_id=company.id)

    def ways(self, user, model="crm.customer.alert"):
        """Return what somebody learns of a model in several ways, as {way: number of records}."""
        records = self.env[model].with_user(user)
        return {
            "search": len(records.search([])),
            "count": records.search_count([]),
            "group": sum(group["__count"] for group in records.formatted_read_group([], ["company_id"], ["__count"]))
            if "company_id" in records._fields
            else len(records.search([])),
            "export": len(records.search([]).export_data(["partner_id"])["datas"]),
        }

    def test_buttons_are_for_who_may_work_on_the_alert(self):
        self.assertTrue(self.alert.with_user(self.manager).can_work)
        self.assertFalse(self.alert.with_user(self.reader).can_work)
        worker = self.make_user("worker", "crm_segmentation.group_insight_work")
        self.assertFalse(self.alert.with_user(worker).can_work, "somebody else's")
        self.alert.user_id = False
        self.env.invalidate_all()
        self.assertTrue(self.alert.with_user(worker).can_work, "nobody's yet")

    def test_an_opportunity_knows_what_was_learnt(self):
        self.alert.write({"reason_id": self.env["crm.alert.reason"].search([], limit=1).id, "learnt": "Buys a <flat>"})
        action = self.alert.with_user(self.manager).action_new_opportunity()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertIn("Buys a &lt;flat&gt;", lead.description)
        self.assertIn(self.alert.reason_id.name, lead.description)

    def test_outsiders_reach_nothing(self):
        for user in (self.employee, self.portal):
            for model in MODELS:
                records = self.env[model].with_user(user)
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    records.search([], limit=1).ids  # noqa: B018
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    records.formatted_read_group([], [], ["__count"])
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    records.create({})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.alert.with_user(user).read(["evidence"])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.alert.with_user(user).action_contacted()
            partners = self.env["res.partner"].with_user(user)
            self.assertNotIn("relation_side_ids", partners.fields_get())
            for attempt in (
                lambda partners=partners: partners.search([("relation_side_ids.other_id", "!=", False)]),
                lambda partners=partners: partners.search([("relation_side_ids", "!=", False)]),
                lambda user=user: self.partner.with_user(user).read(["relation_side_ids"]),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attempt()

    def test_reader_sees_and_changes_nothing(self):
        self.assertEqual(set(self.ways(self.reader).values()), {1})
        alert = self.alert.with_user(self.reader)
        self.assertIn("4,321", alert.sentence)
        for attempt in (
            alert.action_contacted,
            alert.action_false_alarm,
            lambda: alert.write({"learnt": "x"}),
            lambda: alert.outcome_ids.write({"amount": 1}),
            lambda: self.large.with_user(self.reader).write({"threshold": 2}),
            lambda: self.large.with_user(self.reader).action_switch_on(),
            lambda: self.env["crm.alert.try"].with_user(self.reader).create({}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_salesperson_with_own_documents_sees_own_customers_only(self):
        for model in ("crm.customer.alert", "crm.alert.outcome", "crm.alert.report", "crm.alert.finding"):
            with self.subTest(model=model):
                self.assertEqual(set(self.ways(self.own_only, model).values()), {0})
        with self.assertRaises(AccessError):
            self.alert.with_user(self.own_only).read(["value"])
        self.partner.user_id = self.own_only
        self.env.flush_all()
        self.assertEqual(set(self.ways(self.own_only).values()), {1})
        with self.assertRaises(AccessError):
            self.alert.with_user(self.own_only).action_contacted()
        self.alert.user_id = self.own_only
        self.alert.with_user(self.own_only).action_contacted()
        self.assertEqual(self.alert.state, "contacted")

    def test_worker_handles_own_and_the_teams_alerts(self):
        colleague = self.make_user("colleague", "crm_segmentation.group_insight_work")
        with self.assertRaises(AccessError):
            self.alert.with_user(colleague).action_contacted()
        team = self.env["crm.team"].create({"name": "T", "member_ids": [Command.set((colleague + self.seller).ids)]})
        self.alert.team_id = team
        self.env.registry.clear_cache()
        self.alert.with_user(colleague).action_contacted()
        self.assertEqual(self.alert.state, "contacted")

    def test_what_was_found_cannot_be_changed_by_anybody(self):
        for user in (self.seller, self.manager):
            for values in (
                {"value": 1},
                {"evidence": {}},
                {"severity": "1"},
                {"state": "closed"},
                {"contacted_at": "2026-01-01 00:00:00"},
                {"measure_ids": [Command.clear()]},
                {"rule_id": self.large.id},
            ):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    self.alert.with_user(user).write(values)
            with self.assertRaises(AccessError):
                self.alert.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.alert.with_user(user).copy()
            with self.assertRaises(AccessError):
                self.alert.finding_ids.with_user(user).write({"fate": "waiting"})

    def test_other_companies_stay_closed(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.make_user("stranger", "sales_team.group_sale_manager,base.group_allow_export", elsewhere)
        for model in ("crm.customer.alert", "crm.alert.outcome", "crm.alert.report", "crm.alert.finding"):
            with self.subTest(model=model):
                self.assertEqual(set(self.ways(stranger, model).values()), {0})
        with self.assertRaises(UserError):
            self.alert.with_user(self.manager).user_id = stranger

    def test_alerts_on_restricted_figures_are_for_their_readers_only(self):
        finance = self.env["res.groups"].create({"name": "Finance readers"})
        secret = self.revenue.copy({"name": "Secret", "code": False, "reviewed": True})
        secret.group_ids = finance
        insider = self.make_user("insider", "sales_team.group_sale_manager,base.group_allow_export")
        insider.group_ids = [Command.link(finance.id)]
        rule = self.rule("large", secret, amounts=(1000,), name="Secret rule", user_id=insider.id)
        self.run_jobs()
        alert = self.alerts(self.partner, rule=rule)
        self.assertEqual(alert.user_id, insider, "the salesperson may not see it")
        self.assertNotIn("Secret", alert.display_name + alert.activity_ids.summary)
        alert.outcome_ids = [Command.create({"kind": "retained", "amount": 9})]
        alert.message_post(body="A secret")
        self.seller.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        for user in (self.manager, self.reader, self.seller):
            for model in ("crm.customer.alert", "crm.alert.outcome", "crm.alert.report"):
                with self.subTest(user=user.login, model=model):
                    self.assertEqual(set(self.ways(user, model).values()), {1}, "only the open one")
            self.assertFalse(self.env["crm.alert.finding"].with_user(user).search([("rule_id", "=", rule.id)]))
            self.assertFalse(self.env["crm.alert.rule"].with_user(user).search([("id", "=", rule.id)]))
            self.assertFalse(self.env["crm.alert.limit"].with_user(user).search([("rule_id", "=", rule.id)]))
            for attempt in (
                lambda user=user: alert.with_user(user).read(["evidence"]),
                lambda user=user: alert.with_user(user).read(["chart"]),
                lambda user=user: alert.with_user(user).web_read({"sentence": {}}),
                lambda user=user: alert.with_user(user).export_data(["sentence"]),
            ):
                with self.assertRaises(AccessError):
                    attempt()
            message = self.env["mail.message"].with_user(user)
            self.assertFalse(message.search([("model", "=", alert._name), ("res_id", "=", alert.id)]))
            found = (
                self.env["crm.customer.alert"].with_user(user).search([("value", ">", 0), ("rule_id", "=", rule.id)])
            )
            self.assertFalse(found)
        self.assertEqual(set(self.ways(insider).values()), {2})
        with self.assertRaises(UserError):
            alert.with_user(insider).user_id = self.seller
        with self.assertRaises(AccessError):
            self.env["crm.alert.try"].with_user(self.manager).with_context(active_ids=rule.ids).create({})
        with self.assertRaises(AccessError):
            self.env["crm.alert.rule"].with_user(self.manager).create(
                {"name": "Peep", "kind": "change", "measure_id": secret.id}
            )
        secret.active = False
        self.env.registry.clear_cache()
        self.assertEqual(set(self.ways(self.manager).values()), {1}, "archiving opens nothing")

    def test_indicator_restricted_later_closes_its_alerts(self):
        measure = self.revenue.copy({"code": False, "reviewed": True})
        rule = self.rule("large", measure, amounts=(1000,))
        self.run_jobs()
        self.assertEqual(set(self.ways(self.reader).values()), {2})
        measure.group_ids = self.env["res.groups"].create({"name": "Few"})
        self.env.registry.clear_cache()
        self.assertEqual(set(self.ways(self.reader).values()), {1})
        with self.assertRaises(UserError):
            rule.measure_id = self.revenue

    def test_left_out_customers_are_not_shown_to_who_works_on_alerts(self):
        self.env.cr.execute("UPDATE crm_alert_finding SET fate = 'held_out', alert_id = NULL")
        self.env.invalidate_all()
        self.assertFalse(self.env["crm.alert.finding"].with_user(self.seller).search([]))
        self.assertTrue(self.env["crm.alert.finding"].with_user(self.manager).search([]))

    def test_segments_that_became_restricted_are_neither_named_nor_watched(self):
        group = self.env["res.groups"].create({"name": "Few"})
        rule = self.rule("segment", segment_from_ids=[Command.set(self.class_a.ids)])
        self.env.cr.execute(
            "UPDATE crm_customer_alert SET kind = 'segment', evidence = %s WHERE id = %s",
            [f'{{"left": {self.class_a.id}, "entered": null}}', self.alert.id],
        )
        self.env.invalidate_all()
        alert = self.alert.with_user(self.reader)
        self.assertIn(self.class_a.name, alert.read(["sentence"])[0]["sentence"])
        self.env["crm.segment.restriction"].create(
            {"segment_id": self.class_a.id, "group_ids": group.ids, "because": "Secret figures"}
        )
        self.env.invalidate_all()
        self.assertNotIn(self.class_a.name, alert.read(["sentence"])[0]["sentence"].split(":")[1].split("→")[0])
        self.assertNotIn(self.class_a, rule._open_segments())
        with self.assertRaises(ValidationError):
            rule.segment_to_ids = self.class_a

    def test_outcome_counts_only_what_one_may_read(self):
        """The value counted would tell a salesperson the amount of somebody else's opportunity or order."""
        self.alert.user_id = self.own_only
        lead = self.env["crm.lead"].create({"name": "Foreign", "user_id": self.seller.id, "expected_revenue": 77})
        order = self.env["sale.order"].create({"partner_id": self.partner.id, "user_id": self.seller.id})
        outcomes = self.env["crm.alert.outcome"].with_user(self.own_only)
        for values in ({"lead_id": lead.id}, {"order_id": order.id}):
            with self.subTest(values=values), self.assertRaises(AccessError), self.env.cr.savepoint():
                outcomes.create({"alert_id": self.alert.id, **values})
            with self.subTest(values=values), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.alert.outcome_ids.with_user(self.own_only).write(values)
        with self.assertRaises(AccessError):
            self.alert.outcome_ids.with_user(self.own_only).alert_id = self.alert
        lead.user_id = self.own_only
        outcomes.create({"alert_id": self.alert.id, "lead_id": lead.id})

    def test_customer_is_never_offered_in_the_conversation_about_the_alert(self):
        self.partner.email = "known@example.com"
        offered = self.alert.with_user(self.seller)._message_get_suggested_recipients()
        self.assertNotIn(self.partner.id, [recipient.get("partner_id") for recipient in offered])
        self.assertNotIn("known@example.com", str(offered))

    def test_exports_hold_no_formula(self):
        self.alert.learnt = "=HYPERLINK(1)"
        rows = self.alert.export_data(["learnt"])["datas"]
        self.assertFalse(rows[0][0].startswith("="))
