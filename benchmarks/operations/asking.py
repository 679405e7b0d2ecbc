"""Survey invitations: planned, planned again, and compared with writing the bare rows and with the ORM.

Invoices of all years cause a question each, as far as nothing speaks against it; decisions not to ask are rows as well.
"""

from odoo import fields
from odoo.tools import SQL

from harness.figures import Figures
from harness.meter import Meter

#: Decisions that are planned, where the size has so many documents.
GOAL, SECONDS = 100_000, 60
#: Invitations the ORM creates for comparison.
SAMPLE = 500
#: Every contact gets an address; one of fifty does not want mail.
ADDRESSES = """
    UPDATE res_partner
       SET email = 'p' || id || '@bench.example.com', email_normalized = 'p' || id || '@bench.example.com'
     WHERE email_normalized IS NULL
"""
BLACKLIST = """
    INSERT INTO mail_blacklist (email, active)
    SELECT email_normalized, TRUE FROM res_partner WHERE id % 50 = 0 AND email_normalized LIKE '%@bench.example.com'
"""
#: The same rows without asking why: the least that must be written.
BARE = """
    CREATE TEMP TABLE bare (LIKE crm_satisfaction_request INCLUDING DEFAULTS INCLUDING INDEXES) ON COMMIT DROP;
    INSERT INTO bare SELECT * FROM crm_satisfaction_request
"""


def run(env, size):
    figures = Figures()
    programs = _prepare(env)
    with Meter(env.cr) as meter:
        decided, asked = _plan(programs)
    figures.add(
        "asking: decisions planned",
        meter.seconds,
        at_most=SECONDS,
        note=f"{decided:,} decisions, {asked:,} asked, {meter.queries} queries, {meter.wal / 1e6:.0f} MB WAL",
    )
    with Meter(env.cr) as bare:
        env.cr.execute(BARE)
    figures.add("- against the bare rows", meter.seconds, against="bare rows", reference=bare.seconds)
    _again(env, figures, programs)
    _orm(env, figures, meter.seconds / max(decided, 1), programs[:1])
    _tidy(env, programs)
    return figures


def _prepare(env):
    """Return a schedule for each company that asks about every invoice, however old."""
    env.cr.execute(ADDRESSES)
    env.cr.execute(BLACKLIST)
    # The product asks about the last year at most; here all years are needed for so many documents.
    constraint = SQL.identifier("crm_satisfaction_program_late_days_positive")
    env.cr.execute(SQL("ALTER TABLE crm_satisfaction_program DROP CONSTRAINT IF EXISTS %s", constraint))
    shipped = env.ref("crm_satisfaction.program_relationship_nps")
    programs = env["crm.satisfaction.program"]
    for company in env["res.company"].search([]):
        program = shipped.copy({"name": f"Bench {company.id}", "company_id": company.id, "user_id": False})
        program.write(
            {
                "trigger": "document",
                "model_id": env["ir.model"]._get("account.move").id,
                "domain": "[('state', '=', 'posted'), ('move_type', '=', 'out_invoice')]",
                "partner_path": "partner_id",
                "date_field": "invoice_date",
                "company_path": "company_id",
                "late_days": 30_000,
                "active": True,
            }
        )
        program.write({"watch_from": fields.Datetime.to_datetime("1990-01-01"), "date_from": False})
        programs |= program
    env.cr.commit()
    with env.registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute("ANALYZE res_partner")
    return programs


def _plan(programs):
    """Plan batch by batch as the hourly action does, until there are enough decisions."""
    decided = asked = 0
    for program in programs:
        more = True
        while more and decided < GOAL:
            done, invited, more = program._ask_due(limit=min(20_000, GOAL - decided))
            program.env.cr.commit()
            decided, asked = decided + done, asked + invited
    return decided, asked


def _again(env, figures, programs):
    """A run that finds nothing new writes no decision."""
    if programs[-1]._ask_due()[0]:
        _plan(programs)
        while sum(program._ask_due()[0] for program in programs):
            env.cr.commit()
    with Meter(env.cr) as meter:
        written = sum(program._ask_due()[0] for program in programs)
    figures.add("asking: rows written when nothing is new", written, "", at_most=0, note=f"{meter.seconds:.2f} s")


def _orm(env, figures, each, program):
    """Create single invitations the usual way, without any look at reasons."""
    env.cr.execute("SELECT id FROM res_partner ORDER BY id DESC LIMIT %s", (SAMPLE,))
    partners = env["res.partner"].browse(row[0] for row in env.cr.fetchall())
    values = {"program_id": program.id, "company_id": program.company_id.id, "state": "not_asked"}
    with Meter(env.cr) as meter:
        for partner in partners:
            customer = partner.commercial_partner_id
            row = {**values, "partner_id": partner.id, "customer_id": customer.id}
            env["crm.satisfaction.request"].create(row).flush_recordset()
    ours, theirs = each * 1e6, meter.seconds / len(partners) * 1e6
    figures.add(
        "asking: each decision", ours, "µs", against="ORM, a row at a time", reference=theirs, note=f"{theirs:,.0f} µs"
    )


def _tidy(env, programs):
    """Leave the database as it was for what is measured next."""
    env.cr.execute(SQL("DELETE FROM crm_satisfaction_request WHERE program_id IN %s", tuple(programs.ids)))
    env.cr.execute("DELETE FROM mail_blacklist WHERE email LIKE '%@bench.example.com'")
    env.invalidate_all()
    programs.unlink()
    env.cr.commit()
