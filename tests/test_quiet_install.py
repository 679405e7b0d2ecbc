"""Installing into a database with history, and the first night after it: nobody notices until somebody turns it on."""

from lib import odoo, postgres, project, templates

HISTORY = f"""
import sys
sys.path[:0] = [{str(project.ROOT / "bin")!r}, {str(project.ROOT / "benchmarks")!r}]
import generate
generate.fill(env, "XS")
stages = env["crm.stage"].search([])
stages[0].name = "First talk"
partners = env["res.partner"].search([("is_company", "=", True)], limit=40)
for number, partner in enumerate(partners):
    env["crm.lead"].create({{
        "name": "Old case %s" % number, "type": "opportunity", "partner_id": partner.id,
        "stage_id": stages[number % len(stages)].id,
    }})
survey = env["survey.survey"].create({{"title": "Our own"}})
env.cr.commit()
"""
RUN = """
assert not env["crm.job"]._run_chain()
env.cr.commit()
"""
# Whatever people work with or customers could receive. A row written again, even with the same values, is noticed.
TABLES = (
    "account_move",
    "account_move_line",
    "calendar_event",
    "crm_lead",
    "crm_team",
    "mail_activity",
    "mail_mail",
    "res_partner",
    "sale_order",
    "survey_user_input",
)


def versions(database):
    """Return number and checksum of the row versions of each table, and the stages as people see them."""
    result = {}
    with postgres.cursor(database) as cr:
        for table in TABLES:
            cr.execute(f"SELECT COUNT(*), MD5(STRING_AGG(id || ':' || xmin, '|' ORDER BY id)) FROM {table}")
            result[table] = cr.fetchone()
        cr.execute("SELECT id, name->>'en_US', sequence, is_won, fold FROM crm_stage ORDER BY id")
        result["stages"] = cr.fetchall()
        cr.execute("SELECT COUNT(*) FROM mail_message WHERE model IN ('crm.lead', 'res.partner', 'account.move')")
        result["messages"] = cr.fetchone()
        cr.execute("SELECT COUNT(*) FROM mail_followers")
        result["followers"] = cr.fetchone()
    return result


def test_nothing_is_sent_moved_created_or_rewritten(copy_of):
    database = copy_of(templates.dependencies(project.addons()))
    odoo.run("shell", "-d", database, "--no-http", script=HISTORY, log="quiet-history.log")
    before = versions(database)
    assert before["account_move"][0] > 5000 and before["crm_lead"][0] == 40
    log = odoo.run("-d", database, "-i", ",".join(project.addons()), "--stop-after-init", "--no-http", log="quiet.log")
    assert not odoo.alarms(log)
    assert "builds one partial index over about" in log
    assert versions(database) == before
    odoo.run("shell", "-d", database, "--no-http", script=RUN, log="quiet-night.log")
    assert versions(database) == before
    with postgres.cursor(database) as cr:
        cr.execute("SELECT COUNT(*) FROM crm_customer")
        assert cr.fetchone()[0] > 400
        cr.execute("SELECT COUNT(*) FROM crm_stage WHERE process_phase IS NULL")
        assert not cr.fetchone()[0]
        cr.execute("SELECT COUNT(*) FROM crm_cost_line")
        assert not cr.fetchone()[0], "no cost before somebody in finance sets it up"
