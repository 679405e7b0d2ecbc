import doctest
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..tools import interval
from ..tools.interval import difference_interval
from .common import ProcessCommon


def load_tests(_loader, tests, _ignore):
    tests.addTests(doctest.DocTestSuite(interval))
    return tests


class HistoryCommon(ProcessCommon):
    """A team of its own whose history is written by hand, so that figures can be worked out on paper."""

    def _stay(self, lead, stage, days, kind="created", outcome="forward", **values):
        """Write one stay that ended today, ``days`` long; no outcome: still there since so many days."""
        now = fields.Datetime.now()
        values = {
            "lead_id": lead.id or None,
            "lead_ref": lead.id,
            "lead_name": lead.name,
            "lead_type": "opportunity",
            "user_id": lead.user_id.id or None,
            "team_id": lead.team_id.id,
            "company_id": lead.company_id.id or None,
            "stage_id": stage.id,
            "stage_name": '{"en_US": "Stage"}',
            "phase": stage.process_phase or None,
            "kind": kind,
            "outcome": outcome,
            "status": "open",
            "step": 1,
            "date_entered": now - timedelta(days=days),
            "date_left": now if outcome else None,
            "calendar_seconds": days * 86400 if outcome else None,
            "working_seconds": days * 8 * 3600 if outcome else None,
            "origin": "live",
            **values,
        }
        self.env.cr.execute(
            "INSERT INTO crm_stage_log ({}) VALUES ({})".format(", ".join(values), ", ".join(["%s"] * len(values))),
            list(values.values()),
        )
        self.env["crm.stage.log"]._count_roads()

    def _leads(self, count, **values):
        leads = self.env["crm.lead"].concat(*(self._lead(name=f"Lead {n}", **values) for n in range(count)))
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_stage_log WHERE lead_ref IN %s", [tuple(leads.ids)])
        return leads

    def _row(self, model, aggregates, domain=(), groupby=()):
        rows = self.env[model]._read_group([("team_id", "=", self.team.id), *domain], list(groupby), aggregates)
        return [tuple(round(v, 4) if isinstance(v, float) else v for v in row) for row in rows]


