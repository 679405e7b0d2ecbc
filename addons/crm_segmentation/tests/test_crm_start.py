from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCrmStart(TransactionCase):
    def test_page_reads_the_database_and_every_button_leads_somewhere(self):
        action = self.env["crm.start"].action_open()
        start = self.env["crm.start"].browse(action["res_id"])
        self.assertGreaterEqual(len(start.line_ids), 2)
        for line in start.line_ids:
            self.assertTrue(line.question and line.state and line.fact and line.button)
            self.assertIn(line.action_go()["type"], ("ir.actions.act_window", "ir.actions.server", "ir.actions.client"))

    def test_page_opens_after_installation(self):
        todo = self.env.ref("crm_segmentation.crm_start_todo")
        self.assertEqual(todo.action_id.id, self.env.ref("crm_segmentation.crm_start_action").id)

    def test_unanswerable_questions_say_what_they_need(self):
        company = self.env["res.company"].create({"name": "Empty"})
        start = self.env["crm.start"].with_company(company).with_context(allowed_company_ids=company.ids)
        first = start._profile_check()
        self.assertEqual((first["state"], first["action"]), ("missing", "account.action_move_out_invoice_type"))
        self.assertTrue(first["missing"])
