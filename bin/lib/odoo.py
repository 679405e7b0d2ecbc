"""Run Odoo, and read its log."""

import os
import re
import subprocess

from . import progress, project

# Relative paths in odoo.conf count from here.
HOME = project.ROOT
COMMAND = (str(project.PYTHON), "-m", "odoo")

LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) ")
ALARMING = {"WARNING", "ERROR", "CRITICAL"}


def environment():
    """Return the environment in which every subcommand of Odoo finds the configuration and the server."""
    # Odoo takes PGDATABASE for its option -d, and PYTHONDONTWRITEBYTECODE would make each start slower.
    dropped = {"PGDATABASE", "PYTHONDONTWRITEBYTECODE"}
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "ODOO_RC": str(project.ROOT / "odoo.conf")}


def run(*arguments, log, script=None):
    """Run Odoo to its end and return its log; raise Failure with the alarming lines when it fails."""
    project.LOGS.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(
        [*COMMAND, *arguments],
        input=script,
        stdin=None if script is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=HOME,
        env=environment(),
        check=False,
    )
    (project.LOGS / log).write_text(result.stdout, encoding="utf-8")
    if result.returncode:
        lines = alarms(result.stdout) or result.stdout.splitlines()[-25:]
        raise progress.Failure(
            f"odoo {' '.join(arguments)} failed ({result.returncode}), .local/log/{log}:\n" + "\n".join(lines[-60:])
        )
    return result.stdout


def alarms(log):
    """Return the lines of WARNING and above, each with the lines that belong to it."""
    found, inside = [], False
    for line in log.splitlines():
        match = LOG_LINE.match(line)
        if match:
            inside = match["level"] in ALARMING
        if inside:
            found.append(line)
    return found
