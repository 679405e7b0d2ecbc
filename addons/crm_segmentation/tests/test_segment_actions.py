from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from ..models.crm_segment_event_run import TRIES
from .common_policy import PolicyCommon


class ActionsCommon(PolicyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["res.partner.category"].create({"name": "Key"})
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")
        cls.events = cls.env["crm.segment.event"]
        cls.job = cls.env.ref("crm_segmentation.job_segment_actions")

    @classmethod
    def action(cls, kind="add_tag", segment=None, user=None, **values):
        targets = {"add_tag": {"tag_id": cls.tag.id}, "remove_tag": {"tag_id": cls.tag.id}}
        targets["activity"] = {"activity_type_id": cls.todo.id, "summary": "Welcome"}
        return cls.env["crm.segment.action"].create(
            {
                "name": kind,
                "kind": kind,
                "segment_id": (segment or cls.gold).id,
                "user_id": (user or cls.boss).id,
                **targets.get(kind, {}),
                **values,
            }
        )

    def moves(self, stays, moved="enter", first=False):
        """Tell of moves as the engine does after it assigned the customers of a company."""
        self.env.flush_all()
        self.env.cr.execute("DROP TABLE IF EXISTS crm_segment_moves")
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE crm_segment_moves ON COMMIT DROP AS SELECT id AS member_id, segment_id, company_id,"
            " partner_id, %s::varchar AS moved FROM crm_segment_member WHERE id = ANY(%s)",
            [moved, stays.ids],
        )
        filled = stays.segment_id if first else self.env["crm.segment"]
        return sum(self.events._take_moves(company, filled) for company in stays.company_id)

    def night(self):
        """Run the step to its end once more; return the rows written."""
        self.job.run_number += 1
        done, remaining = 0, 1
        while remaining:
            rows, remaining = self.job._run_batch()
            done += rows
        self.env.invalidate_all()
        return done

    def server_action(self, code, **values):
        model = self.env["ir.model"]._get_id("res.partner")
        return self.env["ir.actions.server"].create(
            {"name": "Ours", "model_id": model, "state": "code", "code": code, **values}
        )


