"""Load CDNOW's purchases into an Odoo database, by PostgreSQL rather than one by one.

One customer and one invoice are made by Odoo itself; every other row is a copy of theirs with its own
customer, date and amount. So what Odoo and other addons fill in is there, whichever columns there are.
"""

import io

from odoo import Command, fields
from odoo.tools import SQL

from . import cdnow
from .specimen import insert_copies

COMPANY = "CDNOW"


def load(env, path):
    company = _company(env)
    env = env(context={**env.context, "allowed_company_ids": company.ids, "tracking_disable": True})
    invoice = _specimen(env)
    # Odoo counts a customer's invoices after the commit; the specimens are to outlive that.
    env.cr.commit()
    _copy_in(env, path)
    _number(env, invoice.journal_id.code)
    _insert_partners(env, invoice.partner_id)
    _insert_invoices(env, invoice)
    env.invalidate_all()
    customer = invoice.partner_id
    invoice.button_draft()
    invoice.with_context(force_delete=True).unlink()
    customer.unlink()
    env.flush_all()
    for table in ("res_partner", "account_move", "account_move_line"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def _company(env):
    """Return the new company, with a chart of accounts, as the one the administrator works in."""
    company = env["res.company"].create({"name": COMPANY, "currency_id": env.ref("base.USD").id})
    users = env.ref("base.user_admin") + env.user
    users.write({"company_ids": [Command.link(company.id)], "company_id": company.id})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    return company


def _specimen(env):
    """Return the invoice to copy, posted by Odoo: one customer, one line, no tax."""
    company = env.company
    customer = env["res.partner"].create({"name": "Customer", "company_id": company.id, "customer_rank": 1})
    disc = env["product.product"].create(
        {
            "name": "Compact disc",
            "type": "consu",
            "company_id": company.id,
            "taxes_id": False,
            "supplier_taxes_id": False,
        }
    )
    line = {"product_id": disc.id, "quantity": 1, "price_unit": 10, "tax_ids": False}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            # In a year of its own, so that its number is nobody else's.
            "invoice_date": "2000-01-01",
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    return invoice


def _copy_in(env, path):
    """Copy the file into a temporary table, its last day moved to yesterday and every other by as much."""
    rows = io.StringIO()
    for purchase in cdnow.purchases(path):
        rows.write("\t".join(map(str, purchase)) + "\n")
    rows.seek(0)
    env.cr.execute("""
        CREATE TEMPORARY TABLE cdnow (
            customer text, day date, quantity integer, dollars numeric,
            number serial, partner_id integer, move_id integer, prefix text, sequence integer
        ) ON COMMIT DROP
    """)
    env.cr.copy_from(rows, "cdnow", columns=("customer", "day", "quantity", "dollars"))
    env.cr.execute(
        "UPDATE cdnow SET day = day + ((%s::date - 1) - (SELECT MAX(day) FROM cdnow))", [fields.Date.today()]
    )


def _number(env, code):
    """Give every purchase the ids of its customer and invoice, and the next number of its year."""
    env.cr.execute(
        """
        WITH customer AS (
            SELECT customer, nextval('res_partner_id_seq') AS id
              FROM (SELECT DISTINCT customer FROM cdnow ORDER BY 1) sorted
        ), invoice AS (
            SELECT number, nextval('account_move_id_seq') AS id
              FROM (SELECT number FROM cdnow ORDER BY day, number) sorted
        ), counted AS (
            SELECT number, %s || '/' || EXTRACT(year FROM day) || '/' AS prefix,
                   ROW_NUMBER() OVER (PARTITION BY EXTRACT(year FROM day) ORDER BY day, number) AS sequence
              FROM cdnow
        )
        UPDATE cdnow
           SET partner_id = customer.id, move_id = invoice.id,
               prefix = counted.prefix, sequence = counted.sequence
          FROM customer, invoice, counted
         WHERE customer.customer = cdnow.customer
           AND invoice.number = cdnow.number
           AND counted.number = cdnow.number
        """,
        [code],
    )
    env.cr.execute("ANALYZE cdnow")


def _insert_partners(env, specimen):
    columns = {
        "id": "new.partner_id",
        "name": "new.name",
        "complete_name": "new.name",
        "ref": "new.customer",
        "commercial_partner_id": "new.partner_id",
        "customer_rank": "new.purchases",
        "create_date": "new.first_day",
    }
    source = """
        (SELECT customer, partner_id, 'Customer ' || customer AS name,
                COUNT(*) AS purchases, MIN(day) AS first_day
           FROM cdnow
          GROUP BY customer, partner_id) AS new
    """
    insert_copies(env, "res_partner", specimen, columns, source)


def _insert_invoices(env, specimen):
    name = "new.prefix || LPAD(new.sequence::text, 5, '0')"
    date = "new.day"
    amounts = dict.fromkeys(("amount_untaxed", "amount_total", "amount_residual"), "new.dollars")
    signed = [f"{amount}_signed" for amount in amounts]
    signed += ["amount_untaxed_in_currency_signed", "amount_total_in_currency_signed"]
    columns = {
        "id": "new.move_id",
        "name": name,
        "payment_reference": name,
        "sequence_prefix": "new.prefix",
        "sequence_number": "new.sequence",
        **dict.fromkeys(("partner_id", "commercial_partner_id", "partner_shipping_id"), "new.partner_id"),
        "invoice_partner_display_name": "'Customer ' || new.customer",
        **dict.fromkeys(("date", "invoice_date", "invoice_date_due"), date),
        **amounts,
        **dict.fromkeys(signed, "new.dollars"),
        # What costs nothing is paid, as in Odoo.
        "payment_state": "CASE WHEN new.dollars = 0 THEN 'paid' ELSE old.payment_state END",
    }
    insert_copies(env, "account_move", specimen, columns, "cdnow AS new")

    both = {
        "id": "nextval('account_move_line_id_seq')",
        "move_id": "new.move_id",
        "move_name": name,
        "partner_id": "new.partner_id",
        "date": date,
        "invoice_date": date,
    }
    income = {
        **both,
        "quantity": "new.quantity",
        # Unrounded, so that quantity times price is the amount to the cent.
        "price_unit": "COALESCE(new.dollars / NULLIF(new.quantity, 0), 0)",
        **dict.fromkeys(("price_subtotal", "price_total", "credit"), "new.dollars"),
        **dict.fromkeys(("balance", "amount_currency"), "-new.dollars"),
    }
    receivable = {
        **both,
        "name": name,
        "date_maturity": date,
        "reconciled": "new.dollars = 0",
        **dict.fromkeys(
            ("debit", "balance", "amount_currency", "amount_residual", "amount_residual_currency"),
            "new.dollars",
        ),
    }
    for line in specimen.line_ids:
        columns = receivable if line.display_type == "payment_term" else income
        insert_copies(env, "account_move_line", line, columns, "cdnow AS new")
