"""Fill a real Odoo database with years of invoices, by PostgreSQL: the same rows for the same size and seed.

Customers buy by a power law; four of a hundred documents are credit notes; three companies share the customers; one
document of twenty is in a foreign currency; every fifth buyer is a contact below a company.
"""

from odoo import Command
from odoo.tools import SQL

from lib.specimen import insert_copies
from sizes import COMPANIES, SIZES

DAYS = 3650
REFUNDS, FOREIGN, CONTACTS = 0.04, 0.05, 0.20
#: Units of the foreign currency for one unit of the company's.
RATE = 0.5


def fill(env, size, seed=19):
    """Add customers, invoices and their journal items to an otherwise empty database."""
    customers, documents = SIZES[size]
    env = env(context={**env.context, "tracking_disable": True})
    specimens = _specimens(env)
    env.cr.commit()
    env.cr.execute("SELECT setseed(%s)", [seed / 100])
    _insert_customers(env, customers, next(iter(specimens.values())).partner_id)
    _draw_documents(env, customers, documents)
    for (company, move_type, foreign), invoice in specimens.items():
        _insert_documents(env, company, move_type, foreign, invoice)
    for table in ("res_partner", "account_move", "account_move_line"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.cr.commit()
    env.invalidate_all()


def _specimens(env):
    """Return one document posted by Odoo per company, kind and currency: every generated row is a copy of one."""
    foreign = env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")])
    foreign.active = True
    main = env.ref("base.main_company")
    companies = main + env["res.company"].create([{"name": f"Branch office {n}"} for n in range(2, COMPANIES + 1)])
    env.user.company_ids += companies
    result = {}
    for company in companies:
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        values = {"currency_id": foreign.id, "company_id": company.id, "name": "1900-01-01", "rate": RATE}
        env["res.currency.rate"].create(values)
        partner = env["res.partner"].create({"name": "Specimen"})
        for move_type in ("out_invoice", "out_refund"):
            for currency in (company.currency_id, foreign):
                result[company, move_type, currency == foreign] = _post(env, company, partner, move_type, currency)
    return result


def _post(env, company, partner, move_type, currency):
    line = {"name": "Goods", "quantity": 1, "price_unit": 100, "tax_ids": [Command.clear()]}
    move = (
        env["account.move"]
        .with_company(company)
        .create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "currency_id": currency.id,
                "invoice_date": "2000-01-01",
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
        )
    )
    move.action_post()
    return move


def _insert_customers(env, number, specimen):
    """Add companies and, below every fifth, the contact who buys."""
    env.cr.execute(
        "CREATE TEMPORARY TABLE buyer ON COMMIT DROP AS"
        " SELECT n, nextval('res_partner_id_seq')::integer AS customer_id,"
        "        CASE WHEN random() < %s THEN nextval('res_partner_id_seq')::integer END AS contact_id"
        "   FROM generate_series(1, %s) n",
        [CONTACTS, number],
    )
    env.cr.execute("CREATE UNIQUE INDEX ON buyer (n)")
    company = {"id": "new.customer_id", "commercial_partner_id": "new.customer_id", "is_company": "TRUE"}
    contact = {
        "id": "new.contact_id",
        "commercial_partner_id": "new.customer_id",
        "parent_id": "new.customer_id",
    }
    for columns, word, source in (
        (company, "Customer", "buyer AS new"),
        (contact, "Contact", "(SELECT * FROM buyer WHERE contact_id IS NOT NULL) AS new"),
    ):
        name = f"'{word} ' || new.n"
        insert_copies(env, "res_partner", specimen, {**columns, "name": name, "complete_name": name}, source)


def _draw_documents(env, customers, documents):
    """Draw who buys what, when, where: the third power of a random number gives few customers most documents."""
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE document ON COMMIT DROP AS
        SELECT drawn.n, nextval('account_move_id_seq')::integer AS move_id, buyer.customer_id,
               COALESCE(buyer.contact_id, buyer.customer_id) AS partner_id, drawn.day, drawn.amount,
               drawn.refund, drawn.foreign_currency, drawn.place
          FROM (SELECT n, 1 + FLOOR(%(customers)s * POWER(random(), 3))::integer AS who,
                       CURRENT_DATE - FLOOR(%(days)s * random())::integer AS day,
                       ROUND((20 + 400 * POWER(random(), 4))::numeric * 2, 2) AS amount,
                       random() < %(refunds)s AS refund, random() < %(foreign)s AS foreign_currency,
                       FLOOR(%(companies)s * POWER(random(), 2))::integer AS place
                  FROM generate_series(1, %(documents)s) n) drawn
          JOIN buyer ON buyer.n = drawn.who
        """,
        {
            "customers": customers,
            "documents": documents,
            "days": DAYS,
            "refunds": REFUNDS,
            "foreign": FOREIGN,
            "companies": COMPANIES,
        },
    )


def _insert_documents(env, company, move_type, foreign, specimen):
    """Copy the specimen for each drawn document of its company, kind and currency; booked amounts included."""
    place = env["res.company"].search([], order="id").ids.index(company.id)
    env.cr.execute(
        "CREATE TEMPORARY TABLE chosen AS SELECT *, amount / %s AS booked, %s || LPAD(n::text, 9, '0') AS name"
        " FROM document WHERE place = %s AND refund = %s AND foreign_currency = %s",
        [RATE if foreign else 1, f"GEN/{place}/{move_type}/", place, move_type == "out_refund", foreign],
    )
    sign = "-" if move_type == "out_refund" else ""
    _copy_moves(env, specimen, sign)
    for line in specimen.line_ids:
        _copy_lines(env, line, sign if line.display_type == "payment_term" else "" if sign else "-")
    env.cr.execute("DROP TABLE chosen")


def _copy_moves(env, specimen, sign):
    columns = {
        "id": "new.move_id",
        "name": "new.name",
        "payment_reference": "new.name",
        "sequence_prefix": "'GEN/'",
        "sequence_number": "new.n",
        "commercial_partner_id": "new.customer_id",
        "invoice_partner_display_name": "new.name",
        **dict.fromkeys(("partner_id", "partner_shipping_id"), "new.partner_id"),
        **dict.fromkeys(("date", "invoice_date", "invoice_date_due"), "new.day"),
        **dict.fromkeys(("amount_untaxed", "amount_total", "amount_residual"), "new.amount"),
        **dict.fromkeys(
            ("amount_untaxed_signed", "amount_total_signed", "amount_residual_signed"), f"{sign}new.booked"
        ),
        **dict.fromkeys(("amount_untaxed_in_currency_signed", "amount_total_in_currency_signed"), f"{sign}new.amount"),
    }
    insert_copies(env, "account_move", specimen, columns, "chosen AS new")


def _copy_lines(env, line, sign):
    columns = {
        "id": "nextval('account_move_line_id_seq')",
        "move_id": "new.move_id",
        "move_name": "new.name",
        "partner_id": "new.customer_id",
        **dict.fromkeys(("date", "invoice_date"), "new.day"),
        "balance": f"{sign}new.booked",
        "amount_currency": f"{sign}new.amount",
        "debit": f"GREATEST({sign}new.booked, 0)",
        "credit": f"GREATEST(-({sign}new.booked), 0)",
    }
    if line.display_type == "payment_term":
        columns |= {
            "date_maturity": "new.day",
            "amount_residual": f"{sign}new.booked",
            "amount_residual_currency": f"{sign}new.amount",
        }
    else:
        columns |= dict.fromkeys(("price_unit", "price_subtotal", "price_total"), "new.amount")
    insert_copies(env, "account_move_line", line, columns, "chosen AS new")
