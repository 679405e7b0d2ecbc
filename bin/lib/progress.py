"""One line per step: what it is, what was found or done, how long it took."""

import os
import subprocess
import sys
import time

from . import project

# bin/odoo and its like stay silent about steps that had nothing to do, and never write to stdout, which may
# be a pipe.
quiet = False


class Failure(Exception):
    """What went wrong, in words for the person at the terminal. Shown without a traceback."""


class step:
    """Report a step: ``with step("Odoo") as s: s.found("19.0")``; ``s.work()`` says that it takes a while."""

    def __init__(self, name):
        self.name, self.result, self.working, self.announced = name, "", False, False

    def __enter__(self):
        self.begin = time.monotonic()
        return self

    def work(self, doing):
        """Say what is going on now, where the line can be written over later."""
        self.working = True
        stream = _stream()
        if stream.isatty():
            self.announced = True
            stream.write(f"\r\033[K{self.name:<12} {doing} ...")
            stream.flush()

    def found(self, result):
        self.result = result

    def __exit__(self, error_type, error, _traceback):
        stream = _stream()
        if self.announced:
            stream.write("\r\033[K")
        if error_type is None and (self.working or not quiet):
            stream.write(f"{self.name:<12} {self.result}  ({time.monotonic() - self.begin:.1f} s)\n")
        stream.flush()


def say(text=""):
    print(text, file=_stream(), flush=True)


def _stream():
    return sys.stderr if quiet else sys.stdout


def run_logged(command, log, *, attempts=1, **options):
    """Run a command with its output in ``.local/log/``; raise Failure with the end of it when it fails.

    Several attempts, with a pause that grows, are for commands that fetch something.
    """
    project.LOGS.mkdir(parents=True, exist_ok=True)
    path = project.LOGS / log
    for attempt in range(1, attempts + 1):
        with path.open("a", encoding="utf-8") as output:
            output.write(f"\n$ {' '.join(map(str, command))}\n")
            output.flush()
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **options,
            ).returncode
        if code == 0:
            return
        if attempt < attempts:
            time.sleep(5 * attempt)
    tail = path.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
    shown = os.path.relpath(path, project.ROOT)
    raise Failure("\n".join([f"{command[0]} failed ({code}); the end of {shown}:", *("    " + line for line in tail)]))
