"""One invitation answered by many at the same moment, as by two tabs or a scanner beside the customer: one answer."""

import re

from lib import odoo, postgres, templates

# Every thread has seen the invitation open before the first of them answers; who loses starts again, as on the page.
RACE = """
import threading
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying

THREADS = 4
program = env.ref("crm_satisfaction.program_relationship_nps")
partner = env["res.partner"].create({"name": "Racer", "email": "racer@example.com"})
invitation = env["crm.satisfaction.request"].create(
    {"program_id": program.id, "company_id": program.company_id.id, "partner_id": partner.id, "state": "sent"}
)
env.cr.commit()
barrier, failures = threading.Barrier(THREADS, timeout=60), []


def answer(score):
    waited = []
    with Registry(env.cr.dbname).cursor() as cr:
        own = api.Environment(cr, SUPERUSER_ID, {})

        def work():
            request = own["crm.satisfaction.request"].browse(invitation.id)
            is_open = request._public_state() == "open"
            if not waited:
                waited.append(True)
                assert is_open
                barrier.wait()
            request._answer_from_mail(score) if is_open else request._record_late_attempt(score)

        try:
            retrying(work, own)
        except Exception as error:
            failures.append(repr(error))


threads = [threading.Thread(target=answer, args=(score,)) for score in range(THREADS)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("@@ failures", len(failures), failures[:1])
print("@@ invitation", invitation.id)
"""


def test_one_answer_counts_and_the_others_are_counted(copy_of):
    database = copy_of(templates.suite(["crm_satisfaction"]))
    said = odoo.run("shell", "-d", database, "--no-http", "--log-level=critical", script=RACE, log="answer-race.log")
    assert "@@ failures 0" in said, said
    number = re.search(r"@@ invitation (\d+)", said)[1]
    with postgres.cursor(database) as cr:
        cr.execute(f"SELECT COUNT(*) FROM crm_satisfaction_response WHERE request_id = {number}")
        assert cr.fetchone() == (1,)
        cr.execute(f"SELECT state, late_attempts FROM crm_satisfaction_request WHERE id = {number}")
        assert cr.fetchone() == ("answered", 3)
        cr.execute("SELECT COUNT(*) FROM survey_user_input WHERE nickname = 'Racer'")
        assert cr.fetchone() == (1,), "the answers of those who lost were rolled back"