@tagged("post_install", "-at_install")
class TestStageReport(HistoryCommon):
    def test_median_and_eightieth_percentile(self):
        for lead, days in zip(self._leads(5), (1, 2, 3, 10, 100), strict=True):
            self._stay(lead, self.stage_new, days)
        measures = ["days_median:avg", "days_p80:avg", "hours_median:avg", "days:avg", "lead_ref:count_distinct"]
        # 80 %: between the 4th (10) and the 5th (100) value, at 0.8 x 4 = 3.2 steps: 10 + 0.2 x 90
        self.assertEqual(self._row("crm.stage.report", measures), [(3.0, 28.0, 24.0, 23.2, 5)])

    def test_totals_of_a_pivot_are_medians_of_their_own(self):
        first, second = self._leads(2)
        for lead, stage, days in (
            (first, self.stage_new, 1),
            (second, self.stage_new, 3),
            (first, self.stage_offer, 8),
        ):
            self._stay(lead, stage, days)
        total, by_stage = self.env["crm.stage.report"].formatted_read_grouping_sets(
            [("team_id", "=", self.team.id)], [[], ["stage_id"]], ["days_median:avg"]
        )
        self.assertEqual(total[0]["days_median:avg"], 3)
        self.assertEqual([row["days_median:avg"] for row in by_stage], [2, 8])

    def test_open_stays_count_up_to_now(self):
        [lead] = self._leads(1)
        self._stay(lead, self.stage_new, 4, outcome=None)
        [(days, hours)] = self._row("crm.stage.report", ["days_median:avg", "hours_median:avg"])
        self.assertAlmostEqual(days, 4, 2)
        self.assertIsNone(hours or None)

    def test_conversion_and_drop(self):
        outcomes = ("forward", "forward", "won", "lost", "back", None)
        for lead, outcome in zip(self._leads(6), outcomes, strict=True):
            self._stay(lead, self.stage_new, 1, outcome=outcome)
        rates = ["advanced_rate:avg", "lost_rate:avg", "back_rate:avg"]
        self.assertEqual(self._row("crm.stage.report", rates), [(60.0, 20.0, 20.0)])

    def test_rework_and_skipped_stages(self):
        moves = (("created", 0), ("forward", 1), ("forward", 3), ("back", -2))
        for lead, (kind, step) in zip(self._leads(4), moves, strict=True):
            self._stay(lead, self.stage_new, 1, kind=kind, step=step)
        measures = ["rework_rate:avg", "skip_rate:avg", "skipped:sum"]
        self.assertEqual(self._row("crm.stage.report", measures), [(25.0, 25.0, 2)])
        detours = self.env["crm.stage.report"].search_count(
            [("team_id", "=", self.team.id), "|", ("kind", "=", "back"), ("skipped", ">", 0)]
        )
        self.assertEqual(detours, 2)

    def test_bottleneck(self):
        leads = self._leads(7, expected_revenue=100)
        for lead in leads[:3]:
            self._stay(lead, self.stage_new, 100, outcome=None)
        for lead in leads[3:5]:
            self._stay(lead, self.stage_new, 95)
        self._stay(leads[5], self.stage_offer, 5, outcome=None)
        for lead in leads[5:]:
            self._stay(
                lead, self.stage_offer, 10, kind="forward", date_left=fields.Datetime.now() - timedelta(days=200)
            )
        measures = ["waiting:sum", "waiting_amount:sum", "arrived:sum", "departed:sum", "days_to_clear:avg"]
        self.assertEqual(
            self._row("crm.stage.report", measures, groupby=["stage_id"]),
            # three wait, two left in 90 days: 3 x 90 / 2; of the offers none left in that time
            [(self.stage_new, 3, 300.0, 0, 2, 135.0), (self.stage_offer, 1, 100.0, 3, 0, False)],
        )

    def test_limit_of_the_stage(self):
        self.stage_new.rotting_threshold_days = 5
        for lead, days in zip(self._leads(4), (1, 4, 6, 60), strict=True):
            self._stay(lead, self.stage_new, days)
        self.assertEqual(self._row("crm.stage.report", ["late_rate:avg"]), [(50.0,)])
        self.stage_new.rotting_threshold_days = 0
        self.assertFalse(self._row("crm.stage.report", ["late_rate:avg"])[0][0])

    def test_by_source_and_product(self):
        source = self.env["utm.source"].create({"name": "Fair"})
        products = self.env["product.product"].create([{"name": "Small"}, {"name": "Large"}])
        lead = self._leads(1, source_id=source.id)
        self._stay(lead, self.stage_new, 1, outcome="lost")
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "opportunity_id": lead.id})
        for product, price in zip(products, (10, 900), strict=True):
            self.env["sale.order.line"].create({"order_id": order.id, "product_id": product.id, "price_unit": price})
        rows = self._row("crm.stage.report", ["lost_rate:avg"], groupby=["source_id", "product_id"])
        self.assertEqual(rows, [(source, products[1], 100.0)])

    def test_rows_open_their_opportunities(self):
        first, second = self._leads(2)
        for lead in (first, second):
            self._stay(lead, self.stage_new, 1)
        rows = self.env["crm.stage.report"].search([("team_id", "=", self.team.id)])
        self.assertEqual(set(rows.action_open_leads()["domain"][0][2]), {first.id, second.id})
        self.assertEqual(rows.filtered(lambda row: row.lead_id == first).action_open_leads()["res_id"], first.id)

    def test_every_measure_can_be_grouped_and_exported(self):
        lead = self._leads(1)
        self._stay(lead, self.stage_new, 1)
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        for model in ("crm.stage.report", "crm.lead.report", "crm.funnel.report", "crm.win.report"):
            records = self.env[model].with_user(self.manager)
            measures = [
                f"{name}:{field['aggregator']}"
                for name, field in records.fields_get().items()
                if field.get("aggregator") and field["type"] in ("integer", "float", "monetary") and name != "id"
            ]
            self.assertGreaterEqual(len(measures), 3)
            dimensions = [name for name, field in records._fields.items() if field.type == "many2one" and field.store]
            for dimension in dimensions:
                records.formatted_read_group([], [dimension], measures)
            records.search([], limit=5).export_data(["display_name", *[m.split(":")[0] for m in measures]])


