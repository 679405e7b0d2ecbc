"""Add sales orders and leads to a database that ``generate`` filled.

One order for twenty invoices, one lead for ten customers. They decide nothing that is compared with numpy; they are
there because every database at work has them, and the profiles look at them.
"""

from odoo.tools import SQL

from lib.specimen import insert_copies

#: Reference by which a database is known to have them.
MARK = "generated"
INVOICES_PER_ORDER, CUSTOMERS_PER_LEAD = 20, 10


def fill(env):
    env = env(context={**env.context, "tracking_disable": True})
    partner = env["res.partner"].search([("name", "=", "Specimen")], limit=1)
    companies = env["res.company"].search([], order="id")
    orders = [
        env["sale.order"].with_company(company).create({"partner_id": partner.id, "client_order_ref": MARK})
        for company in companies
    ]
    env["sale.order"].union(*orders).write({"state": "sale"})
    lead = env["crm.lead"].create({"name": "Specimen", "type": "opportunity", "partner_id": partner.id})
    env.flush_all()
    for order in orders:
        _insert_orders(env, order)
    _insert_leads(env, lead)
    for table in ("sale_order", "crm_lead"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.cr.commit()


def _insert_orders(env, specimen):
    """Order a few days before the invoice; not linked with it, as in a shop that bills from elsewhere."""
    source = f"""
        (SELECT partner_id, invoice_date - 3 AS day, amount_untaxed, amount_total
           FROM account_move
          WHERE state = 'posted' AND move_type = 'out_invoice' AND company_id = {specimen.company_id.id}
            AND MOD(id, {INVOICES_PER_ORDER}) = 0) AS new
    """
    columns = {
        "id": "nextval('sale_order_id_seq')",
        "name": "'GEN' || currval('sale_order_id_seq')",
        **dict.fromkeys(("partner_id", "partner_invoice_id", "partner_shipping_id"), "new.partner_id"),
        **dict.fromkeys(("date_order", "create_date"), "new.day"),
        "amount_untaxed": "new.amount_untaxed",
        "amount_total": "new.amount_total",
    }
    insert_copies(env, "sale_order", specimen, columns, source)


def _insert_leads(env, specimen):
    source = f"""
        (SELECT id, name FROM res_partner
          WHERE is_company AND parent_id IS NULL AND STARTS_WITH(name, 'Customer ')
            AND MOD(id, {CUSTOMERS_PER_LEAD}) = 0) AS new
    """
    columns = {
        "id": "nextval('crm_lead_id_seq')",
        "partner_id": "new.id",
        **dict.fromkeys(("name", "contact_name", "partner_name"), "new.name"),
    }
    insert_copies(env, "crm_lead", specimen, columns, source)
