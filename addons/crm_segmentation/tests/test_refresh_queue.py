from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tools import SQL

from .common import InsightCommon


class TestRefreshQueue(InsightCommon):
    """Which changes put which customers into the queue, and what that costs whoever makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.queue = cls.env["crm.queue"]
        cls.acme, cls.bolt = cls.customer("Acme"), cls.customer("Bolt")
        cls.product = cls.env["product.product"].create({"name": "Goods", "type": "consu", "list_price": 10})

    def setUp(self):
        super().setUp()
        self.forget()

    def forget(self):
        """Begin another transaction, as it were: what came before is committed, and the queue is empty."""
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_queue")
        self.env.cr._now = self.env.cr.now() + timedelta(minutes=1)
        self.env["crm.measure"]._watchers("account.move")

    def queued(self, topic="documents"):
        """Return the customers queued since, and forget them."""
        self.env.cr.flush()
        self.env.cr.execute(SQL("DELETE FROM crm_queue WHERE topic = %s RETURNING partner_id", topic))
        return self.env["res.partner"].browse({partner_id for (partner_id,) in self.env.cr.fetchall()})

    def statements(self, action):
        """Return the number of statements of ``action`` and of the end of its transaction."""
        self.env.invalidate_all()
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        action()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def extra_statements(self, action, *records):
        """Return how many statements the hooks add to ``action`` on one record each; the first one warms up."""
        without = patch.object(self.registry["crm.watch.mixin"], "_crm_watched", lambda s, vals_list=None: s.browse())
        action(records[0])
        with without:
            plain = self.statements(lambda: action(records[1]))
        return self.statements(lambda: action(records[2])) - plain

    def order(self, partner, **values):
        line = Command.create({"product_id": self.product.id, "product_uom_qty": 1, "price_unit": 10})
        return self.env["sale.order"].create({"partner_id": partner.id, "order_line": [line], **values})

    # Invoices

    def test_a_draft_invoice_is_nobody_s_business(self):
        move = self.invoice(self.acme, 100, post=False)
        move.invoice_line_ids.price_unit = 200
        move.invoice_date = self.days_ago(3)
        move.partner_id = self.bolt
        self.assertFalse(self.queued())

    def test_post_reset_cancel_and_back(self):
        move = self.invoice(self.acme, 100, post=False)
        for change in ("action_post", "button_draft", "action_post", "button_draft", "button_cancel"):
            getattr(move, change)()
            self.assertEqual(self.queued(), self.acme, change)

    def test_a_posted_invoice_of_another_customer(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.bolt.id})
        move = self.invoice(self.acme, 100)
        self.forget()
        move.with_context(skip_readonly_check=True).partner_id = contact
        self.assertEqual(self.queued(), self.acme + self.bolt)

    def test_the_date_of_a_posted_invoice(self):
        move = self.invoice(self.acme, 100)
        self.forget()
        move.with_context(skip_readonly_check=True).invoice_date = self.days_ago(40)
        self.assertEqual(self.queued(), self.acme)

    def test_vendor_bills_and_notes_on_invoices_do_not_matter(self):
        self.invoice(self.acme, 100, move_type="in_invoice")
        move = self.invoice(self.bolt, 100)
        self.forget()
        move.narration = "Thank you"
        self.assertFalse(self.queued())

    def test_what_a_savepoint_takes_back_is_not_queued(self):
        move = self.invoice(self.acme, 100, post=False)
        self.forget()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            move.action_post()
            raise ZeroDivisionError
        self.assertFalse(self.queued())

    def test_posting_costs_one_statement_and_a_draft_none(self):
        moves = [self.invoice(self.acme, 100, post=False) for _number in range(3)]
        self.assertLessEqual(self.extra_statements(lambda move: move.action_post(), *moves), 1)
        drafts = [self.invoice(self.acme, 100, post=False) for _number in range(3)]
        self.assertLessEqual(self.extra_statements(lambda move: move.write({"narration": "x"}), *drafts), 0)
        create = self.extra_statements(lambda partner: self.invoice(partner, 5, post=False), *[self.acme] * 3)
        self.assertLessEqual(create, 0)

    def test_a_hundred_invoices_cost_one_statement(self):
        moves = self.env["account.move"].concat(*(self.invoice(self.acme, 5, post=False) for _number in range(30)))
        batches = [moves[:10], moves[10:20], moves[20:]]
        self.assertLessEqual(self.extra_statements(lambda some: some.action_post(), *batches), 1)

    # Orders

    def test_the_day_of_an_order_is_the_day_of_its_invoices(self):
        order = self.order(self.acme)
        order.action_confirm()
        move = order._create_invoices()
        move.partner_id = self.bolt
        move.action_post()
        self.forget()
        order.date_order = fields.Datetime.now() - timedelta(days=50)
        self.assertEqual(self.queued(), self.acme + self.bolt)

    def test_an_invoice_is_linked_to_an_order_afterwards(self):
        order = self.order(self.acme)
        order.action_confirm()
        move = self.invoice(self.acme, 10)
        self.forget()
        move.invoice_line_ids.sale_line_ids = order.order_line
        self.assertEqual(self.queued(), self.acme)
        order._action_cancel()
        self.queued()
        order.order_line.unlink()
        self.assertEqual(self.queued(), self.acme)

    def test_a_quotation_makes_a_customer_known(self):
        order = self.order(self.acme)
        self.assertEqual(self.queued(), self.acme)
        order.client_order_ref = "4711"
        self.assertFalse(self.queued())
        self.forget()
        order.partner_id = self.bolt
        self.assertEqual(self.queued(), self.acme + self.bolt)
        order.unlink()
        self.assertEqual(self.queued(), self.bolt)

    # Leads

    def test_leads_with_and_without_a_contact(self):
        lead = self.env["crm.lead"].create({"name": "Somebody"})
        lead.user_id = self.env.user
        self.assertFalse(self.queued())
        self.forget()
        lead.partner_id = self.acme
        self.assertEqual(self.queued(), self.acme)
        self.forget()
        lead.partner_id = self.bolt
        self.assertEqual(self.queued(), self.acme + self.bolt)
        lead.stage_id = self.env["crm.stage"].search([], limit=1, order="sequence desc")
        self.assertFalse(self.queued())

    def test_an_indicator_brings_its_columns_along(self):
        lead = self.env["crm.lead"].create({"name": "Big", "partner_id": self.acme.id})
        self.forget()
        lead.expected_revenue = 500
        self.assertFalse(self.queued())
        measure = self.env["crm.measure"].create(
            {
                "name": "Expected Revenue",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "aggregate": "sum",
                "value_field": "expected_revenue",
                "partner_path": "partner_id",
                "reviewed": True,
            }
        )
        self.forget()
        lead.expected_revenue = 700
        if measure.refresh_mode == "incremental":
            self.assertEqual(self.queued(), self.acme)
        measure.active = False
        self.forget()
        lead.expected_revenue = 900
        self.assertFalse(self.queued())

    # Contacts

    def test_an_address_costs_nothing(self):
        contacts = [self.customer(f"C{number}") for number in range(3)]
        self.forget()

        def edit(contact):
            contact.write({"phone": "+32 2 290 34 90", "street": "Rue 1"})

        calls = []
        with patch.object(self.registry["crm.queue"], "_add_select", lambda s, *args: calls.append(args)):
            self.statements(lambda: edit(contacts[0]))
        self.assertFalse(calls)
        self.assertFalse(self.queued())

    def test_a_new_contact_costs_nothing(self):
        calls = []
        with patch.object(self.registry["crm.queue"], "_add_select", lambda s, *args: calls.append(args)):
            self.env["res.partner"].create({"name": "New", "parent_id": self.acme.id})
            self.env.cr.flush()
        self.assertFalse(calls)

    def test_a_contact_goes_to_another_company(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.acme.id})
        self.forget()
        contact.parent_id = self.bolt
        self.assertEqual(self.queued(), self.acme + self.bolt)
        self.forget()
        contact.parent_id = False
        self.assertEqual(self.queued(), self.bolt + contact)

    def test_a_whole_company_goes_below_another(self):
        branch = self.env["res.partner"].create({"name": "Branch", "parent_id": self.acme.id})
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": branch.id})
        self.forget()
        branch.is_company = True
        self.assertEqual(self.queued(), self.acme + branch)
        self.assertEqual(contact.commercial_partner_id, branch)

    def test_a_contact_of_one_company_only_and_a_deleted_one(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.acme.id})
        self.forget()
        contact.company_id = self.company
        self.assertIn(self.acme, self.queued())
        contact.unlink()
        self.assertEqual(self.queued(), self.acme)

    def test_another_time_zone_of_the_company_moves_its_days(self):
        self.revenue.write({"full_pass_at": fields.Datetime.now(), "rebuild": False})
        self.company.partner_id.tz = "Pacific/Kiritimati"
        self.assertTrue(self.revenue.rebuild)

    # Taking out

    def drained(self):
        self.env.cr.execute("SELECT partner_id, company_id FROM crm_drained")
        return set(self.env.cr.fetchall())

    def test_oldest_first_and_each_customer_once(self):
        for partner_ids in ([1, 1], [2, 0], [3]):
            self.queue._add("documents", partner_ids, self.company.id)
        self.queue._add("profile", [4])
        self.assertEqual(self.queue._drain("documents", 3), 3)
        self.assertEqual(self.drained(), {(1, self.company.id), (2, self.company.id)})
        self.assertEqual(self.queue._drain("documents", 3), 1)
        self.assertEqual(self.queue._drain("documents", 3), 0)
        self.assertFalse(self.drained())
        self.assertEqual(self.queue._length("profile")[0], 1)

    def test_everybody_is_everybody_with_a_value(self):
        self.invoice(self.acme, 100)
        self.run_jobs()
        self.forget()
        self.queue._add_everybody("profile")
        self.assertEqual(self.queue._drain("profile", 10), 1)
        self.assertIn((self.acme.id, None), self.drained())

    def test_the_queue_says_how_long_it_is(self):
        job = self.env.ref("crm_segmentation.job_measures")
        self.assertEqual((job.queue_length, job.queue_since), (0, False))
        self.queue._add("documents", [self.acme.id, self.bolt.id])
        job.invalidate_recordset()
        self.assertEqual(job.queue_length, 2)
        self.assertTrue(job.queue_since)