@tagged("post_install", "-at_install")
class TestFunnelReport(HistoryCommon):
    def test_each_stage_counts_who_came_so_far_or_further(self):
        leads = self._leads(4)
        self._stay(leads[0], self.stage_new, 10, outcome=None)
        for lead in leads[1:]:
            self._stay(lead, self.stage_new, 10)
        self._stay(leads[1], self.stage_middle, 5, outcome=None)
        self._stay(leads[2], self.stage_offer, 5, step=2, outcome=None)
        self._stay(leads[3], self.stage_middle, 5)
        self._stay(leads[3], self.stage_won, 1, status="won", outcome=None)
        rows = self._row("crm.funnel.report", ["lead_ref:count_distinct", "reached_rate:avg"], groupby=["stage_id"])
        stages = {stage: (count, rate) for stage, count, rate in rows}
        self.assertEqual(stages[self.stage_new], (4, 100.0))
        self.assertEqual(stages[self.stage_middle], (3, 75.0), "who skipped it has passed it")
        self.assertEqual(stages[self.stage_offer], (2, 50.0))
        self.assertEqual(stages[self.stage_won], (1, 25.0))

    def test_how_far_it_came_is_carried_along_by_every_move(self):
        lead = self._lead()
        raw = self._lead(type="lead")
        lost = self._lead()
        gone = self._lead()
        for moved, stages in (
            (lead, (self.stage_offer, self.stage_new, self.stage_middle)),
            (lost, (self.stage_middle,)),
            (gone, (self.stage_offer, self.stage_new)),
        ):
            for stage in stages:
                moved.stage_id = stage
                self.env.cr.flush()
        lost.action_set_lost()
        ref = gone.id
        gone.unlink()
        self.env["crm.stage.log"].flush_model()

        def reached(lead_ref):
            rows = self.env["crm.funnel.report"].search([("lead_ref", "=", lead_ref)])
            return rows.stage_id.sorted(lambda stage: (stage.sequence, stage.id))

        self.assertEqual(reached(lead.id), self.stage_new | self.stage_middle | self.stage_offer)
        self.assertEqual(reached(lost.id), self.stage_new | self.stage_middle, "a loss is no step on the road")
        self.assertEqual(reached(ref), self.stage_new | self.stage_middle | self.stage_offer, "deleted, and known")
        self.assertFalse(reached(raw.id), "a lead is not on the road yet")
        raw.convert_opportunity(self.customer)
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertTrue(reached(raw.id))
        log = self.env["crm.stage.log"].search([("lead_id", "=", raw.id)], order="id")
        self.assertEqual(log.mapped("road_start"), [False, log[-1].date_entered])

    def test_counting_roads_afterwards_says_the_same(self):
        lead = self._lead()
        for stage in (self.stage_offer, self.stage_new):
            lead.stage_id = stage
            self.env.cr.flush()
        log = self.env["crm.stage.log"].search([("lead_id", "=", lead.id), ("date_left", "=", False)])
        carried = log.read(["road_start", "furthest_stage_id"])
        self.assertEqual(log.furthest_stage_id, self.stage_offer)
        self.env.cr.execute("UPDATE crm_stage_log SET road_start = NULL, furthest_stage_id = NULL")
        log.invalidate_recordset()
        log._count_roads()
        self.assertEqual(log.read(["road_start", "furthest_stage_id"]), carried)

    def test_groups_of_stages_come_in_the_order_of_the_pipeline(self):
        lead = self._lead()
        self.env.cr.flush()
        for stage in (self.stage_middle, self.stage_offer, self.stage_won):
            lead.stage_id = stage
            self.env.cr.flush()
        self.env["crm.stage.log"].flush_model()
        for model in ("crm.funnel.report", "crm.stage.report"):
            for order, reverse in (("stage_id", False), ("stage_id desc", True)):
                groups = self.env[model]._read_group([("lead_ref", "=", lead.id)], ["stage_id"], order=order)
                stages = [stage for (stage,) in groups]
                self.assertGreaterEqual(len(stages), 3, model)
                self.assertEqual(stages, sorted(stages, key=lambda stage: (stage.sequence, stage.id), reverse=reverse))

    def test_between_two_dates(self):
        first, second, third = self._leads(3)
        for lead, entered in (
            (first, "2026-03-01 10:00:00"),
            (second, "2026-03-31 23:30:00"),
            (third, "2026-04-01 00:30:00"),
        ):
            self._stay(lead, self.stage_new, 1, date_entered=entered, outcome=None)
        wizard = (
            self.env["crm.funnel"]
            .with_context(tz="UTC")
            .create({"date_from": "2026-03-01", "date_to": "2026-03-31", "team_ids": [Command.set(self.team.ids)]})
        )
        found = self.env["crm.funnel.report"].search(wizard.action_open()["domain"])
        self.assertEqual(found.lead_id, first | second)
        # Brussels is two hours ahead: half past eleven at night in UTC is the next day
        found = self.env["crm.funnel.report"].search(wizard.with_context(tz="Europe/Brussels").action_open()["domain"])
        self.assertEqual(found.lead_id, first)
        wizard.date_to = "2026-02-01"
        with self.assertRaises(UserError):
            wizard.action_open()


