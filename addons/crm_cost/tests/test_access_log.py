from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.crm_cost_access_log import GROUPS


@tagged("post_install", "-at_install")
class TestAccessLog(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader, cls.manager = (cls.env.ref(group) for group in GROUPS)
        cls.admin = new_test_user(cls.env, "log_admin", groups="base.group_system,base.group_erp_manager")
        cls.user = new_test_user(cls.env, "log_user", groups="base.group_user")
        cls.log = cls.env["crm.cost.access.log"]

    def entries(self, action):
        """Return (user, right, change) of the entries written by an action of the administrator."""
        before = self.log.search([])
        action()
        return [(e.user_id, e.group_name, e.change) for e in (self.log.search([]) - before).sorted("id")]

    def test_nobody_has_the_right_by_rank(self):
        for xmlid in (
            "base.group_system",
            "base.group_erp_manager",
            "account.group_account_manager",
            "crm_segmentation.group_insight_configure",
            "sales_team.group_sale_manager",
        ):
            implied = self.env.ref(xmlid).all_implied_ids
            self.assertFalse((self.reader | self.manager) & implied, xmlid)

    def test_granting_to_a_user_is_logged(self):
        user = self.user.with_user(self.admin)
        granted = self.entries(lambda: user.write({"group_ids": [Command.link(self.manager.id)]}))
        self.assertEqual(granted, [(self.user, "Read", "granted"), (self.user, "Manage", "granted")])
        self.assertEqual(self.log.search([], limit=1).create_uid, self.admin)
        revoked = self.entries(lambda: user.write({"group_ids": [Command.unlink(self.manager.id)]}))
        self.assertEqual(revoked, [(self.user, "Read", "revoked"), (self.user, "Manage", "revoked")])

    def test_form_of_a_user_keeps_the_groups_that_were_chosen(self):
        """What the form asks the server after each choice must not take the choice back."""
        chosen = [*self.user.group_ids.ids, self.manager.id]
        answer = self.user.with_user(self.admin).onchange(
            {"group_ids": [Command.set(chosen)]}, ["group_ids"], {"group_ids": {"fields": {}}, "notification_type": {}}
        )
        self.assertNotIn("group_ids", answer["value"])

    def test_granting_from_the_group_is_logged(self):
        group = self.reader.with_user(self.admin)
        granted = self.entries(lambda: group.write({"user_ids": [Command.link(self.user.id)]}))
        self.assertEqual(granted, [(self.user, "Read", "granted")])

    def test_granting_through_another_group_is_logged(self):
        other = self.env["res.groups"].create({"name": "Finance", "user_ids": [Command.link(self.user.id)]})
        granted = self.entries(
            lambda: other.with_user(self.admin).write({"implied_ids": [Command.link(self.reader.id)]})
        )
        self.assertEqual(granted, [(self.user, "Read", "granted")])
        late = new_test_user(self.env, "log_late", groups="base.group_user")
        granted = self.entries(lambda: late.write({"group_ids": [Command.link(other.id)]}))
        self.assertEqual(granted, [(late, "Read", "granted")])

    def test_new_user_with_the_right_is_logged(self):
        created = self.entries(lambda: new_test_user(self.env, "log_new", groups="crm_cost.group_profit_reader"))
        self.assertEqual([entry[1:] for entry in created], [("Read", "granted")])

    def test_new_user_with_the_right_by_default_is_logged(self):
        self.env.ref("base.default_user_group").implied_ids = [Command.link(self.reader.id)]
        created = self.entries(lambda: self.env["res.users"].create({"name": "New", "login": "log_default"}))
        self.assertEqual([entry[1:] for entry in created], [("Read", "granted")])

    def test_deleting_a_group_that_gave_the_right_is_logged(self):
        other = self.env["res.groups"].create(
            {"name": "Finance", "implied_ids": [Command.link(self.reader.id)], "user_ids": [Command.link(self.user.id)]}
        )
        self.assertEqual(self.entries(other.unlink), [(self.user, "Read", "revoked")])

    def test_copied_user_with_the_right_is_logged(self):
        self.user.group_ids = [Command.link(self.reader.id)]
        copied = self.entries(lambda: self.user.copy({"login": "log_copy"}))
        self.assertEqual([entry[1:] for entry in copied], [("Read", "granted")])

    def test_archived_user_loses_and_regains_the_right(self):
        self.user.group_ids = [Command.link(self.reader.id)]
        user = self.user.with_user(self.admin)
        self.assertEqual(self.entries(user.action_archive), [(self.user, "Read", "revoked")])
        self.assertEqual(self.entries(lambda: self.user.write({"name": "Away"})), [])
        self.assertEqual(self.entries(user.action_unarchive), [(self.user, "Read", "granted")])

    def test_deleted_user_is_named(self):
        self.user.group_ids = [Command.link(self.reader.id)]
        before = self.log.search([])
        self.user.unlink()
        entry = self.log.search([]) - before
        self.assertEqual(entry.change, "revoked")
        self.assertIn("log_user", entry.user_name)

    def test_group_that_no_longer_gives_the_right_is_logged(self):
        other = self.env["res.groups"].create(
            {"name": "Finance", "implied_ids": [Command.link(self.reader.id)], "user_ids": [Command.link(self.user.id)]}
        )
        revoked = self.entries(lambda: other.write({"implied_ids": [Command.unlink(self.reader.id)]}))
        self.assertEqual(revoked, [(self.user, "Read", "revoked")])

    def test_right_held_twice_is_lost_with_the_last_group(self):
        other = self.env["res.groups"].create({"name": "Finance", "implied_ids": [Command.link(self.reader.id)]})
        self.user.group_ids = [Command.link(self.reader.id), Command.link(other.id)]
        self.assertEqual(self.entries(lambda: self.user.write({"group_ids": [Command.unlink(other.id)]})), [])
        revoked = self.entries(lambda: self.user.write({"group_ids": [Command.unlink(self.reader.id)]}))
        self.assertEqual(revoked, [(self.user, "Read", "revoked")])

    def test_other_changes_write_nothing(self):
        self.assertFalse(self.entries(lambda: self.user.write({"name": "New Name"})))
        group = self.env.ref("base.group_partner_manager")
        self.assertFalse(self.entries(lambda: self.user.write({"group_ids": [Command.link(group.id)]})))

    def test_administrators_read_the_log_and_nobody_changes_it(self):
        self.user.group_ids = [Command.link(self.manager.id)]
        entry = self.log.search([], limit=1)
        for user in (self.admin, self.user):
            own = entry.with_user(user)
            self.assertTrue(own.user_name)
            for attempt in (
                lambda own=own: own.write({"change": "revoked"}),
                own.unlink,
                lambda own=own: own.create({"change": "granted"}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            entry.with_user(new_test_user(self.env, "log_out", groups="base.group_user")).read(["user_name"])
