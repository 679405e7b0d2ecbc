from datetime import datetime, timedelta
from types import SimpleNamespace

from odoo import Command, fields
from odoo.tests import new_test_user

from ..catalogue import FAMILIES
from ..catalogue.entry import Entry
from .common import InsightCommon


class CatalogueCommon(InsightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catalogue = cls.env["crm.measure.catalogue"]
        # Whoever runs the tests may have created some already.
        shipped = cls.revenue | cls.invoices | cls.credit_notes | cls.purchase_days
        codes = [entry.code for family in FAMILIES for entry in family.ENTRIES]
        measures = cls.env["crm.measure"].with_context(active_test=False)
        earlier = measures.search([("code", "in", codes), ("id", "not in", shipped.ids)])
        earlier.filtered(lambda measure: measure.kind == "ratio").unlink()
        earlier.exists().unlink()
        cls.partner = cls.customer("Customer", email="customer@example.com")

    def indicator(self, code):
        """Return the indicator of a code, created when it is not there yet."""
        self.catalogue._create_measures([code])
        return self.env["crm.measure"].search([("code", "=", code)])

    def figure(self, code, partner=None, company=None):
        """Return the value of an indicator after a refresh of it and of what it divides; None without documents."""
        measure = self.indicator(code)
        for part in (measure.numerator_id | measure.denominator_id, measure):
            for each in part:
                each._refresh()
        value = self.value(measure, partner or self.partner, company)
        return value.quantity if value else None

    def nowhere(self, code, partner=None):
        """Return the value among the documents that belong to no company."""
        return self.figure(code, partner, self.env["res.company"])

    def sold(self, lines, days=10, move_type="out_invoice", post=True):
        """Return an invoice of lines given as (price, discount, product)."""
        move = self.invoice(self.partner, 0, days=days, move_type=move_type, post=False)
        move.invoice_line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": "Goods",
                        "price_unit": price,
                        "discount": discount,
                        "product_id": product.id,
                        "tax_ids": [Command.clear()],
                        "account_id": self.revenue_account().id,
                    }
                )
                for price, discount, product in lines
            ),
        ]
        if post:
            move.action_post()
        return move

    def pay(self, move, days, amount=None, **values):
        """Register a payment of an invoice some days ago."""
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        return wizard.create(
            {"payment_date": self.days_ago(days), **({"amount": amount} if amount else {}), **values}
        )._create_payments()

    def mail(self, document, author, at, message_type="email", **values):
        return self.env["mail.message"].create(
            {
                "model": document._name,
                "res_id": document.id,
                "author_id": author.id,
                "message_type": message_type,
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "date": at,
                "record_company_id": self.company.id,
                **values,
            }
        )


