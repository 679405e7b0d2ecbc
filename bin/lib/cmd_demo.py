"""bin/demo: make a database that shows the four addons at work, print what they found, serve it."""

import argparse

from . import cdnow, demo_database, demo_server, postgres, progress

DESCRIPTION = """Make a database with the four addons and data, run the nightly jobs on it, print what they
found, and serve the web client to this machine alone. What is there already is used again."""
DATABASES = {None: "demo", "cdnow": "cdnow"}


def main(arguments):
    parser = argparse.ArgumentParser(prog="bin/demo", description=DESCRIPTION)
    parser.add_argument("--data", choices=["cdnow"], help="CDNOW's real purchases instead of Odoo's demo data")
    parser.add_argument("--db", metavar="NAME", help="the database (default: demo, or cdnow with --data cdnow)")
    parser.add_argument("--port", type=int, default=8069, help="port of the web client (default: 8069)")
    parser.add_argument("--no-serve", action="store_true", help="stop after the summary")
    parser.add_argument("--reset", action="store_true", help="make the database anew")
    options = parser.parse_args(arguments)
    database = options.db or DATABASES[options.data]

    if not options.no_serve:
        demo_server.check_port(options.port)
    progress.quiet = False
    postgres.ensure()
    demo_database.ensure(database, options.data, options.reset)
    for line in demo_database.run_jobs(database):
        progress.say(line)
    if options.data == "cdnow":
        for line in cdnow.compare(database):
            progress.say(line)
    if not options.no_serve:
        return demo_server.serve(database, options.port)
    progress.say(f"\nTo look at it: bin/demo --db {database}" + (" --data cdnow" if options.data else ""))
