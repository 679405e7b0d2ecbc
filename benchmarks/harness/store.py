"""Results of a run, kept operation by operation, so that an interrupted run goes on where it was."""

import json
import os
import platform
import subprocess
import sys
import time

from lib import postgres, project, templates

FOLDER = project.LOCAL / "bench"


class Store:
    """What has been measured for one size; begins anew with other code, another day or another server."""

    def __init__(self, size, again=False):
        self.path = FOLDER / f"{size}.json"
        key = {"code": templates.code_hash(project.addons()), "day": time.strftime("%Y-%m-%d"), **machine()}
        self.content = _read(self.path)
        if again or self.content.get("key") != key:
            self.content = {"key": key, "operations": {}}

    @property
    def operations(self):
        """{name of an operation: {"figures": [...], "facts": {...}}} in the order of measuring."""
        return self.content["operations"]

    def add(self, name, result):
        self.operations[name] = result
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.content, indent=1), encoding="utf-8")
        os.replace(part, self.path)


def all_sizes(sizes):
    """Return {size: operations} of every size measured on this machine and server, the day left open."""
    here, found = machine(), {}
    for size in sizes:
        content = _read(FOLDER / f"{size}.json")
        if here.items() <= content.get("key", {}).items():
            found[size] = content["operations"]
    return found


def machine():
    """Return what the seconds depend on."""
    with postgres.cursor() as cr:
        cr.execute("SELECT setting FROM pg_settings WHERE name IN ('server_version', 'shared_buffers') ORDER BY name")
        version, buffers = (setting for (setting,) in cr.fetchall())
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "server": f"PostgreSQL {version.split()[0]}",
        "buffers": f"{int(buffers) * 8 // 1024} MB",
        "python": platform.python_version(),
    }


def _processor():
    """Return the processor's name where Linux tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine() or sys.platform


def revision():
    """Return the commit that was measured, with a mark when files differ from it."""
    command = ["git", "-C", str(project.ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _read(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