class TestSegmentActions(ActionsCommon):
    def test_segment_without_actions_leaves_nothing(self):
        self.assertEqual(self.moves(self.enter(self.gold, self.partner)), 0)
        self.assertFalse(self.events.search([]))
        self.assertEqual(self.night(), 0)

    def test_entry_is_done_once(self):
        action = self.action()
        self.assertEqual(self.moves(self.enter(self.gold, self.partner)), 1)
        event = self.events.search([("action_id", "=", action.id)])
        self.assertEqual((event.state, event.moved, event.partner_id), ("pending", "enter", self.partner))
        self.assertFalse(self.partner.category_id, "not in the transaction of the engine")
        self.assertEqual(self.night(), 1)
        self.assertEqual(self.partner.category_id, self.tag)
        self.assertRecordValues(event, [{"state": "done", "tries": 1, "note": False}])
        self.partner.category_id = False
        self.assertEqual(self.night(), 0, "a second run writes nothing")
        self.assertFalse(self.partner.category_id)

    def test_exit_is_another_move(self):
        self.action()
        self.action("remove_tag", moved="leave")
        stay = self.enter(self.gold, self.partner)
        self.moves(stay)
        self.night()
        self.leave(stay)
        self.assertEqual(self.moves(stay, "leave"), 1)
        self.night()
        self.assertFalse(self.partner.category_id)

    def test_first_members_only_when_the_action_says_so(self):
        self.action()
        wanted = self.action("activity", at_first_fill=True)
        self.assertEqual(self.moves(self.enter(self.gold, self.partner), first=True), 1)
        self.assertEqual(self.events.search([]).action_id, wanted)

    def test_company_of_the_action_and_archived_actions(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.action(company_id=elsewhere.id)
        self.action(active=False)
        self.assertEqual(self.moves(self.enter(self.gold, self.partner)), 0)
        self.boss.company_ids += elsewhere
        self.assertEqual(self.moves(self.enter(self.gold, self.partner, company=elsewhere)), 1)
        self.night()
        self.assertEqual(self.partner.category_id, self.tag)

    def test_a_customer_that_comes_and_goes_is_not_called_five_times(self):
        self.action("activity")
        for _night in range(5):
            stay = self.enter(self.gold, self.partner)
            self.moves(stay)
            self.night()
            self.leave(stay)
        self.assertEqual(len(self.partner.activity_ids), 1)
        self.assertEqual(sorted(self.events.search([]).mapped("state")), ["done"] + ["skipped"] * 4)
        self.partner.activity_ids.action_done()
        self.moves(self.enter(self.gold, self.partner))
        self.night()
        self.assertEqual(len(self.partner.activity_ids), 1)

    def test_who_left_before_the_night_is_left_out(self):
        self.action()
        stay = self.enter(self.gold, self.partner)
        self.moves(stay)
        self.leave(stay)
        self.night()
        event = self.events.search([])
        self.assertEqual((event.state, event.note), ("skipped", "The customer has moved again since."))
        self.assertFalse(self.partner.category_id)

    def test_a_stay_without_trace_and_archived_contacts(self):
        self.action()
        stay = self.enter(self.gold, self.partner)
        self.moves(stay)
        self.env.cr.execute("DELETE FROM crm_segment_member WHERE id = %s", [stay.id])
        archived = self.customer("Archived", active=False)
        self.moves(self.enter(self.gold, archived))
        self.env.invalidate_all()
        self.night()
        self.assertEqual(set(self.events.search([]).mapped("state")), {"skipped"})
        self.assertFalse(archived.category_id)

    @mute_logger("odoo.addons.crm_segmentation.models.crm_segment_event_run", "odoo.addons.base.models.ir_actions")
    def test_one_customer_of_three_hundred_raises_and_the_rest_go_through(self):
        partners = self.env["res.partner"].create([{"name": f"C{number:03d}"} for number in range(300)])
        bad = partners[123]
        code = f"if record.id == {bad.id}:\n    raise UserError('Not this one')\nrecord.write({{'ref': 'met'}})"
        self.action("server", server_action_id=self.server_action(code).id)
        self.action()
        tagged = type(partners)

        def write(records, vals, origin=tagged.write):
            if "category_id" in vals and bad.id in records.ids:
                raise ValueError("No tag for this one")
            return origin(records, vals)

        self.moves(self.enter(self.gold, *partners))
        self.job.run_id = self.env["crm.job.run"]._begin(self.job, fields.Datetime.now())
        with patch.object(tagged, "write", write):
            self.assertEqual(self.night(), 600)
        others = partners - bad
        self.assertEqual(set(others.mapped("ref")), {"met"})
        self.assertEqual(others.category_id, self.tag)
        self.assertEqual(set(self.events.search([("partner_id", "in", others.ids)]).mapped("state")), {"done"})
        failed = self.events.search([("partner_id", "=", bad.id)])
        self.assertEqual(set(failed.mapped("state")), {"failed"})
        notes = " ".join(failed.mapped("note"))
        self.assertIn("Not this one", notes)
        self.assertIn("No tag for this one", notes)
        self.assertFalse(bad.ref or bad.category_id)
        self.assertEqual(self.gold.failed_event_count, 2)
        self.assertIn("2 actions of segments failed", self.job.run_id.message)
        # Next night only that one is tried again; what was mended goes through
        self.assertEqual(self.night(), 2)
        self.assertEqual(bad.category_id, self.tag)
        self.assertEqual(failed.mapped("tries"), [2, 2])

    @mute_logger("odoo.addons.crm_segmentation.models.crm_segment_event_run", "odoo.addons.base.models.ir_actions")
    def test_after_the_last_try_it_waits_for_somebody(self):
        self.action("server", server_action_id=self.server_action("raise UserError('Never')").id)
        self.moves(self.enter(self.gold, self.partner))
        for _night in range(TRIES):
            self.assertEqual(self.night(), 1)
        self.assertEqual(self.night(), 0)
        event = self.events.search([])
        self.assertEqual((event.state, event.tries), ("failed", TRIES))
        with self.assertRaises(UserError):
            event.with_user(self.seller).action_try_again()
        event.with_user(self.boss).action_try_again()
        self.assertEqual((event.state, event.tries), ("pending", 0))
        self.assertEqual(self.night(), 1)

    def test_killed_in_the_middle_it_goes_on_without_doing_anything_twice(self):
        self.action("activity")
        partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(5)])
        partners.user_id = self.seller
        self.moves(self.enter(self.gold, *partners))
        self.job.run_number += 1
        with patch("odoo.addons.crm_segmentation.models.crm_segment_event_run.BATCH", 2):
            self.assertEqual(self.job._run_batch(), (2, 2))
            with self.env.cr.savepoint(flush=False) as killed:
                self.job._run_batch()
                killed.rollback()
            self.env.invalidate_all()
            self.assertEqual(self.job._run_batch(), (2, 1))
            self.assertEqual(self.job._run_batch(), (1, 0))
        self.env.invalidate_all()
        self.assertEqual([len(partner.activity_ids) for partner in partners], [1] * 5)

    def test_slow_code_ends_the_batch_before_the_scheduler_kills_it(self):
        self.action("server", server_action_id=self.server_action("record.write({'ref': 'met'})").id)
        partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(5)])
        self.moves(self.enter(self.gold, *partners))
        self.job.run_number += 1
        with patch("odoo.addons.crm_segmentation.models.crm_segment_event_run.SECONDS", -1):
            self.assertEqual(self.job._run_batch(), (0, 1))
        clock = patch(
            "odoo.addons.crm_segmentation.models.crm_segment_event_run.monotonic", side_effect=[0, 1, 2, 15, 31, 32, 33]
        )
        with clock:
            self.assertEqual(self.job._run_batch(), (2, 1), "two within the time, the others in the next batch")
        self.assertEqual(self.job._run_batch(), (3, 0))
        self.env.invalidate_all()
        self.assertEqual(partners.mapped("ref"), ["met"] * 5)
        self.assertEqual(set(self.events.search([]).mapped("tries")), {1})

    def test_a_lost_race_is_for_the_job_to_try_again(self):
        self.action()
        self.moves(self.enter(self.gold, self.partner))
        self.job.run_number += 1
        run = patch.object(type(self.env["crm.segment.action"]), "_run", side_effect=SerializationFailure())
        with run, self.assertRaises(SerializationFailure):
            self.events._job_actions(self.job)

    def test_activity_goes_to_salesperson_then_leader_then_the_one_named(self):
        leader = self.make_user("policy_leader", "sales_team.group_sale_salesman")
        team = self.env["crm.team"].create({"name": "Keys", "user_id": leader.id})
        self.gold.policy_team_id = team
        self.action("activity", responsible_id=self.boss.id, days=3)
        orphan, left = self.customer("Orphan"), self.customer("Left")
        gone = self.make_user("policy_gone", "sales_team.group_sale_salesman")
        left.user_id = gone
        gone.active = False
        self.moves(self.enter(self.gold, self.partner, orphan, left))
        self.night()
        self.assertEqual(self.partner.activity_ids.user_id, self.seller)
        self.assertEqual((orphan + left).activity_ids.user_id, leader)
        self.assertEqual(orphan.activity_ids.date_deadline, self.days_ago(-3))
        self.assertEqual(orphan.activity_ids.summary, "Welcome")
        leader.active = False
        other = self.customer("Other")
        self.moves(self.enter(self.gold, other))
        self.night()
        self.assertEqual(other.activity_ids.user_id, self.boss)

    @mute_logger("odoo.addons.crm_segmentation.models.crm_segment_event_run")
    def test_nobody_to_assign_it_to_is_said(self):
        self.action("activity")
        orphan = self.customer("Orphan")
        self.moves(self.enter(self.gold, orphan, self.partner))
        self.night()
        self.assertTrue(self.partner.activity_ids)
        event = self.events.search([("partner_id", "=", orphan.id)])
        self.assertEqual(event.state, "failed")
        self.assertIn("nobody to assign it to", event.note)

    def test_plan_is_launched_for_the_person_in_charge(self):
        template = {"activity_type_id": self.todo.id, "summary": "Say hello", "responsible_type": "on_demand"}
        values = {"name": "Welcome", "res_model": "res.partner", "template_ids": [Command.create(template)]}
        plan = self.env["mail.activity.plan"].create(values)
        self.action("plan", plan_id=plan.id)
        self.moves(self.enter(self.gold, self.partner))
        self.night()
        self.assertRecordValues(self.partner.activity_ids, [{"summary": "Say hello", "user_id": self.seller.id}])

    @mute_logger("odoo.addons.crm_segmentation.models.crm_segment_event_run", "odoo.addons.base.models.ir_actions")
    def test_code_of_users_runs_with_the_owner_s_rights_and_never_as_the_system(self):
        code = "record.write({'ref': '%s %s' % (env.user.login, env.su)})"
        self.action("server", server_action_id=self.server_action(code).id)
        peek = "env['ir.config_parameter'].search([]).mapped('value')"
        self.action("server", server_action_id=self.server_action(peek).id)
        self.moves(self.enter(self.gold, self.partner))
        self.night()
        self.assertEqual(self.partner.ref, "policy_boss False")
        self.assertEqual(sorted(self.events.search([]).mapped("state")), ["done", "failed"])

    def test_owner_must_be_allowed_to_run_it(self):
        only_admins = self.server_action(
            "record.write({})", group_ids=[Command.link(self.env.ref("base.group_system").id)]
        )
        with self.assertRaises(ValidationError):
            self.action("server", server_action_id=only_admins.id)
        on_leads = self.server_action("record.write({})")
        on_leads.model_id = self.env["ir.model"]._get_id("crm.lead")
        with self.assertRaises(ValidationError):
            self.action("server", server_action_id=on_leads.id)

    def test_whoever_changes_what_is_done_becomes_the_owner(self):
        admin = self.make_user("policy_admin", "base.group_system,crm_segmentation.group_insight_configure")
        action = self.action(user=admin)
        mine = action.with_user(self.boss)
        mine.write({"name": "Renamed", "sequence": 3, "user_id": self.boss.id})
        self.assertEqual(action.user_id, admin)
        mine.tag_id = self.env["res.partner.category"].create({"name": "Other"})
        self.assertEqual(action.user_id, self.boss)
        values = {"name": "New", "kind": "add_tag", "tag_id": self.tag.id, "segment_id": self.gold.id}
        made = self.env["crm.segment.action"].with_user(self.boss).create({**values, "user_id": admin.id})
        self.assertEqual(made.user_id, self.boss)

    @mute_logger("odoo.addons.crm_segmentation.models.crm_segment_event_run")
    def test_an_owner_who_left_or_works_elsewhere_stops_it(self):
        self.action()
        self.boss.active = False
        self.moves(self.enter(self.gold, self.partner))
        self.night()
        self.assertIn("does not work here any more", self.events.search([]).note)
        self.boss.active = True
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.customer("Other")
        self.moves(self.enter(self.gold, other, company=elsewhere))
        self.night()
        self.assertIn("does not work for Elsewhere", self.events.search([("partner_id", "=", other.id)]).note)
        self.assertEqual(self.partner.category_id, self.tag, "mended, and tried again")

    def test_an_action_says_what_it_does(self):
        for kind in ("add_tag", "activity", "plan", "server"):
            with self.subTest(kind=kind), self.assertRaises(ValidationError):
                self.env["crm.segment.action"].create({"name": "Empty", "kind": kind, "segment_id": self.gold.id})

    def test_mailing_lists_are_offered_where_they_exist(self):
        kinds = dict(self.env["crm.segment.action"].fields_get(["kind"])["kind"]["selection"])
        self.assertEqual("add_list" in kinds, "mailing.list" in self.env.registry)

    def test_mailing_list_takes_each_address_once_and_never_who_opted_out(self):
        if "mailing.list" not in self.env.registry:
            for kind in ("add_list", "remove_list"):
                with self.assertRaises(ValidationError):
                    self.action(kind, mailing_list="mailing.list,1")
            return
        self.boss.group_ids += self.env.ref("mass_mailing.group_mass_mailing_user")
        news = self.env["mailing.list"].create({"name": "News"})
        target = {"mailing_list": f"mailing.list,{news.id}"}
        self.action("add_list", **target)
        self.action("remove_list", moved="leave", **target)
        partners = self.partner
        for name in ("Twin", "Known", "Out", "No Address"):
            address = False if name == "No Address" else f"{name.lower()}@example.com"
            partners += self.customer(name, email=address)
        self.partner.email = "Twin@example.com"
        known, out = self.env["mailing.contact"].create(
            [{"name": "Known", "email": "known@example.com"}, {"name": "Out", "email": "out@example.com"}]
        )
        self.env["mailing.subscription"].create({"contact_id": out.id, "list_id": news.id, "opt_out": True})
        stays = self.enter(self.gold, *partners)
        self.moves(stays)
        self.night()
        addresses = news.contact_ids.mapped("email")
        self.assertEqual(sorted(addresses), ["known@example.com", "out@example.com", "twin@example.com"])
        self.assertTrue(out.subscription_ids.opt_out)
        self.leave(stays)
        self.moves(stays, "leave")
        self.night()
        self.assertEqual(news.contact_ids, out)

    def test_members_of_companies_one_does_not_work_for_are_left_alone(self):
        """Neither starting an action nor trying it again reaches further than the lists of whoever does it."""
        other = self.env["res.company"].create({"name": "Other"})
        action = self.action(user=self.make_user("both", "sales_team.group_sale_manager"))
        stays = self.enter(self.gold, self.partner) | self.enter(self.gold, self.customer("Abroad"), company=other)
        action.with_user(self.boss).action_start_for_members()
        event = self.events.search([("action_id", "=", action.id)])
        self.assertEqual(event.company_id, self.company)
        event.write({"company_id": other.id, "state": "failed", "member_id": stays[-1].id})
        self.env.flush_all()
        with self.assertRaises(AccessError):
            event.with_user(self.boss).action_try_again()
        self.assertEqual(event.state, "failed")

    def test_actions_for_todays_members_are_started_by_hand_and_once(self):
        action = self.action()
        self.enter(self.gold, self.partner)
        action.with_user(self.boss).action_start_for_members()
        action.with_user(self.boss).action_start_for_members()
        self.assertEqual(len(self.events.search([])), 1)
        self.night()
        self.assertEqual(self.partner.category_id, self.tag)
        leave = self.action("remove_tag", moved="leave")
        self.assertEqual(leave._take_members(), 0)

    def test_dry_run_lists_and_writes_nothing(self):
        self.action()
        self.action("activity")
        self.action("remove_tag", moved="leave")
        orphan = self.customer("Orphan")
        tagged = self.customer("Tagged", category_id=[Command.link(self.tag.id)])
        self.enter(self.gold, orphan, tagged)
        self.moves(self.enter(self.gold, self.partner))
        tables = (
            "res_partner",
            "mail_activity",
            "crm_segment_event",
            "mail_message",
            "res_partner_res_partner_category_rel",
        )

        def content():
            self.env.flush_all()
            result = []
            for table in tables:
                self.env.cr.execute(f"SELECT xmin, {table}::text FROM {table} ORDER BY 2")
                result.append(self.env.cr.fetchall())
            return result

        before = content()
        wizard = self.env["crm.segment.dry.run"].browse(self.gold.with_user(self.boss).action_dry_run()["res_id"])
        lines = wizard.line_ids
        self.assertEqual(lines.partner_id, self.partner, "what waits for tonight")
        self.assertEqual(len(lines), 2)
        wizard = wizard.with_user(self.boss)
        wizard.basis = "members"
        wizard.action_show()
        effects = {(line.action_id.kind, line.partner_id.name): line.effect for line in wizard.line_ids}
        self.assertEqual(effects["add_tag", "Orphan"], "Add a tag: Key")
        self.assertEqual(effects["add_tag", "Tagged"], "It has this tag already.")
        self.assertEqual(effects["activity", "Known"], f"Welcome, for {self.seller.name}")
        self.assertIn("no one to assign it to", effects["activity", "Orphan"])
        self.assertEqual(len(effects), 6)
        self.assertIn(f"add_tag, {self.company.name}: 3 customers, 1 of them left out", wizard.summary)
        self.assertEqual(content(), before)

    def test_restricted_segments_start_nothing(self):
        restricted = patch.object(type(self.gold), "_is_restricted", lambda segments: segments & self.gold)
        with restricted, self.assertRaises(ValidationError):
            self.action()
        action = self.action()
        with restricted:
            with self.assertRaises(ValidationError):
                self.gold.description = "Restricted from now on"
            with self.assertRaises(ValidationError):
                self.wide.action_ids = [Command.create({"name": "X", "kind": "add_tag", "tag_id": self.tag.id})]
                self.wide.action_ids.segment_id = self.gold
            stay = self.enter(self.gold, self.partner)
            self.assertEqual(self.moves(stay), 0)
            self.assertEqual(action._take_members(), 0)
        self.moves(stay)
        with restricted:
            self.night()
            self.assertEqual(self.events.search([]).state, "skipped")
            self.assertFalse(self.partner.category_id)
            self.events._gc_events()
            self.assertFalse(self.events.search([]), "nor does the history tell")

    def test_old_history_goes(self):
        self.action()
        self.moves(self.enter(self.gold, self.partner))
        self.night()
        event = self.events.search([])
        event.moved_at = fields.Datetime.now() - timedelta(days=179)
        self.events._gc_events()
        self.assertTrue(event.exists())
        event.moved_at = fields.Datetime.now() - timedelta(days=181)
        event.state = "failed"
        self.events._gc_events()
        self.assertTrue(event.exists(), "somebody has to look at it")
        event.state = "done"
        self.events._gc_events()
        self.assertFalse(event.exists())

    def test_merged_customers_get_it_once(self):
        self.action("activity")
        other = self.customer("Other")
        self.moves(self.enter(self.gold, other, self.partner))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((other + self.partner).ids, self.partner)
        self.env.invalidate_all()
        self.assertEqual(sorted(self.events.search([]).mapped("state")), ["pending", "skipped"])
        self.assertEqual(self.events.search([]).partner_id, self.partner, "history follows the customer")
        self.night()
        self.assertEqual(len(self.partner.activity_ids), 1)

    def test_statements_do_not_grow_with_the_customers(self):
        self.action()
        counts = []
        for size in (10, 100):
            partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(size)])
            self.moves(self.enter(self.gold, *partners))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.night(), size)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)


