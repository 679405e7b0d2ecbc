"""Databases kept as templates, so that a test run copies one in a second instead of installing for minutes.

Two kinds: the addons of others that ours depend on (made anew with another Odoo or list), and on top of
them addons of ours (made anew when a file of theirs changes). The name carries a hash of what went in.
"""

import contextlib
import fcntl
import hashlib
import subprocess
import sys
import time
from pathlib import Path

from . import databases, odoo, postgres, progress, project

PREFIX = "crm_suite_template_"
# Templates not used for a while go; several people at work on one folder have several states of the code.
KEPT = 8
# Changes here change no database.
NOT_INSTALLED = {"tests", "__pycache__", "i18n"}
NOT_INSTALLED_SUFFIXES = {".md", ".rst", ".toml", ".pyc"}


def dependencies(names):
    """Return a template with what ``names`` (addons of ours) need of others, without demo data."""
    wanted = project.foreign_dependencies(names)
    # The names of our addons too: they are in the list of modules that could be installed.
    template = _name("base", _odoo_version(), *wanted, "+", *project.addons())

    def build(part):
        # What the addon at the bottom of the suite needs is most of it: share that part.
        bottom = project.with_own_dependencies(names)[:1]
        shared = project.foreign_dependencies(bottom)
        if shared != wanted and set(shared) <= set(wanted):
            databases.copy(dependencies(bottom), part)
        _install(part, wanted, "template-base.log")

    return _kept(template, f"Odoo with {', '.join(wanted)}", build)


def suite(names, ready_for=()):
    """Return a template with our addons ``names`` and those below; raise Failure if the log alarms.

    It also has what others wrote and ``ready_for``, more addons of ours that are not installed, will need.
    """
    names = project.with_own_dependencies(names)
    base = dependencies([*names, *ready_for])
    if not names:
        return base
    template = _name("suite", base, *names, code_hash(names))

    def build(part):
        databases.copy(base, part)
        log = _install(part, names, "template-suite.log")
        if lines := odoo.alarms(log):
            raise progress.Failure("installing the addons logs warnings or errors:\n" + "\n".join(lines))

    return _kept(template, ", ".join(names) or "no addon of ours", build)


def _install(database, addons, log):
    # PostgreSQL's settings apart, this is what an administrator does: no demo data, no web server.
    addons = addons or ["base"]
    return odoo.run("-d", database, "-i", ",".join(addons), "--stop-after-init", "--no-http", log=log)


def _kept(template, words, build):
    """Return ``template``, built where it is missing, under another name until it is complete."""
    with progress.step("Template") as step, _lock(template):
        if not databases.exists(template):
            step.work(f"installing {words}")
            part = f"{template}_part"
            databases.drop(part)
            try:
                build(part)
                databases.rename(part, template)
            except BaseException:
                databases.drop(part)
                raise
            _drop_stale(keep=template)
        with postgres.cursor() as cr:
            cr.execute(f'COMMENT ON DATABASE "{template}" IS %s', [str(int(time.time()))])
        step.found(words)
    return template


def _drop_stale(keep):
    with postgres.cursor() as cr:
        cr.execute(
            """
            SELECT datname
              FROM pg_database
             WHERE datname LIKE %s AND datname NOT LIKE %s AND datname != %s
          ORDER BY COALESCE(shobj_description(oid, 'pg_database'), '') DESC
            OFFSET %s
            """,
            [PREFIX + "%", "%\\_part", keep, KEPT],
        )
        for (name,) in cr.fetchall():
            databases.drop(name)


@contextlib.contextmanager
def _lock(template):
    """Let a second run wait for the template that the first one is building."""
    project.LOCAL.mkdir(exist_ok=True)
    with (project.LOCAL / f"{template}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        Path(handle.name).unlink(missing_ok=True)


def _name(kind, *parts):
    return f"{PREFIX}{kind}_{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:12]}"


def _odoo_version():
    """Return what tells one Odoo 19 from another: release file, package version, git's commit."""
    tree = next(Path(path) for path in sys.path if Path(path, "odoo/release.py").is_file())
    parts = [(tree / "odoo/release.py").read_text(encoding="utf-8")]
    parts += [path.name for path in sorted(tree.glob("odoo*-info"))]
    if (tree / ".git").exists():
        head = ["git", "-C", str(tree), "rev-parse", "HEAD"]
        parts.append(subprocess.run(head, capture_output=True, text=True, check=False).stdout)
    return "|".join(parts)


def code_hash(addons):
    """Return a hash of everything in ``addons`` that ends up in a database."""
    digest = hashlib.sha256()
    for addon in addons:
        root = project.ADDONS / addon
        for path in sorted(root.rglob("*")):
            parts = {*path.relative_to(root).parts}
            if path.is_file() and path.suffix not in NOT_INSTALLED_SUFFIXES and not NOT_INSTALLED & parts:
                digest.update(f"{path.relative_to(project.ADDONS)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