class TestCatalogue(CatalogueCommon):
    def test_every_entry_offered_here_is_created_and_computed(self):
        entries = self.catalogue._entries()
        self.assertGreater(len(entries), 30)
        created = self.catalogue._create_measures(list(entries))
        measures = self.env["crm.measure"].search([("code", "in", list(entries))])
        self.assertEqual(set(measures.mapped("code")), set(entries))
        self.assertLessEqual(created, measures)
        for measure in measures.sorted(lambda m: m.kind):
            with self.subTest(code=measure.code), self.env.cr.savepoint():
                self.assertTrue(measure.name)
                self.assertTrue(measure.description)
                self.assertTrue(measure.unit or measure.is_monetary)
                measure._refresh()

    def test_created_twice_is_created_once(self):
        codes = list(self.catalogue._entries())
        first = self.catalogue._create_measures(codes)
        self.assertTrue(first)
        self.assertFalse(self.catalogue._create_measures(codes))

    def test_an_archived_indicator_is_there_already(self):
        self.indicator("orders").active = False
        self.assertFalse(self.catalogue._create_measures(["orders"]))

    def test_codes_are_unique_and_parts_exist(self):
        entries = [entry for family in FAMILIES for entry in family.ENTRIES]
        codes = [entry.code for entry in entries]
        self.assertEqual(len(codes), len(set(codes)))
        for entry in entries:
            self.assertLessEqual(set(entry.components), set(codes))
            self.assertEqual(bool(entry.model), not entry.components, entry.code)

    def test_what_the_relationship_index_reads_is_offered(self):
        for code in ("orders", "product_categories", "contacts_in", "contacts_out", "discount_share"):
            self.assertIn(code, self.catalogue._entries())

    def test_an_app_that_is_absent_is_not_offered(self):
        paths = {"partner_path": "partner_id", "date_field": "create_date"}
        gone = Entry("gone", "Gone", "Gone", model="no.such.model", values=paths)
        entries = {
            "gone": gone,
            "there": Entry("there", "There", "There", model="crm.lead", values=paths),
            "field": Entry("field", "Field", "Field", model="crm.lead", domain="[('no_such', '=', 1)]", values=paths),
            "path": Entry("path", "Path", "Path", model="crm.lead", values={**paths, "user_path": "user_id.no_such"}),
            "needs": Entry("needs", "Needs", "Needs", model="crm.lead", needs=("no.such.model",), values=paths),
            "ratio": Entry("ratio", "Ratio", "Ratio", numerator="there", denominator="gone"),
        }
        family = SimpleNamespace(FAMILY="Test", ENTRIES=tuple(entries.values()))
        self.patch(type(self.catalogue), "_families", lambda _catalogue: [family])
        self.assertEqual(list(self.catalogue._entries()), ["there"])
        self.assertEqual([line["code"] for line in self.catalogue._prepare_lines()], ["there"])

    def test_an_administrator_s_indicators_are_reviewed_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        boss = new_test_user(
            self.env, "catalogue_boss", groups="base.group_system,sales_team.group_sale_manager", lang="zh_CN"
        )
        measure = self.catalogue.with_user(boss)._create_measures(["leads"])
        self.assertTrue(measure.reviewed)
        self.assertEqual(measure.owner_id, boss)
        self.assertEqual(measure.with_context(lang="en_US").name, "Leads and Opportunities")
        self.assertEqual(
            measure.with_context(lang="zh_CN").name, str(self.catalogue.with_context(lang="zh_CN")._text(_leads().name))
        )

    def test_a_manager_s_indicators_wait_for_review_and_say_so(self):
        manager = new_test_user(self.env, "catalogue_manager", groups="sales_team.group_sale_manager")
        page = self.catalogue.with_user(manager).action_open()
        lines = self.env[page["res_model"]].with_user(manager).search(page["domain"])
        states = {line.code: line.state for line in lines}
        self.assertEqual(states["revenue"], "created")
        self.assertEqual(states["leads"], "new")
        self.assertEqual(states["payments"], "refused", "a sales manager without accounting rights")
        self.assertFalse(lines.filtered(lambda line: line.chosen and line.state != "new"))
        lines.chosen = False
        wanted = lines.filtered(lambda line: line.code in ("quote_acceptance", "payments"))
        wanted.chosen = True
        action = lines.browse().with_context(**page["context"]).action_create_chosen()
        self.assertIn("reviews them", action["params"]["message"])
        created = self.env["crm.measure"].search([("owner_id", "=", manager.id)])
        self.assertEqual(set(created.mapped("code")), {"quotations", "quotations_accepted", "quote_acceptance"})
        self.assertFalse(any(created.mapped("reviewed")))
        self.assertEqual(lines.filtered(lambda line: line.code == "quote_acceptance").state, "created")

    def test_nothing_chosen_creates_nothing(self):
        page = self.catalogue.action_open()
        lines = self.env[page["res_model"]].search(page["domain"])
        lines.chosen = False
        before = self.env["crm.measure"].search_count([])
        action = lines.browse().with_context(**page["context"]).action_create_chosen()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertEqual(self.env["crm.measure"].search_count([]), before)

    def test_who_sees_the_values(self):
        payments = self.indicator("payments")
        self.assertIn(self.env.ref("account.group_account_invoice"), payments.group_ids)
        self.assertFalse(self.indicator("late_days").group_ids)
        groups = self.catalogue._groups(Entry("a", "A", "", groups=("no.such_group",)))
        self.assertEqual(groups, self.env.ref("base.group_system"))


