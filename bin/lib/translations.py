"""The addons' translation templates, as Odoo exports them."""

from . import odoo

SCRIPT = """
from odoo.tools.translate import trans_export
with open({path!r}, "wb") as file:
    trans_export(None, [{addon!r}], file, "po", env)
"""
# Lines of a template's head that change with every export.
DATED = ("POT-Creation-Date:", "PO-Revision-Date:")


def export(database, addon, folder):
    """Write ``<addon>.pot`` into ``folder`` and return its path.

    The database should hold the addon and what it needs, nothing more: other addons add fields to every model with a
    chatter, and their labels would count as the addon's own.
    """
    path = folder / f"{addon}.pot"
    script = SCRIPT.format(path=str(path), addon=addon)
    odoo.run("shell", "-d", database, "--no-http", script=script, log=f"i18n-{addon}.log")
    return path


def undated(text):
    """Return a template's lines without those that only say when it was made."""
    return [line for line in text.splitlines() if not line.lstrip('"').startswith(DATED)]