@tagged("post_install", "-at_install")
class TestLeadReport(HistoryCommon):
    def test_share_and_yield_of_sources(self):
        fair, web = self.env["utm.source"].create([{"name": "Fair"}, {"name": "Web"}])
        self._lead(source_id=fair.id, expected_revenue=900, stage_id=self.stage_won.id)
        self._lead(source_id=fair.id, expected_revenue=50).action_set_lost()
        self._lead(source_id=fair.id, expected_revenue=10)
        self._lead(source_id=web.id, expected_revenue=100, stage_id=self.stage_won.id)
        measures = ["opportunities:sum", "share:avg", "win_rate:avg", "won_amount:sum", "revenue_share:avg"]
        self.assertEqual(
            self._row("crm.lead.report", [*measures, "yield_amount:avg"], groupby=["source_id"]),
            [(fair, 3, 75.0, 50.0, 900.0, 90.0, 300.0), (web, 1, 25.0, 100.0, 100.0, 10.0, 100.0)],
        )

    def test_cost_of_sources_adds_up_to_the_campaigns(self):
        fair, web = self.env["utm.source"].create([{"name": "Fair"}, {"name": "Web"}])
        campaign, foreign = self.env["utm.campaign"].create(
            [{"name": "Spring", "crm_cost": 300}, {"name": "Elsewhere", "crm_cost": 999}]
        )
        company = self.env["res.company"].create({"name": "Yen", "currency_id": self.env.ref("base.JPY").id})
        foreign.company_id = company
        self._lead(source_id=fair.id, campaign_id=campaign.id, expected_revenue=900, stage_id=self.stage_won.id)
        self._lead(source_id=fair.id, campaign_id=campaign.id).action_set_lost()
        self._lead(source_id=web.id, campaign_id=campaign.id)
        self._lead(source_id=web.id, campaign_id=foreign.id)
        self._lead(source_id=web.id, campaign_id=campaign.id).action_archive()
        measures = ["cost:sum", "cost_per_lead:avg", "cost_per_win:avg", "return_on_cost:avg"]
        rows = {source: values for source, *values in self._row("crm.lead.report", measures, groupby=["source_id"])}
        self.assertEqual(rows[fair], [200.0, 100.0, 200.0, 4.5])
        self.assertEqual(rows[web][:2], [100.0, 50.0], "an archived lead and another currency count for nothing")
        self.assertFalse(rows[web][2])
        self.assertEqual(self._row("crm.lead.report", ["cost:sum"]), [(300.0,)])

    def test_dependence_on_one_person(self):
        firm, other, person = self.env["res.partner"].create(
            [{"name": "Firm", "is_company": True}, {"name": "Other", "is_company": True}, {"name": "Person"}]
        )
        self.env["res.partner"].create([{"name": f"Contact {n}", "parent_id": other.id} for n in range(2)])
        self.env["res.partner"].create(
            [{"name": "Ann", "parent_id": firm.id}, {"name": "Yard", "parent_id": firm.id, "type": "delivery"}]
        )
        self._lead(partner_id=firm.id, expected_revenue=300)
        self._lead(partner_id=other.id, expected_revenue=100, stage_id=self.stage_won.id)
        self._lead(partner_id=other.id, expected_revenue=100, user_id=self.manager.id)
        self._lead(partner_id=person.id, expected_revenue=0)
        measures = ["open_share:avg", "win_share:avg", "customers:count_distinct"]
        measures += ["sole_seller_customers:count_distinct", "sole_contact_customers:count_distinct"]
        rows = {user: values for user, *values in self._row("crm.lead.report", measures, groupby=["user_id"])}
        self.assertEqual(rows[self.salesman], [75.0, 100.0, 3, 2, 1])
        self.assertEqual(rows[self.manager], [25.0, 0.0, 1, 0, 0])


