"""The PostgreSQL server: one that odoo.conf or the PG* variables name, else a private one."""

import configparser
import contextlib
import os

import psycopg2

from . import private_postgres, progress, project

OPTIONS = {"host": ("PGHOST", "db_host"), "port": ("PGPORT", "db_port"), "user": ("PGUSER", "db_user"),
           "password": ("PGPASSWORD", "db_password")}  # fmt: skip
CONFIGURATION = project.ROOT / "odoo.conf"


def ensure():
    """Have a server answer, and put its address in the environment, where Odoo and libpq look."""
    with progress.step("PostgreSQL") as step:
        named = _named()
        refused = ""
        if named:
            try:
                return step.found(f"{_version(named)} at {_shown(named)}, as configured") or _export(named)
            except psycopg2.Error as error:
                refused = f"; {_shown(named)}, as configured, does not answer: {str(error).strip().splitlines()[0]}"
        address = private_postgres.start(step)
        _export(address)
        step.found(f"{_version(address)}, private, data in .local/pg{refused}")


def _named():
    """Return the address in the PG* variables and, after them, odoo.conf; empty when there is none."""
    parser = configparser.RawConfigParser()
    parser.read(CONFIGURATION, encoding="utf-8")
    address = {}
    for key, (variable, option) in OPTIONS.items():
        value = os.environ.get(variable) or parser.get("options", option, fallback="")
        if value:
            address[key] = value
    return address


def _shown(address):
    return f"{address.get('host', 'the local socket')}:{address.get('port', 5432)}"


def _export(address):
    for key, (variable, _option) in OPTIONS.items():
        if key in address:
            os.environ[variable] = str(address[key])


def _version(address):
    with contextlib.closing(psycopg2.connect(dbname="postgres", connect_timeout=5, **address)) as connection:
        number = connection.server_version
        return f"{number // 10000}.{number % 10000}"


@contextlib.contextmanager
def cursor(database="postgres"):
    """A cursor in autocommit mode on the server that ``ensure`` found, for what the ORM does not do."""
    with contextlib.closing(psycopg2.connect(dbname=database, connect_timeout=10)) as connection:
        connection.autocommit = True
        with connection.cursor() as cr:
            yield cr
