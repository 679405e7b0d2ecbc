"""Databases together with their filestores: copy, rename, drop."""

import configparser
import contextlib
import os
import re
import shutil
from pathlib import Path

import psycopg2
from psycopg2 import sql

from . import odoo, postgres, progress


def filestore(name):
    parser = configparser.RawConfigParser()
    parser.read(postgres.CONFIGURATION, encoding="utf-8")
    return odoo.HOME / Path(parser.get("options", "data_dir")).expanduser() / "filestore" / name


def check_name(name):
    """Refuse what is no plain name, before it becomes part of a path or a log line."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", name):
        raise progress.Failure(f"{name!r} is no name for a database: letters, digits, '_', '-' and '.' only.")


def exists(name):
    with postgres.cursor() as cr:
        cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cr.rowcount)


def copy(source, target):
    """Make ``target`` a copy of ``source``, to which nobody is connected; replace an existing target."""
    drop(target)
    with postgres.cursor() as cr:
        # Copying files is three times faster than writing every page to the log, but the option is not in
        # older servers.
        strategy = " STRATEGY file_copy" if cr.connection.server_version >= 150000 else ""
        _execute(cr, "CREATE DATABASE {} TEMPLATE {}" + strategy, target, source)
    with contextlib.suppress(FileNotFoundError):
        # Files of a filestore are never written twice, so copies can share them.
        shutil.copytree(filestore(source), filestore(target), copy_function=os.link)


def rename(source, target):
    drop(target)
    with postgres.cursor() as cr:
        _execute(cr, "ALTER DATABASE {} RENAME TO {}", source, target)
    with contextlib.suppress(FileNotFoundError):
        filestore(source).rename(filestore(target))


def drop(name):
    with postgres.cursor() as cr:
        # Not "WITH (FORCE)": it gives up on a vacuum that the server runs there; the plain form ends that itself.
        cr.execute(
            """
            SELECT pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE datname = %s AND usename = CURRENT_USER
            """,
            [name],
        )
        _execute(cr, "DROP DATABASE IF EXISTS {}", name)
    shutil.rmtree(filestore(name), ignore_errors=True)


def _execute(cr, statement, *names):
    try:
        cr.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except psycopg2.errors.DiskFull as error:
        raise progress.Failure(f"the disk of the PostgreSQL server is full: {str(error).strip()}") from error