class TestActionsOfRules(ActionsCommon):
    """From the rule of a segment to what is done, through the nightly jobs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag_action = cls.action()
        cls.gone = cls.action("remove_tag", moved="leave")
        cls.first_scheme.kind = "overlapping"
        cls.gold.rule_domain = "[('monetary', '>', 500)]"

    def test_first_members_stay_and_whoever_enters_later_is_tagged(self):
        old = self.customer("Old")
        self.invoice(old, 1000)
        self.run_jobs()
        self.assertTrue(self.gold.member_ids)
        self.assertFalse(self.events.search([]), "filled for the first time")
        self.invoice(self.partner, 600)
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.partner.category_id, self.tag)
        self.assertFalse(old.category_id)
        self.invoice(self.partner, 500, move_type="out_refund")
        self.run_jobs()
        self.run_jobs()
        self.env.invalidate_all()
        inside = self.partner in self.gold.member_ids.partner_id
        self.assertEqual(bool(self.partner.category_id), inside)
        self.assertEqual(len(self.events.search([("partner_id", "=", self.partner.id)])), 1 if inside else 2)

    def test_a_figure_that_becomes_secret_is_refused_while_segments_on_it_start_something(self):
        measure = self.invoices.copy({"name": "Secret Count", "code": False})
        measure.action_review()
        condition = {"measure_id": measure.id, "figure": "documents", "operator": ">", "value": 0}
        self.gold.condition_ids = [Command.create(condition)]
        group = self.env["res.groups"].create({"name": "Secret"})
        with self.assertRaises(ValidationError):
            measure.group_ids = group
        self.moves(self.enter(self.gold, self.partner))
        (self.tag_action + self.gone).active = False
        measure.group_ids = group
        self.assertTrue(self.gold.is_restricted)
        for model in ("crm.segment.action", "crm.segment.event"):
            found = self.env[model].with_user(self.boss).with_context(active_test=False)
            self.assertFalse(found.search([("segment_id", "=", self.gold.id)]), model)
        self.night()
        self.assertFalse(self.partner.category_id)
