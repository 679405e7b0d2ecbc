"""Find an Odoo 19, or fetch one: a folder that holds the package ``odoo``, to be put on Python's path."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import debian, progress, project

SERIES = "19.0"
GIT_URL = os.environ.get("ODOO_GIT_URL", "https://github.com/odoo/odoo.git")
CHECKOUT = project.LOCAL / "odoo-git"

NO_ODOO = """no Odoo 19 found, and none could be fetched. Ways to bring one:
  - set ODOO_PATH to a source checkout of branch 19.0, or to an unpacked Odoo 19;
  - make an `odoo` of series 19 importable by your Python;
  - on Debian and its like: let apt reach its mirror, the package odoo-19 is taken from there;
  - let git reach {url}, or set ODOO_GIT_URL to a copy of it.
What was tried:
{tried}"""


def ensure(python):
    """Return the folder to put on Python's path, from the first of four sources that has an Odoo 19."""
    with progress.step("Odoo") as step:
        if path := os.environ.get("ODOO_PATH"):
            tree = _tree_in(Path(path).expanduser().resolve())
            if not tree:
                raise progress.Failure(f"ODOO_PATH is {path}, but there is no Odoo {SERIES} in it.")
            return _report(step, tree, "from ODOO_PATH")
        if tree := _importable(python):
            return _report(step, tree, f"that {python} imports")
        if tree := _tree_in(debian.UNPACKED):
            return _report(step, tree, "Debian's package, here already")
        if tree := _tree_in(CHECKOUT):
            return _report(step, tree, "Odoo's repository, here already")
        tried = []
        for fetch, words in (
            (debian.fetch, "Debian's package, fetched"),
            (_clone, "Odoo's repository, cloned"),
        ):
            try:
                fetch(step)
            except progress.Failure as failure:
                tried.append(f"  {failure}")
                continue
            return _report(step, _tree_in(debian.UNPACKED) or _tree_in(CHECKOUT), words)
        raise progress.Failure(NO_ODOO.format(url=GIT_URL, tried="\n".join(tried)))


def _report(step, tree, words):
    try:
        shown = tree.relative_to(project.ROOT)
    except ValueError:
        shown = tree
    step.found(f"{SERIES}, {words}: {shown}")
    return tree


def _tree_in(folder):
    """Return where the package ``odoo`` is in a checkout or an unpacked tree, when its series is ours."""
    for tree in (folder, folder / "usr/lib/python3/dist-packages"):
        release = tree / "odoo/release.py"
        if release.is_file() and _series(release) == SERIES:
            return tree
    return None


def _series(release):
    """Read the series without importing: release.py is plain assignments up to it."""
    names = {}
    try:
        exec(compile(release.read_text(encoding="utf-8"), str(release), "exec"), names)
    except Exception:  # noqa: BLE001 - whatever it is, it is no Odoo of ours
        return None
    return names.get("series")


def _importable(python):
    """Return where the chosen Python (not .venv's, which we feed ourselves) finds an Odoo of its own."""
    with tempfile.TemporaryDirectory() as empty:
        result = subprocess.run(
            [python, "-c", "import odoo.release; print(odoo.release.__file__)"],
            capture_output=True,
            text=True,
            cwd=empty,
            check=False,
        )
    return _tree_in(Path(result.stdout.strip()).resolve().parents[1]) if result.returncode == 0 else None


def _clone(step):
    if not shutil.which("git"):
        raise progress.Failure("git: not installed")
    step.work(f"cloning branch {SERIES} of Odoo's repository")
    part = CHECKOUT.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", SERIES, GIT_URL, part]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    try:
        progress.run_logged(command, "git.log", attempts=1, env=environment)
    finally:
        if not (part / "odoo/release.py").is_file():
            shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(CHECKOUT, ignore_errors=True)
    part.rename(CHECKOUT)
