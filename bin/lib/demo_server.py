"""The web client for whoever runs bin/demo: on loopback, with its address, login and password shown."""

import http.client
import signal
import socket
import subprocess
import time

from . import odoo, progress, project

HOST = "127.0.0.1"
LOG = project.LOGS / "demo-server.log"


def check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            raise progress.Failure(
                f"port {port} is in use (or not for you); choose another one: bin/demo --port {port + 1}"
            ) from None


def serve(database, port):
    """Serve ``database`` until Ctrl-C, or until somebody ends this process: the server goes with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    project.LOGS.mkdir(parents=True, exist_ok=True)
    arguments = [
        "-d",
        database,
        f"--db-filter=^{database}$",
        f"--http-interface={HOST}",
        f"--http-port={port}",
    ]
    # A demo never writes to anyone: its mail goes to a host that cannot exist.
    arguments += ["--smtp=mail.invalid", "--max-cron-threads=1"]
    with LOG.open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [*odoo.COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=odoo.HOME,
            env=odoo.environment(),
        )
    try:
        with progress.step("Web client") as step:
            step.work("starting")
            _wait(server, port)
            step.found("ready; Ctrl-C stops it, its log is .local/log/demo-server.log")
        progress.say(f"\n  http://{HOST}:{port}/odoo    login: admin    password: admin\n")
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(server, port):
    """Wait until the first page is there, which also compiles the client's assets."""
    for _attempt in range(600):
        if server.poll() is not None:
            tail = "\n".join(LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])
            raise progress.Failure(f"the server stopped; the end of .local/log/demo-server.log:\n{tail}")
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=60)
            connection.request("GET", "/web/login")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise progress.Failure("the server does not answer; see .local/log/demo-server.log")
