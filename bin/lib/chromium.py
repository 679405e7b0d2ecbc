"""The browser in which Odoo's tours run."""

import shutil

# The names, and the order, in which Odoo's own test classes look for one.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
MISSING = (
    "No Chromium found: the browser tests are skipped. On Debian and its like: apt install chromium; "
    "elsewhere put chromium or google-chrome on PATH."
)


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)