class TestCatalogueFigures(CatalogueCommon):
    """Worked examples: what the ready indicators count, from documents made here."""

    # Accounting

    def test_discounts_and_their_share(self):
        none = self.env["product.product"]
        self.sold([(100, 0, none), (100, 25, none), (50, 100, none)])
        self.sold([(40, 25, none)], move_type="out_refund")
        # 25 off 100, a gift of 50, and 10 given back with the credit note.
        self.assertAlmostEqual(self.figure("discounts"), 65, 6)
        # Sold: 100 + 75 - 30; at a discount: 75 - 30.
        self.assertAlmostEqual(self.figure("sold_lines"), 145, 6)
        self.assertAlmostEqual(self.figure("discount_share"), 100 * 45 / 145, 6)

    def test_product_categories(self):
        one, two = self.env["product.category"].create([{"name": "One"}, {"name": "Two"}])
        (self.product_a | self.product_b).categ_id = one
        other = self.env["product.product"].create({"name": "Other", "categ_id": two.id})
        self.sold([(1, 0, self.product_a), (1, 0, self.product_b), (1, 0, other)])
        self.sold([(1, 0, other)], days=5)
        self.assertEqual(self.figure("product_categories"), 2)

    def test_late_days_and_payments(self):
        early = self.invoice(self.partner, 100, days=40, invoice_date_due=self.days_ago(20))
        late = self.invoice(self.partner, 50, days=40, invoice_date_due=self.days_ago(20))
        self.invoice(self.partner, 70, days=40, invoice_date_due=self.days_ago(20))
        self.pay(early, 24)
        self.pay(late, 18, 20)
        self.pay(late, 10)
        # Four days early and ten days late; the third is not paid.
        self.assertEqual(self.figure("late_days"), 3)
        self.assertEqual(self.figure("paid_on_time"), 50)
        self.assertAlmostEqual(self.figure("payments"), 150, 6)

    def test_write_offs(self):
        expense = self.company_data["default_account_expense"]
        move = self.invoice(self.partner, 100)
        self.pay(
            move,
            5,
            90,
            payment_difference_handling="reconcile",
            writeoff_account_id=expense.id,
            writeoff_label="Bad debt",
        )
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assertAlmostEqual(self.figure("write_offs"), 10, 6)

    # Sales

    def order(self, state, days=5, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product_a.id,
                            "product_uom_qty": 1,
                            "price_unit": 100,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        order.write({"state": state, "date_order": fields.Datetime.now() - timedelta(days=days)})
        return order

    def test_orders_and_quote_acceptance(self):
        for state in ("draft", "sent", "sale", "cancel", "sale"):
            self.order(state)
        self.assertEqual(self.figure("orders"), 2)
        self.assertAlmostEqual(self.figure("order_value"), 200, 6)
        self.assertEqual(self.figure("quotations"), 4, "what was never sent is no quotation yet")
        self.assertEqual(self.figure("quote_acceptance"), 50)

    def test_campaign_cost_is_shared_by_those_who_came(self):
        other = self.customer("Other")
        campaign = self.env["utm.campaign"].create({"name": "Fair", "crm_cost": 300, "company_id": self.company.id})
        self.env["crm.lead"].create(
            [{"name": "L", "partner_id": p.id, "campaign_id": campaign.id} for p in (self.partner, other, other)]
        )
        self.order("draft", campaign_id=campaign.id)
        self.assertAlmostEqual(self.figure("campaign_cost"), 150, 6)
        self.assertAlmostEqual(self.figure("campaign_cost", other), 150, 6)

    # Messages, calls, meetings

    def test_contacts_in_both_directions(self):
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.partner.id})
        employee = new_test_user(self.env, "contact_employee", groups="sales_team.group_sale_salesman")
        order = self.order("draft")
        now = fields.Datetime.now()
        self.mail(order, contact, now)
        self.mail(order, contact, now, message_type="notification")
        self.mail(order, contact, now, is_internal=True)
        sent = self.mail(order, employee.partner_id, now, message_type="comment")
        self.env["mail.notification"].create(
            [
                {
                    "mail_message_id": sent.id,
                    "res_partner_id": partner.id,
                    "notification_type": "email",
                    "notification_status": "sent",
                }
                for partner in (contact, self.partner, employee.partner_id)
            ]
        )
        self.env["calendar.event"].create(
            [
                {
                    "name": "Visit",
                    "start": now - timedelta(days=2),
                    "stop": now - timedelta(days=2, hours=-1.5),
                    "partner_ids": [Command.set((contact | self.partner | employee.partner_id).ids)],
                    "privacy": privacy,
                }
                for privacy in ("public", "private")
            ]
        )
        call = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("sale.order"),
                "res_id": order.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "user_id": employee.id,
            }
        )
        call.action_feedback()
        # Mails and the call belong to the order's company, the meeting to none; two people of one company are one.
        self.assertEqual((self.figure("contacts_in"), self.nowhere("contacts_in")), (1, 1))
        self.assertEqual((self.figure("contacts_out"), self.nowhere("contacts_out")), (2, 1))
        self.assertEqual((self.figure("mails_received"), self.figure("mails_sent")), (1, 1))
        self.assertEqual((self.figure("calls"), self.figure("activities")), (1, 1))
        self.assertEqual((self.nowhere("customer_meetings"), self.nowhere("meeting_hours")), (1, 1.5))
        self.assertIsNone(self.nowhere("customer_meetings", employee.partner_id), "employees are no customers")

    def test_reply_time_in_working_minutes(self):
        employee = new_test_user(self.env, "reply_employee", groups="sales_team.group_sale_salesman")
        self.company.resource_calendar_id.tz = "UTC"
        self.company.partner_id.tz = "UTC"
        monday = datetime.combine(self.days_ago(14 + self.today.weekday()), datetime.min.time())
        staff = employee.partner_id
        for question, answers in (
            # On Monday morning, a second mail while waiting, an internal note, the answer after four minutes.
            ([(9, 0), (9, 2)], [((9, 3), True), ((9, 4), False), ((9, 30), False)]),
            # On Friday at 16:50, the answer on the next Monday at 8:20: ten and twenty working minutes.
            ([(4 * 24 + 16, 50)], [((7 * 24 + 8, 20), False)]),
            # Never answered.
            ([(10, 0)], []),
        ):
            order = self.order("draft")
            self.env["mail.message"].search([("model", "=", "sale.order"), ("res_id", "=", order.id)]).unlink()
            for hours, minutes in question:
                self.mail(order, self.partner, monday + timedelta(hours=hours, minutes=minutes))
            for (hours, minutes), internal in answers:
                at = monday + timedelta(hours=hours, minutes=minutes)
                self.mail(order, staff, at, message_type="comment", is_internal=internal)
        replies = self.env["crm.reply"].search([("commercial_partner_id", "=", self.partner.id)])
        self.assertEqual(len(replies), 3)
        self.assertEqual(replies.user_id, employee)
        self.assertEqual(self.figure("reply_time"), (4 + 30) / 2)
        self.assertEqual(self.figure("replies_in_time"), 50)

    def test_rows_of_views_open_their_document(self):
        order = self.order("draft")
        self.mail(order, self.partner, fields.Datetime.now())
        event = self.env["crm.contact.event"].search([("commercial_partner_id", "=", self.partner.id)])
        self.assertEqual(event.action_open_document()["res_id"], order.id)
        reply = self.env["crm.reply"].search([("commercial_partner_id", "=", self.partner.id)])
        self.assertEqual(reply.action_open_document()["res_model"], "sale.order")
        move = self.sold([(10, 50, self.env["product.product"])])
        self.pay(move, 1)
        for model in ("crm.discount", "crm.payment.delay"):
            row = self.env[model].search([("move_id", "=", move.id)])
            self.assertEqual(row.action_open_document()["res_id"], move.id)

    def test_documents_of_others_are_nobody_s_contact(self):
        bill = self.invoice(self.partner, 10, move_type="in_invoice")
        invoice = self.invoice(self.partner, 10)
        for document in (bill, invoice):
            self.mail(document, self.partner, fields.Datetime.now())
        events = self.env["crm.contact.event"].search([("commercial_partner_id", "=", self.partner.id)])
        self.assertEqual(events.mapped("res_id"), [invoice.id])


