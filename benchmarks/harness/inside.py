"""Run an operation in an Odoo process of its own, and bring back what it measured."""

import importlib
import json
import subprocess
from pathlib import Path

from lib import odoo, progress, project

MARK = "@@json "
BENCHMARKS = Path(__file__).resolve().parents[1]
SCRIPT = """
import sys
sys.path[:0] = [{library!r}, {benchmarks!r}]
from harness import inside
inside.serve(env, {operation!r}, {parameters!r})
"""


def run(database, operation, **parameters):
    """Call ``operations.<operation>.run(env, **parameters)`` in Odoo and return its result."""
    name = operation.replace(".", "-")
    log = odoo.run(*_arguments(database), script=_script(operation, parameters), log=f"bench-{name}.log")
    return result(log)


def start(database, operation, **parameters):
    """Begin the same in the background; return the process, its output in ``stdout``."""
    process = subprocess.Popen(
        [*odoo.COMMAND, *_arguments(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=odoo.HOME,
        env=odoo.environment(),
    )
    process.stdin.write(_script(operation, parameters))
    process.stdin.close()
    # Else communicate() would flush what is closed.
    process.stdin = None
    return process


def result(log, warnings=False):
    """Return what the operation printed; raise Failure without it, and when Odoo logged a warning on the way.

    :param warnings: accept warnings, where what they are about is counted
    """
    found = [json.loads(line.removeprefix(MARK)) for line in log.splitlines() if line.startswith(MARK)]
    lines = odoo.alarms(log)
    if not found or (lines and not warnings):
        text = "\n".join((lines or log.splitlines())[-40:])
        raise progress.Failure(f"the operation did not end, or logged warnings:\n{text}")
    return found[0]


def serve(env, operation, parameters):
    """Called in the Odoo process."""
    found = importlib.import_module(f"operations.{operation}").run(env, **parameters)
    print(MARK + json.dumps(found.as_dict() if hasattr(found, "as_dict") else found), flush=True)


def _arguments(database):
    return "shell", "-d", database, "--no-http", "--log-level=warn"


def _script(operation, parameters):
    return SCRIPT.format(
        library=str(project.ROOT / "bin"), benchmarks=str(BENCHMARKS), operation=operation, parameters=parameters
    )
