"""The addons' translation templates, as Odoo exports them."""

from . import odoo

SCRIPT = """
from odoo.tools.translate import trans_export
for addon, path in {exports!r}.items():
    with open(path, "wb") as file:
        trans_export(None, [addon], file, "po", env)
"""
# Lines of a template's head that change with every export.
DATED = ("POT-Creation-Date:", "PO-Revision-Date:")


def export(database, addons, folder):
    """Write ``<addon>.pot`` into ``folder`` for each of ``addons``, all installed in ``database``."""
    paths = {addon: str(folder / f"{addon}.pot") for addon in addons}
    odoo.run("shell", "-d", database, "--no-http", script=SCRIPT.format(exports=paths), log="i18n.log")
    return paths


def undated(text):
    """Return a template's lines without those that only say when it was made."""
    return [line for line in text.splitlines() if not line.lstrip('"').startswith(DATED)]
