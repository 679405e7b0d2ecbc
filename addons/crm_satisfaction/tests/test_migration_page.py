from odoo.modules.migration import load_script
from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMigrationPage(TransactionCase):
    def _migrate(self):
        path = f"{get_module_path('crm_satisfaction')}/migrations/19.0.1.2.0/post-page.py"
        load_script(path, "crm_satisfaction_post_page").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def _set(self, written):
        """Give the invitation a text of before, changed by somebody or not."""
        template = self.env.ref("crm_satisfaction.mail_template_invitation")
        template.body_html = "<p>Before</p>"
        template.flush_recordset()
        self.env.cr.execute(
            "UPDATE mail_template SET create_date = '2026-01-01', write_date = %s WHERE id = %s", (written, template.id)
        )
        self.env.invalidate_all()
        return template

    def test_text_nobody_changed_gets_the_link_to_stop(self):
        template = self._set("2026-01-01")
        self._migrate()
        self.assertIn("_get_stop_url", template.body_html)

    def test_text_of_ones_own_stays(self):
        template = self._set("2026-02-01")
        self._migrate()
        self.assertEqual(template.body_html, "<p>Before</p>")
