from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from .common_measure import MeasureCommon

MODELS = "odoo.addons.crm_segmentation.models."


class TestCrmMeasureAuthority(MeasureCommon):
    """Whoever sets up indicators gains no rights by it, and cannot hold up the night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.manager = new_test_user(cls.env, "authority_manager", groups="sales_team.group_sale_manager", **company)
        groups = "base.group_system,sales_team.group_sale_manager"
        cls.boss = new_test_user(cls.env, "authority_boss", groups=groups, **company)
        cls.leads = {"name": "Leads", "model_id": cls.env["ir.model"]._get_id("crm.lead")}

    def test_defaults_from_the_context_give_no_authority(self):
        for name, value in (("reviewed", True), ("owner_id", self.env.ref("base.user_admin").id)):
            measures = self.env["crm.measure"].with_user(self.manager).with_context(**{f"default_{name}": value})
            for create in (
                lambda each: each.create(self.leads),
                lambda each: each.web_save(self.leads, {"reviewed": {}}),
                lambda each: each.with_context(default_model_id=self.leads["model_id"]).name_create("Leads"),
            ):
                with self.subTest(default=name), self.assertRaises(AccessError):
                    create(measures)
        rows = [["Leads", str(self.leads["model_id"])]]
        self.assertFalse(measures.load(["name", "model_id/.id"], rows)["ids"])

    def test_nobody_notes_by_hand_when_an_indicator_was_computed(self):
        measure = self.env["crm.measure"].with_user(self.manager).create(self.leads)
        for values in ({"refreshed_at": "2020-01-01"}, {"refresh_run": 2**30}, {"part_bounds": [1]}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                measure.write(values)
        measure.window_days = 30
        self.assertTrue(measure.rebuild, "a change of the definition itself is still noted")

    def test_an_administrator_vouches_for_no_field_they_may_not_read(self):
        amounts = {"aggregate": "sum", "value_field": "amount", "date_field": "purchase_date", "reviewed": False}
        measure = self.measure("crm.purchase", partner_path="commercial_partner_id", **amounts)
        with self.assertRaisesRegex(ValidationError, "restricted"):
            measure.with_user(self.boss).action_review()
        self.boss.group_ids += self.env.ref("account.group_account_invoice")
        measure.with_user(self.boss).action_review()
        self.assertTrue(measure.reviewed)

    def test_paths_of_many_links_are_refused(self):
        steps = "parent_id." * 200
        for values in (
            {"partner_path": f"partner_id.{steps}parent_id"},
            {"user_path": "create_uid." * 50 + "create_uid"},
            {"aggregate": "distinct", "value_field": f"partner_id.{steps}name"},
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, "links"):
                self.measure("crm.lead", **values)
        with self.assertRaisesRegex(ValidationError, "deep"):
            self.measure("crm.lead", domain=f"[('partner_id.{steps}name', '=', 'a')]")

    @mute_logger("odoo.sql_db")
    def test_a_slow_indicator_of_one_user_does_not_hold_up_the_others(self):
        measure = self.env["crm.measure"].with_user(self.manager).create(self.leads).sudo()
        before = self.env.execute_query(SQL("SHOW statement_timeout"))
        with patch(f"{MODELS}crm_measure_refresh.UNREVIEWED_SECONDS", 0.05):
            self.assertIsNone(measure._safely(lambda: self.env.execute_query(SQL("SELECT PG_SLEEP(2)"))))
            self.assertIn("longer than", measure.last_error)
            self.assertEqual(measure._safely(lambda: 3), 3)
        self.assertFalse(measure.last_error)
        self.assertEqual(self.env.execute_query(SQL("SHOW statement_timeout")), before)
        measure.reviewed = True
        with patch(f"{MODELS}crm_measure_refresh.UNREVIEWED_SECONDS", 0.05):
            self.assertTrue(measure._safely(lambda: self.env.execute_query(SQL("SELECT PG_SLEEP(0.1)"))))

    def test_reading_all_fields_of_many_indicators_computes_few_previews(self):
        measures = self.measure("crm.lead") + self.measure("crm.lead")
        with patch(f"{MODELS}crm_measure_preview.PREVIEW_SECONDS", -1):
            self.assertFalse(any(row["preview_html"] for row in measures.read(["preview_html"])))
        measures.invalidate_recordset()
        self.assertTrue(all(row["preview_html"] for row in measures.read(["preview_html"])))

    def test_the_catalogue_creates_nothing_it_does_not_offer(self):
        catalogue = self.env["crm.measure.catalogue"].with_user(self.manager).create({})
        line = self.env["crm.measure.catalogue.line"].with_user(self.manager)
        forged = line.create({"catalogue_id": catalogue.id, "code": "forged", "state": "new", "chosen": True})
        self.assertEqual(forged.action_create_chosen()["params"]["type"], "warning")

    @mute_logger("odoo.models.unlink")
    def test_contacts_of_another_company_stay_there(self):
        other = self.setup_other_company()["company"]
        theirs, ours = self.customer("Theirs", company_id=other.id), self.customer("Ours")
        for partner in (theirs, ours):
            activity = partner.activity_schedule("mail.mail_activity_data_call", user_id=self.env.user.id)
            activity.action_feedback()
            self.env["calendar.event"].create(
                {
                    "name": "M",
                    "start": "2026-01-01 10:00:00",
                    "stop": "2026-01-01 11:00:00",
                    "partner_ids": [Command.set(partner.ids)],
                }
            )
            message = {"model": "res.partner", "res_id": partner.id, "message_type": "email"}
            self.env["mail.message"].create({**message, "author_id": partner.id})
        events = self.env["crm.contact.event"]
        found = events.search([("commercial_partner_id", "in", (theirs + ours).ids)])
        self.assertEqual(len(found), 6)
        mine = events.with_user(self.manager).search([("id", "in", found.ids)])
        self.assertEqual(mine.commercial_partner_id, ours)
        self.assertEqual(len(mine), 3)
        replies = self.env["crm.reply"].with_user(self.manager)
        self.assertEqual(
            replies.search([("commercial_partner_id", "in", (theirs + ours).ids)]).commercial_partner_id, ours
        )
