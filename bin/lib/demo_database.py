"""The databases that bin/demo makes: creating, recognising and updating them, and running the jobs."""

import json

import psycopg2

from . import cdnow, databases, odoo, postgres, progress, project, templates

SERIES = "19.0"
# What the scripts below print for us, among what Odoo logs.
MARK = "@@ "
JOBS = """
failed = env["crm.job"]._run_chain()
env.cr.commit()
for job in failed if hasattr(failed, "_name") else ():
    print("@@ FAILED: %s: %s" % (job.name, job.last_error))
for line in env["crm.job"]._summary_lines():
    print("@@ " + str(line).replace("\\n", "\\n@@ "))
"""


def ensure(name, data, reset):
    """Have a database ``name`` with this code and data; never touch one that bin/demo did not make."""
    databases.check_name(name)
    code = templates.code_hash(project.addons())
    with progress.step("Database") as step:
        made = _made_by_us(name)
        if reset and made:
            databases.drop(name)
            made = None
        if not made:
            step.work(f"installing the addons into {name}")
            _create(name, data)
            _mark(name, data, code)
            return step.found(f"{name}, new, with {_words(data)}")
        if made["data"] != data:
            raise progress.Failure(f"the database {name} holds {_words(made['data'])}; take another --db, or --reset.")
        _check_versions(name)
        if made["code"] != code:
            step.work(f"updating the addons in {name}")
            odoo.run("-d", name, *_update(), "--stop-after-init", "--no-http", log="demo-update.log")
            _mark(name, data, code)
            return step.found(f"{name}, addons updated")
        step.found(f"{name}, here already")


def run_jobs(name):
    """Run the nightly jobs to their end and return the lines of the summary."""
    with progress.step("Jobs") as step:
        step.work("running the nightly jobs")
        lines = marked(odoo.run("shell", "-d", name, "--no-http", script=JOBS, log="demo-jobs.log"))
        failed = sum(line.startswith("FAILED") for line in lines)
        step.found(f"{failed} of the nightly jobs failed, see .local/log/demo-jobs.log" if failed else "done")
    return ["", *lines]


def marked(output):
    return [line.removeprefix(MARK) for line in output.splitlines() if line.startswith(MARK.rstrip())]


def _create(name, data):
    """Install under another name, so that an interrupted run leaves nothing half made under this one."""
    addons = project.addons()
    if not addons:
        raise progress.Failure("there are no addons in addons/ yet.")
    part = f"{name}.part"
    databases.drop(part)
    install = ["-d", part, "-i", ",".join(addons), "--stop-after-init", "--no-http"]
    try:
        if data == "cdnow":
            databases.copy(templates.dependencies(addons), part)
            odoo.run(*install, log="demo-install.log")
            cdnow.load(part)
        else:
            odoo.run(*install, "--with-demo", log="demo-install.log")
        databases.rename(part, name)
    except BaseException:
        databases.drop(part)
        raise


def _made_by_us(name):
    """Return what bin/demo noted in the database, None without one; raise Failure if it is someone else's."""
    if not databases.exists(name):
        return None
    with postgres.cursor() as cr:
        cr.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        (comment,) = cr.fetchone()
    try:
        return json.loads(comment)["bin/demo"]
    except (TypeError, ValueError, KeyError):
        raise progress.Failure(
            f"the database {name} is not one that bin/demo made; take another name with --db."
        ) from None


def _mark(name, data, code):
    with postgres.cursor() as cr:
        note = json.dumps({"bin/demo": {"data": data, "code": code}})
        cr.execute(f'COMMENT ON DATABASE "{name}" IS %s', [note])


def _check_versions(name):
    """Refuse a database of another Odoo or of newer addons; both show as tracebacks much later otherwise."""
    advice = "make it anew with --reset, or take another name with --db."
    with postgres.cursor(name) as cr:
        try:
            cr.execute("SELECT name, latest_version FROM ir_module_module WHERE state = 'installed'")
        except psycopg2.errors.UndefinedTable:
            raise progress.Failure(f"the database {name} is not complete; {advice}") from None
        installed = dict(cr.fetchall())
    if not (installed.get("base") or "").startswith(f"{SERIES}."):
        raise progress.Failure(f"the database {name} is of Odoo {installed.get('base')}, not {SERIES}; {advice}")
    for addon in project.addons():
        here, there = project.manifest(addon)["version"], installed.get(addon) or "0"
        if _number(there) > _number(here):
            raise progress.Failure(f"the database {name} has {addon} {there}, newer than this code's {here}; {advice}")


def _update():
    """Return the options that bring every addon of ours up to date, those that came since included."""
    names = ",".join(project.addons())
    return "-i", names, "-u", names


def _number(version):
    return [int(part) for part in version.split(".") if part.isdigit()]


def _words(data):
    return "CDNOW's purchases" if data else "Odoo's demo data"
