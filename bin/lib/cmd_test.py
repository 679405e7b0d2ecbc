"""bin/test: the static checks, then the tests by pytest on a fresh copy of a cached database."""

import os
import subprocess
from pathlib import Path

from . import chromium, databases, odoo, options, postgres, progress, project, templates

STATIC = "tests/static"
RUN = "crm_suite_run_"


def main(arguments):
    choices, rest = options.test().parse_known_args(arguments)
    rest = [_from_root(word) for word in rest]
    os.chdir(project.ROOT)

    if not rest:
        code = _pytest("-p", "no:odoo", STATIC)
        return code or _with_database(["--ignore", STATIC], project.addons(), choices.keep)
    paths = [
        Path(word.split("::")[0]) for word in rest if not word.startswith("-") and Path(word.split("::")[0]).exists()
    ]
    if paths and all(path.is_relative_to(STATIC) for path in paths):
        return _pytest("-p", "no:odoo", *rest)
    return _with_database(rest if paths else ["--ignore", STATIC, *rest], _needed(paths), choices.keep)


def _with_database(arguments, addons, keep):
    """Run pytest with Odoo on a copy of the template that has ``addons``."""
    if not chromium.find():
        progress.say(chromium.MISSING)
    postgres.ensure()
    _drop_left_over()
    template = templates.suite(addons)
    database = f"{RUN}{os.getpid()}"
    databases.copy(template, database)
    try:
        return _pytest(
            f"--odoo-database={database}",
            "--odoo-http",
            "--odoo-log-level=warn",
            "--odoo-extra=max-cron-threads=0",
            f"--odoo-extra=db-filter=^{database}$",
            *arguments,
        )
    finally:
        if keep:
            progress.say(f"kept: {database}")
        else:
            databases.drop(database)


def _pytest(*arguments):
    return subprocess.run(
        [project.PYTHON, "-m", "pytest", *arguments], cwd=project.ROOT, env=odoo.environment(), check=False
    ).returncode


def _needed(paths):
    """Return the addons that the given tests are about; all of them when the tests are not one addon's."""
    names = set()
    for path in paths:
        parts = path.parts
        if parts[0] != project.ADDONS.name or len(parts) < 2:
            return project.addons()
        names.add(parts[1])
    return sorted(names) or project.addons()


def _from_root(word):
    """Turn a path that counts from the caller's folder into one that counts from the project's."""
    path, colons, test = word.partition("::")
    given = Path(path)
    if word.startswith("-") or not given.exists() or not given.resolve().is_relative_to(project.ROOT):
        return word
    return os.path.relpath(given.resolve(), project.ROOT) + colons + test


def _drop_left_over():
    """Drop the databases of test runs that were killed."""
    with postgres.cursor() as cr:
        cr.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [RUN + "%"])
        names = [name for (name,) in cr.fetchall()]
    for name in names:
        pid = name.removeprefix(RUN).split("_")[0]
        if pid.isdigit() and not _runs(int(pid)):
            databases.drop(name)


def _runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
