from odoo import Command, fields
from odoo.exceptions import UserError

from ..tools import robust
from .common_alert import AlertCommon


class TestAlertWork(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls.rule("large", cls.revenue, amounts=(1000,))
        cls.lady = cls.customer("Old Lady", user_id=cls.seller.id, is_company=False)
        cls.daughter = cls.customer("Daughter", is_company=False)
        cls.parent = cls.env.ref("crm_segmentation.relation_type_parent")
        cls.env["crm.partner.relation"].create(
            {"partner_id": cls.lady.id, "type_id": cls.parent.id, "other_id": cls.daughter.id}
        )
        cls.invoice(cls.lady, 4000, days=1)
        cls.run_jobs()
        cls.alert = cls.alerts(cls.lady)
        cls.reason = cls.env.ref("crm_segmentation.alert_reason_family")

    def mine(self, alert=None):
        return (alert or self.alert).with_user(self.seller)

    def test_bank_story(self):
        """Signal, contact, reason, opportunity for the daughter, won: value counted in the report."""
        alert = self.mine()
        alert.action_contacted()
        self.assertEqual((alert.state, bool(alert.contacted_at)), ("contacted", True))
        self.assertFalse(alert.activity_ids, "the reminder is done")
        alert.write({"reason_id": self.reason.id, "learnt": "The daughter buys a flat"})
        alert.action_reason()
        self.assertTrue(alert.reason_at)
        self.assertEqual(alert.related_ids.other_id, self.daughter)
        self.assertEqual(alert.related_ids.role, "Child")
        action = alert.related_ids.with_context(alert_id=alert.id).action_new_opportunity()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual((lead.partner_id, lead.user_id), (self.daughter, self.seller))
        lead.expected_revenue = 250000
        self.assertEqual(alert.value_saved, 0, "an open opportunity is no value yet")
        alert.action_close()
        self.assertEqual((alert.state, alert.result), ("closed", "hit"))
        lead.action_set_won()
        self.env.invalidate_all()
        self.assertEqual(alert.outcome_ids.value, 250000)
        self.assertEqual(alert.value_saved, 250000)
        report = self.env["crm.alert.report"].with_user(self.seller)
        groups = report.formatted_read_group(
            [("rule_id", "=", self.large.id)],
            ["rule_id"],
            ["alerts:sum", "hit_rate:avg", "value:sum", "hours_to_contact:avg"],
        )
        self.assertEqual((groups[0]["alerts:sum"], groups[0]["hit_rate:avg"], groups[0]["value:sum"]), (1, 100, 250000))
        self.assertIn("250,000", self.large.value_text)
        self.assertIn("100 % of 1", self.large.hit_rate)
        self.assertIn("Not proven", self.large.effect_text)

    def test_a_person_learnt_of_is_added_with_the_relation_in_one_dialogue(self):
        alert = self.mine()
        action = alert.action_add_person()
        add = self.env["crm.partner.relation.add"].with_user(self.seller).with_context(**action["context"])
        self.seller.group_ids = [Command.link(self.env.ref("base.group_partner_manager").id)]
        page = add.create(
            {"role": f"{self.parent.id}-1", "name": "Second Daughter", "phone": "123", "with_opportunity": True}
        )
        lead = self.env["crm.lead"].browse(page.action_add()["res_id"])
        self.assertEqual(lead.partner_id.name, "Second Daughter")
        self.env.invalidate_all()
        roles = {side.other_id.name: side.role for side in alert.related_ids}
        self.assertEqual(roles, {"Daughter": "Child", "Second Daughter": "Child"})
        self.assertEqual(alert.outcome_ids.partner_id, lead.partner_id)
        with self.assertRaises(UserError):
            add.create({"role": f"{self.parent.id}-1", "name": " "}).action_add()

    def test_closing_asks_for_reason_and_outcome(self):
        with self.assertRaises(UserError):
            self.mine().action_reason()
        with self.assertRaises(UserError):
            self.mine().action_close()
        self.alert.reason_id = self.reason
        with self.assertRaises(UserError):
            self.mine().action_close()
        self.alert.outcome_ids = [Command.create({"kind": "nothing"})]
        self.mine().action_close()
        self.assertEqual(self.alert.result, "false")
        self.mine().action_reopen()
        self.assertEqual((self.alert.state, self.alert.result), ("reason", False))

    def test_values_counted(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.lady.id, "order_line": [Command.create({"name": "x", "product_uom_qty": 1,
             "product_id": self.product_a.id, "price_unit": 70, "tax_ids": [Command.clear()]})]}
        )  # fmt: skip
        lines = self.env["crm.alert.outcome"].create(
            [
                {"alert_id": self.alert.id, "kind": kind, "amount": 10, **values}
                for kind, values in (
                    ("opportunity", {}),
                    ("retained", {}),
                    ("won_back", {}),
                    ("nothing", {}),
                    ("lost", {}),
                    ("opportunity", {"order_id": order.id}),
                )
            ]
        )
        self.assertEqual(lines.mapped("value"), [0, 10, 10, 0, 0, 0])
        order.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(lines[-1].value, 70)
        self.assertEqual(self.alert.value_saved, 90)

    def test_merged_opportunities_go_on_counting_once(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"Lead {n}", "type": "opportunity", "partner_id": self.lady.id} for n in range(3)]
        )
        leads[0].expected_revenue, leads[1].expected_revenue = 100, 50
        outcomes = self.env["crm.alert.outcome"].create(
            [{"alert_id": self.alert.id, "lead_id": lead.id} for lead in leads[1:]]
        )
        kept = leads.merge_opportunity()
        self.env.invalidate_all()
        self.assertEqual(outcomes.lead_id, kept)
        self.assertEqual(len(outcomes.filtered("lead_id")), 1)
        kept.action_set_won()
        self.env.invalidate_all()
        self.assertEqual(self.alert.value_saved, kept.expected_revenue)

    def test_history_is_offered_before_uninstalling(self):
        kept = self.env["base.module.uninstall"]._crm_history_kept_by()["crm_segmentation"]
        self.assertIn("crm.customer.alert", kept)
        for name in ("crm.customer.alert", "crm.alert.outcome", "crm.partner.relation"):
            csv = self.env["base.module.uninstall"]._crm_history_csv(self.env[name], None).decode()
            self.assertTrue(csv.count("\n") >= 1)

    def closed(self, count, hit, score, rule=None):
        """Return closed alerts of made-up customers with a score."""
        vals_list = []
        for number in range(count):
            partner = self.customer(f"Made up {hit} {score} {number}")
            vals_list.append(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "rule_id": (rule or self.large).id,
                    "kind": "unusual",
                    "key": "x",
                    "day": self.today,
                    "score": score + number / 100,
                    "severity": "1",
                    "raised_on": self.today,
                    "raised_at": fields.Datetime.now(),
                    "state": "closed",
                    "outcome_ids": [Command.create({"kind": "retained" if hit else "nothing"})],
                }
            )
        return self.env["crm.customer.alert"].create(vals_list)

    def test_rule_that_cries_wolf_is_shown_with_a_proposed_threshold(self):
        rule = self.rule("unusual", self.revenue)
        self.closed(60, False, 4, rule)
        self.closed(6, True, 9, rule)
        self.assertTrue(rule.cries_wolf)
        self.assertEqual(rule.proposed_threshold, 9)
        low, high = robust.wilson(6, 66)
        self.assertEqual(rule.hit_rate, f"9 % of 66 ({round(100 * low)} to {round(100 * high)} %)")
        rule.action_take_proposed()
        self.assertEqual((rule.threshold, rule.full_on), (9, False))
        rule.invalidate_recordset()
        self.assertFalse(rule.proposed_threshold)

    def test_rule_with_few_alerts_is_not_judged(self):
        self.closed(4, False, 4)
        self.assertFalse(self.large.cries_wolf)
        self.assertFalse(self.large.proposed_threshold)

    def test_gain_is_proven_against_those_left_out(self):
        rule = self.rule("unusual", self.revenue, holdout_share=10)
        for number in range(70):
            partner = self.customer(f"Compared {number}")
            left_out = number % 2
            self.env.cr.execute(
                "INSERT INTO crm_alert_finding (rule_id, company_id, partner_id, key, day, found_on, severity, fate)"
                " VALUES (%s, %s, %s, 'x', %s, %s, '1', %s)",
                [rule.id, self.company.id, partner.id, self.days_ago(100), self.days_ago(100),
                 "held_out" if left_out else "raised"],
            )  # fmt: skip
            if number == 2:
                self.assertIn("at least 30", rule.effect_text)
                rule.invalidate_recordset()
            self.invoice(partner, 100 + number % 3, days=120)
            if not left_out:
                self.invoice(partner, 900 + number % 5, days=50)
        self.assertIn(": proven", rule.effect_text)
        self.assertIn("35 customers against 35", rule.effect_text)

    def test_list_costs_no_query_for_each_row(self):
        self.closed(12, True, 4)
        names = ["partner_id", "sentence", "value", "user_id", "deadline", "state", "severity", "typical"]

        def queries(limit):
            self.env.invalidate_all()
            alerts = self.env["crm.customer.alert"].with_user(self.seller)
            before = self.env.cr.sql_log_count
            alerts.web_search_read([], {name: {} for name in names}, limit=limit)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(12))

    def test_form_opens_documents_profile_and_mail(self):
        alert = self.mine()
        self.seller.group_ids = [Command.link(self.env.ref("account.group_account_invoice").id)]
        move = self.env["account.move"].search([("partner_id", "=", self.lady.id)])
        self.assertEqual(alert.action_open_documents()["res_id"], move.id)
        self.assertEqual(alert.action_open_profile()["res_id"], self.card(self.lady).id)
        self.assertEqual(alert.action_write()["context"]["default_partner_ids"], self.lady.ids)
        self.assertEqual(alert.related_ids.action_contact()["context"]["default_partner_ids"], self.daughter.ids)
        self.assertIn(self.daughter.id, alert.related_ids.action_plan_contact()["context"]["active_ids"])

    def test_text_of_others_is_escaped_in_the_chart(self):
        self.alert.evidence = {"bars": [["2026-01-01", 5], ["2026-02-01", 7]], "median": 5}
        self.alert.rule_id.measure_id.unit = "<script>"
        self.alert.rule_id.measure_id.is_monetary = False
        self.assertNotIn("<script>", self.alert.chart)

    def test_digest_counts_what_the_recipient_sees(self):
        digest = self.env["digest.digest"].create(
            {"name": "Alerts", "kpi_crm_alerts": True, "company_id": self.company.id}
        )
        end = fields.Datetime.add(fields.Datetime.now(), days=1)
        digest = digest.with_user(self.seller).with_context(
            start_datetime=fields.Datetime.subtract(end, days=3), end_datetime=end
        )
        self.assertEqual(digest.kpi_crm_alerts_value, 1)
        self.assertEqual(digest.kpi_crm_alerts_hit_value, 0)
        self.assertIn(
            "crm_customer_alert_action", digest._compute_kpis_actions(self.company, self.seller)["kpi_crm_alerts"]
        )
