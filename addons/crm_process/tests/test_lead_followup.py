from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_document import DocumentCommon


@tagged("post_install", "-at_install")
class TestLeadFollowup(DocumentCommon):
    """After-sales reads delivery, invoices, payment and care from the documents."""

    def test_amounts_and_delivery_follow_the_documents(self):
        lead = self._lead()
        self.assertRecordValues(lead, [{"ordered_amount": 0, "delivered_rate": 0, "invoiced_amount": 0}])
        order = self._order(lead, lines=((4, "goods"), (1, "service")))
        self._order(lead, lines=((9, "goods"),))  # a quotation counts for nothing
        order.action_confirm()
        order.order_line[0].qty_delivered = 3
        lead.invalidate_recordset()
        self.assertRecordValues(lead, [{"ordered_amount": 450, "delivered_rate": 0.75, "unpaid_amount": 0}])
        invoice = self._invoice(order)
        self._pay(invoice, 150)
        lead.invalidate_recordset()
        self.assertRecordValues(
            lead,
            [{"invoiced_amount": 450, "unpaid_amount": 300, "unpaid_since": invoice.invoice_date_due}],
        )
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.action_post()
        lead.invalidate_recordset()
        self.assertEqual(lead.invoiced_amount, 0)

    def test_other_currency_counts_at_the_rate_of_the_order_and_none_is_said(self):
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "x", "rate_ids": [Command.create({"name": "2020-01-01", "rate": 4})]}
        )
        pricelist = self.env["product.pricelist"].create({"name": "Foreign", "currency_id": currency.id})
        lead = self._lead()
        order = self._order(lead, pricelist_id=pricelist.id)
        order.order_line.price_unit = 100
        order.action_confirm()
        self.env.flush_all()
        lead.invalidate_recordset()
        self.assertEqual(lead.ordered_amount, 25)
        self.assertFalse(lead.documents_note)
        self.env.cr.execute("UPDATE sale_order SET currency_rate = 0 WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self.assertEqual(lead.ordered_amount, 0, "never at a rate of one")
        self.assertIn("1 orders have no exchange rate", lead.documents_note)

    def test_orders_of_colleagues_are_not_counted(self):
        lead = self._lead()
        self._order(lead, user_id=self.manager.id).action_confirm()
        self._end()
        self.assertEqual(lead.with_user(self.salesman).ordered_amount, 0)
        self.assertEqual(lead.with_user(self.manager).ordered_amount, 100)

    def test_one_query_for_many(self):
        leads = self.env["crm.lead"].union(*(self._lead(name=f"Lead {n}") for n in range(12)))
        for lead in leads:
            self._order(lead).action_confirm()
        self._end()
        counts = []
        for some in (leads[:1], leads[:2], leads):
            self.env.invalidate_all()
            some.mapped("company_currency")
            before = self.cr.sql_log_count
            some.mapped("ordered_amount")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_care_after_winning_is_counted(self):
        lead = self._won_lead()
        now = fields.Datetime.now()
        lead.with_user(self.salesman).message_post(
            body="How is it?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        lead.with_user(self.salesman).message_post(body="internal", subtype_xmlid="mail.mt_note")
        lead.message_post(body="Fine", message_type="email", author_id=self.customer.id)
        self.env["calendar.event"].create(
            [
                {"name": "Visit", "opportunity_id": lead.id, "start": now - timedelta(days=2), "stop": now},
                {"name": "Later", "opportunity_id": lead.id, "start": now, "stop": now + timedelta(days=2)},
            ]
        )
        lead.invalidate_recordset()
        self.assertEqual(lead.care_count, 2)
        self.assertTrue(lead.care_date)
        self.assertEqual(self._lead().care_count, 0)

    def test_satisfaction_comes_from_an_indicator_where_there_is_one(self):
        lead = self._won_lead()
        # Another addon may have brought one.
        self.env["crm.measure"].sudo().search([("code", "=", "satisfaction_score")]).code = False
        self.assertFalse(lead.satisfaction_text)
        measure = self.env["crm.measure"].sudo().search([("code", "=", "revenue")], limit=1) or self.env[
            "crm.measure"
        ].sudo().search([("kind", "=", "documents")], limit=1)
        measure.copy({"code": "satisfaction_score", "name": "Score", "unit": "points", "is_monetary": False})
        Measure = type(self.env["crm.measure"])
        lead.invalidate_recordset()
        with patch.object(Measure, "_values", lambda *_args: {self.customer.id: 9.0}):
            self.assertEqual(lead.satisfaction_text, "9 points")
        lead.invalidate_recordset()
        with patch.object(Measure, "_values", side_effect=ZeroDivisionError):
            self.assertFalse(lead.satisfaction_text, "a broken indicator does not keep the form from opening")

    def test_closing_proposes_what_the_orders_delivered(self):
        self._activate()
        lead = self._won_lead(expected_revenue=1)
        order = self._order(lead, lines=((4, "goods"), (1, "service")))
        order.action_confirm()
        order.order_line[0].qty_delivered = 3
        self._end()
        if not lead.stage_id._is_followup():
            lead.action_start_followup()
        wizard = self.env["crm.cycle.close"].with_context(default_lead_id=lead.id).create({"lead_id": lead.id})
        self.assertEqual(wizard.delivered, "3 Units Desk")

    # A later cycle after losing

    def _lose(self, lead, day):
        wizard = self.env["crm.lead.lost"].with_user(self.salesman)
        reason = self.env["crm.lost.reason"].create({"name": "No budget this year"})
        wizard.create(
            {"lead_ids": lead.ids, "lost_reason_id": reason.id, "next_cycle_date": day}
        ).action_lost_reason_apply()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_process.ir_cron_later_cycles").method_direct_trigger()

    def test_lost_case_is_taken_up_again_on_its_day(self):
        lead, over, reopened = self._lead(), self._lead(), self._lead()
        today = fields.Date.today()
        tomorrow = today + timedelta(days=1)
        self._lose(lead, tomorrow)
        self._lose(over, False)
        self._lose(reopened, tomorrow)
        reopened.action_restore()
        self._run_cron()
        self.assertFalse(lead.next_cycle_ids, "not before its day")
        (lead | reopened).next_cycle_date = today
        self._run_cron()
        self._run_cron()
        following = lead.next_cycle_ids
        self.assertRecordValues(
            following,
            [{"cycle_number": 2, "partner_id": self.customer.id, "user_id": self.salesman.id, "active": True}],
        )
        self.assertIn("No budget this year", following.description)
        self.assertEqual(following.activity_ids.user_id, self.salesman)
        self.assertEqual(lead.won_status, "lost")
        self.assertFalse((over | reopened).next_cycle_ids)

    def test_the_day_lies_ahead(self):
        with self.assertRaises(UserError):
            self._lose(self._lead(), fields.Date.today())

    def test_one_failing_cycle_does_not_stop_the_rest(self):
        leads = self._lead(name="Bad") | self._lead(name="Good")
        for lead in leads:
            self._lose(lead, fields.Date.today() + timedelta(days=1))
        leads.next_cycle_date = fields.Date.today()
        Lead = type(leads)
        start = Lead._start_next_cycle

        def fail(lead, *args):
            if lead.name == "Bad":
                raise ZeroDivisionError
            return start(lead, *args)

        with patch.object(Lead, "_start_next_cycle", fail):
            self._run_cron()
        self.assertEqual(len(leads[1].next_cycle_ids), 1)
        self.assertFalse(leads[0].next_cycle_date)
        self.assertIn("could not be opened", leads[0].message_ids[:1].body)


@tagged("post_install", "-at_install")
class TestCycleReport(DocumentCommon):
    def test_retention_of_each_cycle(self):
        followup = self._activate()
        now = fields.Datetime.now()

        def closed(cycle, days_ago, next_after=None, won_after=None):
            lead = self._lead(cycle_number=cycle, stage_id=followup.id, expected_revenue=1)
            lead.sudo().write({"followup_end": now - timedelta(days=days_ago), "followup_outcome": "satisfied"})
            if next_after is not None:
                following = self._lead(previous_cycle_id=lead.id, cycle_number=cycle + 1, expected_revenue=500)
                began = lead.followup_end + timedelta(days=next_after)
                if won_after is not None:
                    following.action_set_won()
                    following.date_closed = lead.followup_end + timedelta(days=won_after)
                self.env.flush_all()
                self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", [began, following.id])
            return lead

        first = [closed(1, 200, 10, 40), closed(1, 200, 30), closed(1, 200), closed(1, 5)]
        closed(2, 100, 0, 20)
        self.env.invalidate_all()
        measures = ["closed:sum", "began_rate:avg", "won_rate:avg", "days_to_begin:avg", "days_to_win:avg"]
        report = self.env["crm.cycle.report"]
        rows = report._read_group([("team_id", "=", self.team.id)], ["cycle_number"], [*measures, "won_amount:sum"])
        self.assertEqual(rows, [(1, 4, 50.0, 25.0, 20.0, 40.0, 500.0), (2, 1, 100.0, 100.0, 0.0, 20.0, 500.0)])
        row = report.search([("lead_id", "=", first[0].id)])
        self.assertEqual(row.action_open_leads()["res_id"], first[0].id)

    def test_salespersons_see_their_own(self):
        followup = self._activate()
        lead = self._lead(stage_id=followup.id, user_id=self.manager.id, expected_revenue=1)
        lead.sudo().followup_end = fields.Datetime.now()
        self.env.flush_all()
        report = self.env["crm.cycle.report"]
        self.assertFalse(report.with_user(self.salesman).search([("lead_id", "=", lead.id)]))
        self.assertTrue(report.with_user(self.manager).search([("lead_id", "=", lead.id)]))
