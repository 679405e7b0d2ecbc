from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_document import DocumentCommon


@tagged("post_install", "-at_install")
class TestLeadDocument(DocumentCommon):
    """Documents move cases, once, forward, and are never held up."""

    def test_whole_road_is_moved_by_documents(self):
        self._activate()
        lead = self._lead(expected_revenue=100)
        order = self._order(lead)
        self.assertEqual(self._stage(lead), self.stage_new, "a draft says nothing")
        order.action_quotation_sent()
        self.assertEqual(self._stage(lead), self.stage_offer)
        self.assertEqual(self._log(lead).reason, f"{order.name} (Quotation Sent)")
        self.assertIn(order.name, lead.message_ids[:1].body)
        order.action_confirm()
        self.assertEqual(self._stage(lead), self.stage_won)
        self.assertEqual(lead.won_status, "won")
        invoice = self._invoice(order)
        self.assertEqual(self._stage(lead), self.stage_won)
        self._pay(invoice)
        self.assertEqual(self._stage(lead), self.followup)
        self.assertTrue(lead.followup_start)
        self.assertEqual(self._log(lead).reason, f"{invoice.name} (Paid)")

    def test_everything_in_one_transaction_is_one_move(self):
        self._activate()
        lead = self._lead(expected_revenue=100)
        order = self._order(lead)
        self._end()
        with patch.object(type(self.env.cr), "flush", lambda cr: None):
            order.action_quotation_sent()
            order.action_confirm()
        self.assertEqual(self._stage(lead), self.stage_won)
        self.env["crm.stage.log"].flush_model()
        lines = self.env["crm.stage.log"].search([("lead_id", "=", lead.id)])
        self.assertNotIn(self.stage_offer, lines.stage_id)

    def test_nothing_moves_before_the_process_is_switched_on_or_elsewhere(self):
        lead = self._lead(expected_revenue=1)
        self._order(lead).action_confirm()
        self.assertEqual(self._stage(lead), self.stage_new)
        self._activate()
        other = self._lead(team_id=self.other_team.id, expected_revenue=1)
        self._order(other).action_confirm()
        self.assertEqual(self._stage(other), self.stage_new)
        self._order(self.env["crm.lead"]).action_confirm()
        self._end()

    def test_what_is_missing_is_marked(self):
        self._activate()
        lead = self._lead(expected_revenue=0)
        self._order(lead).with_user(self.env.user).action_quotation_sent()
        self.assertEqual(self._stage(lead), self.stage_offer)
        self.assertTrue(lead.outputs_owed)
        self.assertIn("Volume", lead.outputs_missing)

    def test_or_the_case_stays_with_a_note_and_the_document_goes_on(self):
        self.process.document_missing = "stay"
        self._activate()
        lead = self._lead(expected_revenue=0)
        order = self._order(lead)
        order.action_quotation_sent()
        self.assertEqual(self._stage(lead), self.stage_new)
        self.assertEqual(order.state, "sent")
        self.assertIn("Volume", lead.message_ids[:1].body)
        lead.expected_revenue = 5
        order.action_confirm()
        self.assertEqual(self._stage(lead), self.stage_won)

    def test_never_backwards_unless_the_process_says_so(self):
        self._activate()
        lead = self._lead(expected_revenue=5, stage_id=self.stage_won.id)
        self._order(lead).action_quotation_sent()
        self.assertEqual(self._stage(lead), self.stage_won)
        draft = self.process.browse(self.process.action_new_version()["res_id"])
        draft.sheet_ids.filtered(lambda sheet: sheet.document_event == "quotation").document_back = True
        draft.action_activate()
        draft.action_move_cases()
        self._order(lead).action_quotation_sent()
        self.assertEqual(self._stage(lead), self.stage_offer)

    def test_lost_and_closed_cases_stay(self):
        self._activate()
        lost = self._lead(expected_revenue=1)
        lost.action_set_lost()
        self._order(lost).action_confirm()
        self.assertEqual(self._stage(lost), self.stage_new)
        self.assertFalse(lost.active)
        closed = self._won_lead(expected_revenue=1)
        closed.action_start_followup()
        self._close(closed, method="action_close")
        self._order(closed).action_confirm()
        self.assertEqual(self._stage(closed), self.followup)

    def test_paid_needs_all_invoices_of_all_orders(self):
        self._activate()
        lead = self._lead(expected_revenue=1)
        first, second = self._order(lead), self._order(lead, lines=((2, "goods"),))
        (first | second).action_confirm()
        invoice = self._invoice(first)
        self._pay(invoice)
        self.assertEqual(self._stage(lead), self.stage_won, "the other order is not invoiced")
        other = self._invoice(second)
        self._pay(other, 50)
        self.assertEqual(self._stage(lead), self.stage_won, "a part is open")
        self._pay(other, 150)
        self.assertEqual(self._stage(lead), self.followup)

    def test_refund_and_down_payment_are_no_payment(self):
        self._activate()
        lead = self._lead(expected_revenue=1)
        order = self._order(lead)
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        down = wizard.create({"advance_payment_method": "percentage", "amount": 30})._create_invoices(order)
        down.action_post()
        self._pay(down)
        self.assertEqual(self._stage(lead), self.stage_won)

    def test_delivery_counts_goods_or_all_lines(self):
        draft_rows = {self.sheets[1]: "delivery"}
        for sheet, event in draft_rows.items():
            sheet.write({"document_event": event, "document_back": True})
        self._activate()
        lead = self._lead(expected_revenue=1)
        order = self._order(lead, lines=((3, "goods"), (1, "service")))
        order.action_confirm()
        goods, service = order.order_line
        goods.qty_delivered = 2
        self.assertEqual(self._stage(lead), self.stage_won)
        goods.qty_delivered = 3
        self.assertEqual(self._stage(lead), self.stage_middle, "the service does not hold it up")
        only = self._lead(expected_revenue=1)
        order = self._order(only, lines=((1, "service"),))
        order.action_confirm()
        self._end()
        order.order_line.qty_delivered = 1
        self.assertEqual(self._stage(only), self.stage_middle)

    def test_imported_orders_and_a_link_made_later_count(self):
        self._activate()
        lead = self._lead(expected_revenue=1)
        self._order(lead, state="sent")
        self.assertEqual(self._stage(lead), self.stage_offer)
        late = self._lead(expected_revenue=1)
        order = self._order(self.env["crm.lead"])
        order.action_confirm()
        order.opportunity_id = late
        self.assertEqual(self._stage(late), self.stage_won)

    def test_salesperson_and_customer_move_cases_they_may_not_see(self):
        self._activate()
        lead = self._lead(expected_revenue=1, user_id=self.manager.id)
        order = self._order(lead, user_id=self.salesman.id)
        self.assertFalse(lead.with_user(self.salesman).has_access("read"))
        order.with_user(self.salesman).action_quotation_sent()
        self.assertEqual(self._stage(lead), self.stage_offer)
        signed = self._lead(expected_revenue=1, user_id=self.manager.id)
        order = self._order(signed)
        order.with_user(self.env.ref("base.public_user")).sudo().action_confirm()
        self.assertEqual(self._stage(signed), self.stage_won)

    def test_failing_move_never_stops_a_document(self):
        self._activate()
        lead = self._lead(expected_revenue=1)
        order = self._order(lead)
        with patch.object(type(lead), "_move_with_reason", side_effect=ZeroDivisionError):
            order.action_confirm()
            self._end()
        self.assertEqual(order.state, "sale")
        self.assertEqual(lead.stage_id, self.stage_new)
        self.assertIn("could not move the case", lead.message_ids[:1].body)

    # Queries

    def _count(self, work):
        self._end()
        before = self.cr.sql_log_count
        work()
        self._end()
        return self.cr.sql_log_count - before

    def test_documents_without_an_opportunity_cost_nothing(self):
        self._activate()
        index = type(self.env["crm.process"])._document_index
        none = self.env["crm.lead"]
        warm = self._order(none)
        warm.action_confirm()
        self._pay(self._invoice(warm))
        orders = [self._order(none) for _n in range(6)]
        steps = {}
        # In turns: what the first ones read for all is not counted.
        for order, off in zip(orders, (True, False) * 3, strict=True):
            patched = patch.object(type(self.env["crm.process"]), "_document_index", (lambda _s: {}) if off else index)
            with patched:
                self.env["crm.process"]._document_index()  # asked once by each server process
                confirm = self._count(order.action_confirm)
                deliver = self._count(lambda order=order: order.order_line.write({"qty_delivered": 1}))
                invoice = order._create_invoices()
                post = self._count(invoice.action_post)
                pay = self._count(lambda invoice=invoice: self._pay(invoice))
            steps.setdefault(off, []).append((confirm, deliver, post, pay))
        # The fewest of the turns: whatever a turn happens to read for the whole server is not the document's.
        ours, bare = (tuple(map(min, zip(*steps[off], strict=True))) for off in (False, True))
        self.assertLessEqual(ours[0], bare[0], "orders: no query")
        self.assertLessEqual(ours[1], bare[1], "deliveries: no query")
        self.assertLessEqual(ours[2], bare[2] + 1, "posting: one query")
        self.assertLessEqual(ours[3], bare[3] + 2, "paying: one for the payment, one for the invoice")

    def test_two_stages_cannot_wait_for_the_same_document(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.sheets[1].document_event = "order"
            self.env.flush_all()