@tagged("post_install", "-at_install")
class TestWinReport(HistoryCommon):
    def _close(self, lead, won):
        return lead.action_set_won() if won else lead.action_set_lost()

    def test_what_won_cases_did(self):
        call = self.env["mail.activity.type"].create({"name": "Plant visit", "res_model": "crm.lead"})
        leads = self._leads(5)
        for place, lead in enumerate(leads):
            if place in (0, 1, 3):
                activity = lead.activity_schedule(activity_type_id=call.id, user_id=self.salesman.id)
                activity.action_feedback()
            self._close(lead, won=place < 3)
        # twice for one opportunity counts once
        leads[0].activity_schedule(activity_type_id=call.id, user_id=self.salesman.id).action_feedback()
        measures = ["won:count_distinct", "won_rate:avg", "lost:count_distinct", "lost_rate:avg", "difference:avg"]
        self.assertEqual(
            self._row("crm.win.report", measures, [("feature", "=", "Plant visit")]),
            [(3, 66.6667, 2, 50.0, 16.6667)],
        )
        [(won, lost)] = self._row("crm.win.report", ["won:count_distinct", "lost:count_distinct"])
        self.assertEqual((won, lost), (3, 2), "an opportunity counts once, whatever was done")
        self.env["mail.activity.type"].create({"name": "Never done"})
        self.assertFalse(self.env["crm.win.report"].search_count([("feature", "=", "Never done")]))

    def test_difference_has_an_interval_or_there_are_too_few(self):
        call = self.env["mail.activity.type"].create({"name": "Plant visit", "res_model": "crm.lead"})
        leads = self._leads(24)
        for place, lead in enumerate(leads):
            if place in range(2, 12) or place == 20:
                lead.activity_schedule(activity_type_id=call.id, user_id=self.salesman.id).action_feedback()
            self._close(lead, won=place < 12)
        edges = ["difference_low:avg", "difference_high:avg"]
        visited = [("feature", "=", "Plant visit")]
        low, high = difference_interval(10, 12, 1, 12)
        self.assertEqual(self._row("crm.win.report", edges, visited), [(round(100 * low, 4), round(100 * high, 4))])
        few = [*visited, ("lead_id", "in", leads[:20].ids)]
        self.assertEqual(self._row("crm.win.report", edges, few), [(False, False)])
        self.assertEqual(self._row("crm.win.report", edges, [*visited, ("lead_id", "=", 0)]), [(False, False)])

    def test_what_the_gates_ask_for_is_compared(self):
        process = self.process
        sheet = self.env["crm.process.stage"].create({"process_id": process.id, "stage_id": self.stage_new.id})
        volume, paper, ticked = self.env["crm.process.io"].create(
            [
                {
                    "sheet_id": sheet.id,
                    "kind": "output",
                    "name": "Volume",
                    "evidence": "field",
                    "field_id": self.env["ir.model.fields"]._get("crm.lead", "expected_revenue").id,
                },
                {"sheet_id": sheet.id, "kind": "output", "name": "Paper", "evidence": "attachment"},
                {"sheet_id": sheet.id, "kind": "output", "name": "Called", "evidence": "checklist"},
            ]
        )
        process.action_activate()
        leads = self._leads(3)
        foreign = self._lead(team_id=self.other_team.id)
        leads[0].expected_revenue = 10
        self.env["ir.attachment"].create({"name": "a", "res_model": "crm.lead", "res_id": leads[0].id, "raw": b"a"})
        leads[1]._check_off(ticked)
        # The next version asks for the same, and for the paper no more
        draft = process.browse(process.action_new_version()["res_id"])
        draft.sheet_ids.output_ids.filtered(lambda output: output.name == "Paper").unlink()
        draft.action_activate()
        for lead, won in zip(leads | foreign, (True, True, False, True), strict=True):
            self._close(lead, won)
        measures = ["won:count_distinct", "won_rate:avg", "lost:count_distinct", "lost_rate:avg"]
        rows = {
            feature.split(" (")[0]: tuple(values)
            for feature, *values in self._row("crm.win.report", measures, [("kind", "=", "output")], ["feature"])
        }
        self.assertEqual(rows["Volume"], (2, 50.0, 1, 0.0))
        self.assertEqual(rows["Called"], (2, 50.0, 1, 0.0))
        self.assertEqual(rows["Paper"], (2, 50.0, 1, 0.0), "what was asked then still tells something")
        everywhere = self.env["crm.win.report"].search([("kind", "=", "output"), ("lead_id", "=", foreign.id)])
        self.assertFalse(everywhere, "nobody asked the other team")
        self.assertEqual(volume.key, draft.sheet_ids.output_ids.filtered(lambda o: o.name == "Volume").key)
        self.assertTrue(paper.exists())

    def test_first_answer_in_time(self):
        leads = self._leads(2)
        for lead, hours in zip(leads, (3, 30), strict=True):
            message = lead.with_user(self.salesman).message_post(body="Hello", message_type="comment",
                                                                 subtype_xmlid="mail.mt_comment")  # fmt: skip
            self.env.cr.flush()
            self.env.cr.execute(
                "UPDATE mail_message SET date = %s WHERE id = %s",
                [lead.create_date + timedelta(hours=hours), message.id],
            )
            self._close(lead, won=True)
        rows = self._row("crm.win.report", ["won_rate:avg"], [("kind", "=", "reply")], ["feature"])
        self.assertEqual(sorted(rate for _feature, rate in rows), [50.0, 50.0, 100.0])

    def test_note_and_customers_mail_are_no_answer(self):
        lead = self._leads(1)
        lead.with_user(self.salesman).message_post(body="To myself", subtype_xmlid="mail.mt_note")
        lead.message_post(body="Hello?", author_id=self.customer.id, message_type="email",
                          subtype_xmlid="mail.mt_comment")  # fmt: skip
        self._close(lead, won=True)
        self.assertEqual(self._row("crm.win.report", ["won_rate:avg"], [("kind", "=", "reply")]), [(0.0,)])

    def test_meeting_and_quotation(self):
        lead, bare = self._leads(2)
        self.env["calendar.event"].create(
            {"name": "Visit", "opportunity_id": lead.id, "start": "2020-01-01 10:00:00", "stop": "2020-01-01 11:00:00"}
        )
        self.env["calendar.event"].create(
            {"name": "To come", "opportunity_id": bare.id, "start": "2090-01-01 10:00:00", "stop": "2090-01-01 11:00"}
        )
        self.env["sale.order"].create({"partner_id": self.customer.id, "opportunity_id": lead.id, "state": "sent"})
        self.env["sale.order"].create({"partner_id": self.customer.id, "opportunity_id": bare.id})
        self._close(lead, won=True)
        self._close(bare, won=False)
        for kind in ("meeting", "quotation"):
            rows = self._row("crm.win.report", ["won_rate:avg", "lost_rate:avg"], [("kind", "=", kind)])
            self.assertEqual(rows, [(100.0, 0.0)], kind)


