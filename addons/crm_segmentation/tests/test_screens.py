from odoo.tests import new_test_user

from .common import InsightCommon


class TestScreens(InsightCommon):
    """Whoever sees a screen can use all of it."""

    def test_sales_manager_chooses_the_documents_of_an_indicator(self):
        manager = new_test_user(self.env, "screen_manager", groups="sales_team.group_sale_manager")
        models = self.env["ir.model"].with_user(manager)
        leads = self.env["ir.model"]._get("crm.lead")
        self.assertIn(leads.id, [model for model, _name in models.name_search(leads.name)])
        self.assertFalse(models.has_access("write"))
        found = self.env["crm.measure"].with_user(manager).search([("model_id", "ilike", leads.name)])
        self.assertEqual(found, found.filtered(lambda measure: measure.model_id == leads))

    def test_salesperson_reads_no_technical_models(self):
        seller = new_test_user(self.env, "screen_seller", groups="sales_team.group_sale_salesman")
        self.assertFalse(self.env["ir.model"].with_user(seller).has_access("read"))
