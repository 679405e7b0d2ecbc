import json

from odoo.tests import new_test_user

from .common import CostCommon


class TestCrmStart(CostCommon):
    def check(self, user):
        checks = self.env["crm.start"].with_user(user).with_company(self.company)._get_checks()
        return next(check for check in checks if check["sequence"] == 50)

    def new_user(self, groups):
        return new_test_user(self.env, f"start_{groups[:12]}", groups=groups, company_id=self.company.id)

    def test_question_of_cost_is_answered_without_amounts(self):
        seller = self.new_user("sales_team.group_sale_manager")
        self.assertEqual(self.check(seller)["state"], "missing")
        self.sell(self.customer("A"), 4711.11)
        self.entry((self.pool_account, 8222.22))
        self.make_pool()
        check = self.check(seller)
        self.assertEqual((check["state"], check["action"]["tag"]), ("partly", "display_notification"))
        self.compute()
        check = self.check(seller)
        self.assertEqual(check["state"], "ready")
        self.assertFalse([figure for figure in ("4711", "4,711", "8222", "8,222") if figure in json.dumps(check)])

    def test_button_follows_the_rights(self):
        self.sell(self.customer("A"), 10)
        self.assertEqual(
            self.check(self.new_user("base.group_system,crm_segmentation.group_insight_configure"))["action"][
                "res_model"
            ],
            "res.groups",
        )
        manager = self.new_user("crm_cost.group_profit_manager")
        checks = self.env["crm.start"].with_user(manager)
        self.assertEqual(checks._cost_button(False, True)[1], "crm_cost.crm_cost_setup_action")
        self.compute()
        self.assertEqual(checks._cost_button(True, True)[1], "crm_cost.crm_cost_whale_action")

    def test_summary_says_decile_peak_and_difference(self):
        for number in range(10):
            self.sell(self.customer(f"C{number}"), 10 + number)
        self.make_pool()
        self.compute()
        lines = "\n".join(self.env["crm.job"]._profit_summary(self.company))
        self.assertIn("Profit by decile", lines)
        self.assertIn("The curve peaks at 100 %", lines)
        self.assertIn("0.00", lines)
