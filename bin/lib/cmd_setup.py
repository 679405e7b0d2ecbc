"""bin/setup: its last step, the server. The others came before this Python existed."""

from . import options, postgres, private_postgres, progress


def main(arguments):
    if options.setup().parse_args(arguments).stop:
        private_postgres.stop()
        progress.say("The private PostgreSQL server is stopped.")
        return
    postgres.ensure()
    progress.say("Ready. Next: bin/demo to see it, bin/test to check it.")