class TestDocumentSecurity(CatalogueCommon):
    def test_amounts_of_invoices_stay_with_accounting(self):
        self.invoice(self.partner, 10)
        seller = new_test_user(
            self.env, "document_seller", groups="sales_team.group_sale_salesman", company_id=self.company.id
        )
        self.assertFalse(self.env["crm.discount"].with_user(seller).has_access("read"))
        self.assertFalse(self.env["crm.marketing.cost"].with_user(seller).has_access("read"))
        self.assertNotIn("amount", self.env["crm.payment.delay"].with_user(seller).fields_get())
        plain = new_test_user(self.env, "document_plain", groups="base.group_user")
        for model in ("crm.contact.event", "crm.reply", "crm.payment.delay", "crm.discount", "crm.marketing.cost"):
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(plain).has_access("read"))

    def test_documents_of_other_companies_stay_closed(self):
        order = self.env["sale.order"].create({"partner_id": self.partner.id})
        employee = new_test_user(
            self.env, "document_employee", groups="sales_team.group_sale_salesman", company_id=self.company.id
        )
        self.mail(order, self.partner, self.env.cr.now())
        self.mail(order, employee.partner_id, self.env.cr.now(), message_type="comment")
        self.pay(self.sold([(10, 50, self.env["product.product"])]), 1)
        campaign = self.env["utm.campaign"].create({"name": "C", "crm_cost": 5, "company_id": self.company.id})
        self.env["crm.lead"].create({"name": "L", "partner_id": self.partner.id, "campaign_id": campaign.id})
        groups = "sales_team.group_sale_manager,account.group_account_invoice"
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        here, stranger = (
            new_test_user(self.env, f"document_{company.id}", groups=groups, company_id=company.id)
            for company in (self.company, elsewhere)
        )
        mine = [("commercial_partner_id", "=", self.partner.id)]
        for model in ("crm.contact.event", "crm.reply", "crm.payment.delay", "crm.discount", "crm.marketing.cost"):
            with self.subTest(model=model):
                self.assertTrue(self.env[model].with_user(here).search(mine))
                self.assertFalse(self.env[model].with_user(stranger).search(mine))

    def test_the_catalogue_page_is_its_opener_s(self):
        one, two = (
            new_test_user(self.env, f"catalogue_{name}", groups="crm_segmentation.group_insight_configure")
            for name in ("one", "two")
        )
        page = self.catalogue.with_user(one).action_open()
        lines = self.env[page["res_model"]]
        self.assertTrue(lines.with_user(one).search(page["domain"]))
        self.assertFalse(lines.with_user(two).search(page["domain"]))


def _leads():
    return next(entry for family in FAMILIES for entry in family.ENTRIES if entry.code == "leads")
