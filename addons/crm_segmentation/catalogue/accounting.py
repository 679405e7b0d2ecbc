from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Invoicing")

ACCOUNTING = ("account.group_account_invoice", "account.group_account_readonly")
INVOICES = {
    "partner_path": "commercial_partner_id",
    "date_field": "invoice_date",
    "company_path": "company_id",
    "user_path": "invoice_user_id",
    "team_path": "team_id",
}
LINES = {
    "partner_path": "move_id.commercial_partner_id",
    "date_field": "invoice_date",
    "company_path": "company_id",
    "user_path": "move_id.invoice_user_id",
    "team_path": "move_id.team_id",
}
SOLD_LINES = (
    '[("parent_state", "=", "posted"), ("move_id.move_type", "in", ["out_invoice", "out_refund"]), '
    '("display_type", "=", "product")]'
)
DELAYS = {
    "partner_path": "commercial_partner_id",
    "date_field": "paid_date",
    "company_path": "company_id",
    "user_path": "user_id",
    "value_field": "days_late",
}

ENTRIES = (
    Entry(
        code="revenue",
        name=_lt("Invoiced Revenue"),
        description=_lt("Posted customer invoices less credit notes, untaxed, by invoice date, in company currency."),
        model="account.move",
        domain='[("state", "=", "posted"), ("move_type", "in", ["out_invoice", "out_refund"])]',
        recommended=True,
        values={**INVOICES, "aggregate": "sum", "value_field": "amount_untaxed_signed", "is_monetary": True},
    ),
    Entry(
        code="invoices",
        name=_lt("Invoices"),
        description=_lt("Number of posted customer invoices, by invoice date."),
        model="account.move",
        domain='[("state", "=", "posted"), ("move_type", "=", "out_invoice")]',
        unit=_lt("invoices"),
        recommended=True,
        values=INVOICES,
    ),
    Entry(
        code="credit_notes",
        name=_lt("Credit Notes"),
        description=_lt(
            "Posted customer credit notes, untaxed, as a positive amount, by their date, in company currency."
        ),
        model="account.move",
        domain='[("state", "=", "posted"), ("move_type", "=", "out_refund")]',
        recommended=True,
        values={
            **INVOICES,
            "aggregate": "sum",
            "value_field": "amount_untaxed_signed",
            "sign": "-1",
            "is_monetary": True,
        },
    ),
    Entry(
        code="purchase_days",
        name=_lt("Purchase Days"),
        description=_lt(
            "Distinct days on which the customer bought: the day of the sales order, or of the invoice when it has "
            "none. Down payments, partial deliveries and monthly bills of one order are one purchase."
        ),
        model="crm.purchase",
        unit=_lt("days"),
        recommended=True,
        values={
            "partner_path": "commercial_partner_id",
            "date_field": "purchase_date",
            "company_path": "company_id",
            "aggregate": "days",
            "has_rhythm": True,
        },
    ),
    Entry(
        code="product_categories",
        name=_lt("Product Categories Bought"),
        description=_lt("Number of different product categories on posted customer invoices, by invoice date."),
        model="account.move.line",
        domain=SOLD_LINES[:-1] + ', ("product_id", "!=", False)]',
        unit=_lt("categories"),
        recommended=True,
        values={**LINES, "aggregate": "distinct", "value_field": "product_id.product_tmpl_id.categ_id"},
    ),
    Entry(
        code="sold_lines",
        name=_lt("Sales by Line"),
        description=_lt("Lines of posted customer invoices less credit notes, untaxed, in company currency."),
        model="account.move.line",
        domain=SOLD_LINES,
        values={**LINES, "aggregate": "sum", "value_field": "balance", "sign": "-1", "is_monetary": True},
    ),
    Entry(
        code="sold_at_discount",
        name=_lt("Sales at a Discount"),
        description=_lt(
            "Lines of posted customer invoices less credit notes that carry a discount, untaxed, in company currency."
        ),
        model="account.move.line",
        domain=SOLD_LINES[:-1] + ', ("discount", ">", 0)]',
        values={**LINES, "aggregate": "sum", "value_field": "balance", "sign": "-1", "is_monetary": True},
    ),
    Entry(
        code="discount_share",
        name=_lt("Share Bought at a Discount"),
        description=_lt("Share of the invoiced sales whose lines carry a discount."),
        unit="%",
        recommended=True,
        numerator="sold_at_discount",
        denominator="sold_lines",
    ),
    Entry(
        code="discounts",
        name=_lt("Discounts"),
        description=_lt("What discounts on posted customer invoices were worth: list price on the line minus price."),
        model="crm.discount",
        values={
            "partner_path": "commercial_partner_id",
            "date_field": "invoice_date",
            "company_path": "company_id",
            "aggregate": "sum",
            "value_field": "amount",
            "is_monetary": True,
        },
    ),
    Entry(
        code="late_days",
        name=_lt("Days Paid Late"),
        description=_lt(
            "Average number of days from the due date of an invoice to the day it was paid in full, by the day of "
            "payment; negative when paid early."
        ),
        model="crm.payment.delay",
        unit=_lt("days"),
        recommended=True,
        values={**DELAYS, "aggregate": "avg"},
    ),
    Entry(
        code="paid_on_time",
        name=_lt("Paid on Time"),
        description=_lt("Share of the paid invoices that were paid by their due date, by the day of payment."),
        model="crm.payment.delay",
        unit="%",
        values={**DELAYS, "aggregate": "within", "limit_operator": "<=", "limit_value": 0},
    ),
    Entry(
        code="payments",
        name=_lt("Payments"),
        description=_lt("Money received from the customer, by the day of the payment, in company currency."),
        model="account.payment",
        domain='[("payment_type", "=", "inbound"), ("partner_type", "=", "customer"), '
        '("state", "in", ["in_process", "paid"])]',
        groups=ACCOUNTING,
        values={
            "partner_path": "partner_id",
            "date_field": "date",
            "company_path": "company_id",
            "aggregate": "sum",
            "value_field": "amount_company_currency_signed",
            "is_monetary": True,
        },
    ),
    Entry(
        code="write_offs",
        name=_lt("Write-offs"),
        description=_lt(
            "Receivables of the customer booked to an expense account, less what was recovered: bad debts and payment "
            "differences. Exchange differences do not count."
        ),
        model="account.move.line",
        domain='[("parent_state", "=", "posted"), ("move_id.move_type", "=", "entry"), '
        '("account_id.account_type", "in", ["expense", "expense_other", "expense_direct_cost"]), '
        '("move_id.line_ids.account_id.account_type", "=", "asset_receivable"), '
        '("move_id.exchange_diff_partial_ids", "=", False)]',
        groups=ACCOUNTING,
        values={
            "partner_path": "partner_id",
            "date_field": "date",
            "company_path": "company_id",
            "aggregate": "sum",
            "value_field": "balance",
            "is_monetary": True,
        },
    ),
)
