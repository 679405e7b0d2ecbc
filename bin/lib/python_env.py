"""The virtual environment ``.venv``: a Python that Odoo 19 supports, the requirements, Odoo on its path."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import progress, project

VERSIONS = ((3, 10), (3, 11), (3, 12), (3, 13))
REQUIREMENTS = (project.ROOT / "requirements.txt", project.ROOT / "requirements-dev.txt")
# Written last: a first run that was interrupted leaves none and is taken up again.
STAMP = project.VENV / "complete"

NO_PYTHON = """Odoo 19 runs on Python 3.10 to 3.13; none was found.
Install one, or name it: PYTHON=/path/to/python3.12 bin/setup"""


def find_python():
    """Return ``$PYTHON``, the one .venv was made with, the running one or another: the first that Odoo supports."""
    candidates = [os.environ["PYTHON"]] if os.environ.get("PYTHON") else []
    if STAMP.is_file():
        candidates.append(os.path.realpath(project.PYTHON))
    # The base of a virtual environment that happens to be active, which may be our own.
    candidates.append(getattr(sys, "_base_executable", sys.executable))
    candidates += [f"python3.{minor}" for minor in (12, 11, 13, 10)]
    for candidate in candidates:
        path = shutil.which(candidate)
        if path and _version(path) in VERSIONS:
            return path
    raise progress.Failure(NO_PYTHON)


def _version(python):
    if python == getattr(sys, "_base_executable", sys.executable):
        return sys.version_info[:2]
    # Some names on PATH are only shims that fail when asked.
    result = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return tuple(map(int, result.stdout.split())) if result.returncode == 0 else None


def ensure(python, tree):
    """Make ``.venv`` complete; costs nothing and needs no network when nothing it is made of has changed."""
    with progress.step("Python") as step:
        version = ".".join(map(str, _version(python)))
        wanted = _fingerprint(version)
        if not (STAMP.is_file() and project.PYTHON.exists() and STAMP.read_text(encoding="utf-8") == wanted):
            step.work(f"installing the requirements for Python {version}")
            _create(python, version)
            STAMP.unlink(missing_ok=True)
            _install(REQUIREMENTS)
            STAMP.write_text(wanted, encoding="utf-8")
        _link(tree)
        step.found(f"{version}, in .venv with the requirements")


def _fingerprint(version):
    return hashlib.sha256(b"".join(path.read_bytes() for path in REQUIREMENTS) + version.encode()).hexdigest()


def _create(python, version):
    if project.PYTHON.exists() and _version(str(project.PYTHON)) == tuple(map(int, version.split("."))):
        return
    shutil.rmtree(project.VENV, ignore_errors=True)
    try:
        progress.run_logged([python, "-m", "venv", project.VENV], "python.log")
    except progress.Failure as failure:
        # Debian's own Python comes without the parts that venv needs; uv brings its own.
        if not _uv():
            hint = "On Debian and its like: apt install python3-venv (or put uv on PATH)."
            raise progress.Failure(f"{failure}\n{hint}") from None
        shutil.rmtree(project.VENV, ignore_errors=True)
        progress.run_logged(["uv", "venv", "--seed", "--python", python, project.VENV], "python.log")


def _install(files):
    arguments = [word for path in files for word in ("-r", path)]
    if _uv():
        environment = {"UV_HTTP_TIMEOUT": "120", "UV_HTTP_RETRIES": "8", **os.environ}
        try:
            command = ["uv", "pip", "install", "--python", project.PYTHON, *arguments]
            return progress.run_logged(command, "python.log", env=environment)
        except progress.Failure:
            # uv does not read pip's configuration; where only pip knows the way to an index, pip has its
            # turn.
            if not (project.VENV / "bin/pip").exists():
                raise
    pip = [
        project.PYTHON,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--retries",
        "8",
        "--timeout",
        "60",
    ]
    progress.run_logged([*pip, *arguments], "python.log", attempts=3)


def _uv():
    uv = shutil.which("uv")
    return bool(uv) and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0


def _link(tree):
    """Put Odoo's folder at the end of the environment's path."""
    packages = next((project.VENV / "lib").glob("python3.*/site-packages"))
    pth = Path(packages, "odoo-tree.pth")
    line = f"{tree}\n"
    if not pth.is_file() or pth.read_text(encoding="utf-8") != line:
        pth.write_text(line, encoding="utf-8")
