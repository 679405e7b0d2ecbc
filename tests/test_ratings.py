"""Ratings beside an app that has them: they become answers, and the addon works on when the app goes."""

import re

from lib import odoo, templates

TESTS = "/crm_satisfaction:TestAnswerRatings"
GONE = """
job = env.ref("crm_satisfaction.job_satisfaction")
env.ref("crm_satisfaction.program_ratings").active = True
assert job._run()
print("@@", job.state)
"""


def test_ratings_become_answers_while_there_is_an_app_with_them(copy_of):
    database = copy_of(templates.suite(["crm_segmentation", "crm_satisfaction"]))
    install = ("-d", database, "-i", "project", "-u", "crm_satisfaction", "--test-tags", TESTS)
    log = odoo.run(*install, "--stop-after-init", "--http-port=0", log="ratings.log")
    assert not odoo.alarms(log)
    assert int(re.search(r"0 failed, 0 error\(s\) of (\d+) tests", log).group(1)) > 6
    odoo.run("module", "uninstall", "project", "-d", database, log="ratings-uninstall.log")
    shell = ("shell", "-d", database, "--no-http", "--log-level=warn")
    log = odoo.run(*shell, script=GONE, log="ratings-gone.log")
    assert log.split("@@ ")[1].splitlines()[0] == "done"
