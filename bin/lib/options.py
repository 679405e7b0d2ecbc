"""What can be said to the commands; asked before anything is fetched, so that --help answers at once."""

import argparse

DEMO = """Make a database with the four addons and data, run the nightly jobs on it, print what they
found, and serve the web client to this machine alone. What is there already is used again."""

TEST_EXAMPLES = """\
Without arguments: the static checks (tests/static) first and, when they pass, every test.
With arguments: what they say, for example
  bin/test addons/crm_cost -k whale    tests of one addon; only it and the addons below it are installed
  bin/test tests/static                only the static checks (no database)
  bin/test -x                          all tests, stop at the first failure, no static checks
All other options are pytest's. Paths count from the project's folder or from where you are.
"""


def demo():
    parser = argparse.ArgumentParser(prog="bin/demo", description=DEMO)
    parser.add_argument("--data", choices=["cdnow"], help="CDNOW's real purchases instead of Odoo's demo data")
    parser.add_argument("--db", metavar="NAME", help="the database (default: demo, or cdnow with --data cdnow)")
    parser.add_argument("--port", type=int, default=8069, help="port of the web client (default: 8069)")
    parser.add_argument("--no-serve", action="store_true", help="stop after the summary")
    parser.add_argument("--reset", action="store_true", help="make the database anew")
    return parser


def i18n():
    parser = argparse.ArgumentParser(
        prog="bin/i18n", description="Write translation templates anew and carry the changes into the translations."
    )
    parser.add_argument("addons", nargs="*", metavar="ADDON", help="all addons when none is named")
    return parser


def setup():
    parser = argparse.ArgumentParser(
        prog="bin/setup", description="Bring Odoo 19, a Python environment and PostgreSQL."
    )
    parser.add_argument("--stop", action="store_true", help="stop the private PostgreSQL server; its data stay")
    return parser


def test():
    parser = argparse.ArgumentParser(
        prog="bin/test",
        usage="bin/test [--keep] [pytest arguments]",
        description="The static checks, then the tests by pytest on a fresh copy of a cached database.",
        epilog=TEST_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--keep", action="store_true", help="keep the test database and print its name")
    return parser


#: bin/odoo has no options of its own, and what bin/test does not know belongs to pytest.
PARSERS = {"demo": demo, "i18n": i18n, "setup": setup, "test": test}


def check(name, arguments):
    """Answer --help and refuse what a command does not understand."""
    if name == "test":
        test().parse_known_args(arguments)
    elif name in PARSERS:
        PARSERS[name]().parse_args(arguments)
