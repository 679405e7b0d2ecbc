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
FOLLOWED = ("account.move", "calendar.event", "crm.lead", "crm.team", "res.partner", "sale.order")


def versions(database):
    """Return the row versions of each table, and the stages as people see them."""
    result = {}
    with postgres.cursor(database) as cr:
        for table in TABLES:
            # Odoo touches the contacts of its first two users whenever it installs anything.
            users = "WHERE id NOT IN (SELECT partner_id FROM res_users)" if table == "res_partner" else ""
            cr.execute(f"SELECT id, xmin FROM {table} {users}")
            result[table] = set(cr.fetchall())
        cr.execute("SELECT id, name->>'en_US', sequence, is_won, fold FROM crm_stage ORDER BY id")
        result["stages"] = cr.fetchall()
        cr.execute("SELECT COUNT(*) FROM mail_message WHERE model IN %s", [FOLLOWED])
        result["messages"] = cr.fetchone()
        cr.execute("SELECT COUNT(*) FROM mail_followers WHERE res_model IN %s", [FOLLOWED])
        result["followers"] = cr.fetchone()
    return result


def changes(before, after):
    """Return what differs, by table: new and old row versions."""
    return {
        name: (after[name], before[name])
        if not isinstance(before[name], set)
        else (sorted(after[name] - before[name])[:9], sorted(before[name] - after[name])[:9])
        for name in before
        if after[name] != before[name]
    }


def test_nothing_is_sent_moved_created_or_rewritten(copy_of):
    database = copy_of(templates.dependencies(project.addons()))
    odoo.run("shell", "-d", database, "--no-http", script=HISTORY, log="quiet-history.log")
    before = versions(database)
    assert len(before["account_move"]) > 5000 and len(before["crm_lead"]) == 40
    log = odoo.run("-d", database, "-i", ",".join(project.addons()), "--stop-after-init", "--no-http", log="quiet.log")
    assert not odoo.alarms(log)
    assert "builds one partial index over about" in log
    assert changes(before, versions(database)) == {}
    odoo.run("shell", "-d", database, "--no-http", script=RUN, log="quiet-night.log")
    assert changes(before, versions(database)) == {}
    with postgres.cursor(database) as cr:
        cr.execute("SELECT COUNT(*) FROM crm_customer")
        assert cr.fetchone()[0] > 400
        cr.execute("SELECT COUNT(*) FROM crm_stage WHERE process_phase IS NULL")
        assert not cr.fetchone()[0]
        cr.execute("SELECT COUNT(*) FROM crm_cost_line")
        assert not cr.fetchone()[0], "no cost before somebody in finance sets it up"
