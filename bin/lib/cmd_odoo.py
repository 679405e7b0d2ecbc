"""bin/odoo: Odoo's own command line with this project's configuration and server."""

import os

from . import odoo, postgres


def main(arguments):
    postgres.ensure()
    os.chdir(odoo.HOME)
    os.execve(odoo.COMMAND[0], [*odoo.COMMAND, *arguments], odoo.environment())
