"""bin/setup: its last step, the server. The others came before this Python existed."""

import argparse

from . import postgres, private_postgres, progress


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="bin/setup", description="Bring Odoo 19, a Python environment and PostgreSQL."
    )
    parser.add_argument("--stop", action="store_true", help="stop the private PostgreSQL server; its data stay")
    if parser.parse_args(arguments).stop:
        private_postgres.stop()
        progress.say("The private PostgreSQL server is stopped.")
        return
    postgres.ensure()
    progress.say("Ready. Next: bin/demo to see it, bin/test to check it.")
