from lxml import html

from odoo.tests import tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestProcessReport(ProcessCommon):
    def _print(self, process, user):
        report = self.env["ir.actions.report"].with_user(user)
        page, _kind = report._render_qweb_html("crm_process.report_procedure", process.ids)
        return " ".join(html.fromstring(page).text_content().split())

    def test_procedure_tells_the_whole_sheet_to_whoever_reads_processes(self):
        wizard = self.env["crm.process.template"].create({"template": "trading", "team_ids": [(6, 0, self.team.ids)]})
        process = self.env["crm.process"].browse(wizard.action_create()["res_id"])
        process.write({"code": "SP-31", "change_note": "Calls within a week", "no_skipping": True})
        process.create_field_ids = self.env["ir.model.fields"]._get("crm.lead", "phone")
        sheet = process.sheet_ids[0]
        sheet.write({"document_ids": [(0, 0, {"name": "Form 7.txt"})], "override_user_ids": [(4, self.manager.id)]})
        process.with_user(self.manager).action_activate()
        text = self._print(process, self.salesman)
        for words in (
            "SP-31", "Version1", "Effective", self.manager.name, "Calls within a week", self.team.name, "After-sales",
            sheet.expected_result, sheet.input_ids[0].name, sheet.input_ids[0].party_name, sheet.resource_ids[0].name,
            sheet.risk_ids[0].treatment, "Form 7.txt", f"May override: {self.manager.name}", "Leads to",
            "Stages are passed in order", "Filled in from the start: Phone",
        ):  # fmt: skip
            self.assertIn(words, text)
        self.assertNotIn("At Least", text, "an indicator that is only watched has no wish")

    def test_draft_without_sheets_prints_too(self):
        text = self._print(self.process, self.manager)
        self.assertIn("not yet", text)
        self.assertIn("Draft", text)
