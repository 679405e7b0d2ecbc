"""Where things are, and which addons there are."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOGS = LOCAL / "log"

# The order in which a reader meets them; the first is the base of the other three.
SUITE = ("crm_segmentation", "crm_process", "crm_satisfaction", "crm_cost")


def addons():
    """Return the names of the addons that are there and installable, in the suite's order."""
    present = [path.parent.name for path in sorted(ADDONS.glob("*/__manifest__.py"))]
    present.sort(key=lambda name: SUITE.index(name) if name in SUITE else len(SUITE))
    return [name for name in present if manifest(name).get("installable", True)]


def manifest(addon):
    return ast.literal_eval((ADDONS / addon / "__manifest__.py").read_text(encoding="utf-8"))


def with_own_dependencies(names):
    """Return ``names`` and those of our addons they depend on."""
    found, todo, ours = set(), list(names), set(addons())
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [depend for depend in manifest(name)["depends"] if depend in ours]
    return [name for name in addons() if name in found]


def foreign_dependencies(names):
    """Return the addons of others that ``names`` ask for, as written in their manifests."""
    ours = set(addons())
    return sorted({depend for name in with_own_dependencies(names) for depend in manifest(name)["depends"]} - ours)
