import csv
import io
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestHistory(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "history_admin", groups="base.group_system,sales_team.group_sale_manager")
        module = cls.env.ref("base.module_crm_segmentation")
        cls.partner = cls.env["res.partner"].create({"name": "=1+1", "is_company": True})
        cls.env["crm.segment.member"].create(
            {
                "scheme_id": cls.env.ref("crm_segmentation.scheme_abc").id,
                "segment_id": cls.env.ref("crm_segmentation.segment_a").id,
                "company_id": cls.admin.company_id.id,
                "partner_id": cls.partner.id,
                "date_from": "2024-02-29",
                "value": -5,
            }
        )
        cls.wizard = cls.env["base.module.uninstall"].with_user(cls.admin).create({"module_ids": module.ids})

    def test_history_is_offered_before_uninstalling(self):
        self.assertTrue(self.wizard.crm_history)
        other = self.env.ref("base.module_calendar")
        wizard = self.env["base.module.uninstall"].create({"module_ids": other.ids})
        self.assertIn("crm.customer", wizard._crm_history_lost(), "crm_segmentation goes with calendar")
        wizard = self.env["base.module.uninstall"].create({"module_ids": self.env.ref("base.module_survey").ids})
        self.assertNotIn("crm.customer", wizard._crm_history_lost())

    def test_file_holds_the_rows_and_no_formula(self):
        with zipfile.ZipFile(io.BytesIO(self.wizard._crm_history_zip())) as archive:
            self.assertIn("crm.customer.csv", archive.namelist())
            rows = list(csv.DictReader(io.StringIO(archive.read("crm.segment.member.csv").decode())))
        row = next(row for row in rows if row["partner_id"] == str(self.partner.id))
        self.assertEqual((row["partner_id_name"], row["segment_id_name"]), ("'=1+1", "A"))
        self.assertEqual((row["date_from"], row["value"]), ("2024-02-29", "-5"))

    def test_only_the_administrator_who_uninstalls_gets_it(self):
        url = f"/crm_segmentation/history/{self.wizard.id}"
        self.authenticate("history_admin", "history_admin")
        self.assertEqual(self.url_open(url).headers["Content-Type"], "application/zip")
        new_test_user(self.env, "history_other", groups="base.group_system")
        new_test_user(self.env, "history_boss", groups="sales_team.group_sale_manager")
        for login in ("history_other", "history_boss"):
            self.authenticate(login, login)
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(url).status_code, 403)

    def test_what_the_administrator_may_not_read_is_left_out(self):
        plain = new_test_user(self.env, "history_plain", groups="base.group_system")
        wizard = self.wizard.with_user(plain)
        with self.assertRaises(AccessError):
            self.env["crm.customer"].with_user(plain).search([])
        with zipfile.ZipFile(io.BytesIO(wizard._crm_history_zip())) as archive:
            self.assertNotIn("crm.customer.csv", archive.namelist())
            self.assertIn("crm.customer", archive.read("README.txt").decode())

    def test_rows_of_models_that_stay_are_told_apart(self):
        leads = self.env["crm.lead"].create([{"name": "With", "referred": "Somebody"}, {"name": "Without"}])
        text = self.wizard.sudo()._crm_history_csv(self.env["crm.lead"], ["referred"]).decode()
        rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
        self.assertEqual(rows[str(leads[0].id)], {"id": str(leads[0].id), "name": "With", "referred": "Somebody"})
        self.assertNotIn(str(leads[1].id), rows)
