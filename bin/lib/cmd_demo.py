"""bin/demo: make a database that shows the four addons at work, print what they found, serve it."""

from . import cdnow, demo_database, demo_server, options, postgres, progress

DATABASES = {None: "demo", "cdnow": "cdnow"}


def main(arguments):
    choices = options.demo().parse_args(arguments)
    database = choices.db or DATABASES[choices.data]

    if not choices.no_serve:
        demo_server.check_port(choices.port)
    progress.quiet = False
    postgres.ensure()
    demo_database.ensure(database, choices.data, choices.reset)
    for line in demo_database.run_jobs(database):
        progress.say(line)
    if choices.data == "cdnow":
        for line in cdnow.compare(database):
            progress.say(line)
    if not choices.no_serve:
        return demo_server.serve(database, choices.port)
    progress.say(f"\nTo look at it: bin/demo --db {database}" + (" --data cdnow" if choices.data else ""))