@tagged("post_install", "-at_install")
class TestHistorySecurity(HistoryCommon):
    MODELS = ("crm.stage.log", "crm.stage.report", "crm.funnel.report", "crm.lead.report", "crm.win.report",
              "crm.obstacle.report", "crm.lead.obstacle")  # fmt: skip

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(cls.env, "process_colleague", groups="sales_team.group_sale_salesman")
        cls.employee = new_test_user(cls.env, "process_employee", groups="crm_segmentation.group_insight_read")
        cls.portal = new_test_user(cls.env, "process_portal", groups="base.group_portal")
        reason = cls.env["crm.obstacle.reason"].create({"name": "Waiting"})
        cls.mine = cls._lead(name="Mine")
        cls.theirs = cls._lead(name="Theirs", user_id=cls.colleague.id)
        cls.nobodys = cls._lead(name="Nobody's", user_id=False)
        cls.leads = cls.mine | cls.theirs | cls.nobodys
        cls.env["crm.lead.obstacle"].create([{"lead_id": lead.id, "reason_id": reason.id} for lead in cls.leads])
        cls.env.cr.flush()
        cls.leads.action_set_lost(lost_reason_id=cls.env["crm.lost.reason"].search([], limit=1).id)
        cls.env.cr.flush()

    def _seen(self, model, user):
        records = self.env[model].with_user(user)
        domain = [("lead_id", "in", self.leads.ids)]
        found = records.search(domain)
        groups = records._read_group(domain, ["lead_id"], ["__count"])
        self.assertEqual({lead.id for lead, _count in groups}, set(found.sudo().lead_id.ids), "groups as lists")
        self.assertEqual(records.search_count(domain), len(found))
        return found.sudo().lead_id

    def test_salesperson_sees_own_and_unassigned_ones(self):
        for model in self.MODELS:
            self.assertEqual(self._seen(model, self.salesman), self.mine | self.nobodys, model)
            self.assertEqual(self._seen(model, self.manager), self.leads, model)
            foreign = self.env[model].search([("lead_id", "=", self.theirs.id)], limit=1)
            with self.assertRaises(AccessError):
                foreign.with_user(self.salesman).read(["lead_id"])

    def test_lead_handed_over_takes_its_history_along(self):
        self.mine.user_id = self.colleague
        self.env.cr.flush()
        self.assertEqual(self._seen("crm.stage.log", self.salesman), self.nobodys)
        self.assertIn(self.mine, self._seen("crm.stage.log", self.colleague))

    def test_deleted_leads_stay_with_their_salesperson(self):
        numbers = self.leads.ids
        self.leads.unlink()
        for user, names in ((self.salesman, {"Mine"}), (self.manager, {"Mine", "Theirs", "Nobody's"})):
            lines = self.env["crm.stage.log"].with_user(user).search([("lead_ref", "in", numbers)])
            self.assertEqual(set(lines.mapped("lead_name")), names)

    def test_other_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._lead(name="Foreign", company_id=company.id, team_id=False, user_id=False)
        self.env["crm.lead.obstacle"].create(
            {"lead_id": foreign.id, "reason_id": self.env["crm.obstacle.reason"].search([], limit=1).id}
        )
        self.env.cr.flush()
        foreign.action_set_lost()
        self.env.cr.flush()
        for model in self.MODELS:
            self.assertTrue(self.env[model].search_count([("lead_id", "=", foreign.id)]), model)
            self.assertFalse(
                self.env[model].with_user(self.manager).search_count([("lead_id", "=", foreign.id)]), model
            )

    def test_customers_and_other_employees_see_nothing(self):
        for user in self.portal | self.employee:
            for model in (*self.MODELS, "crm.obstacle.reason", "crm.funnel"):
                records = self.env[model].with_user(user)
                for call in (
                    lambda records=records: records.search([]),
                    lambda records=records: records.search_count([]),
                    lambda records=records: records.formatted_read_group([], ["id"], ["__count"]),
                    lambda records=records: records.formatted_read_grouping_sets([], [[]], ["__count"]),
                ):
                    with self.assertRaises(AccessError, msg=model), self.env.cr.savepoint():
                        call()
            line = self.env["crm.stage.log"].search([("lead_id", "=", self.mine.id)], limit=1)
            with self.assertRaises(AccessError):
                line.with_user(user).read(["lead_name"])
            with self.assertRaises(UserError):  # an AccessError for who may export at all
                line.with_user(user).export_data(["lead_name"])

    def test_filter_on_lead_tells_nothing_about_others(self):
        domain = [("lead_id.name", "=", "Theirs")]
        for model in self.MODELS:
            self.assertFalse(self.env[model].with_user(self.salesman).search_count(domain), model)
