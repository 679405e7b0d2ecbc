"""People at work beside a pass: processes that edit and post, first with nothing else going on, then during it."""

import tempfile
import time
from pathlib import Path

from . import inside
from .figures import Figures
from .middle import percentile

#: Seconds without a pass, and least seconds with one.
IDLE = {"XS": 8, "S": 12, "M": 20, "L": 30}
WORDS = {"edit": "edit a contact", "post": "create and post an invoice"}


def measure(database, size):
    with tempfile.TemporaryDirectory() as folder:
        stop = Path(folder, "stop")
        people = {kind: _start(database, kind, folder, stop) for kind in WORDS}
        try:
            _wait(people, folder)
            begin = time.time()
            time.sleep(IDLE[size])
            idle = [(begin, time.time())]
            found = inside.run(database, "long_pass", seconds=IDLE[size])
        finally:
            stop.touch()
        # A serialization error is logged as an error, and counted here.
        logs = {kind: process.communicate()[0] for kind, process in people.items()}
        actions = {kind: inside.result(log, warnings=True)["actions"] for kind, log in logs.items()}
    return _figures(actions, idle, found)


def _start(database, kind, folder, stop):
    parameters = {"kind": kind, "seed": len(kind), "stop": str(stop), "ready": str(Path(folder, kind))}
    return inside.start(database, "user", **parameters)


def _wait(people, folder):
    while not all(Path(folder, kind).exists() for kind in people):
        for process in people.values():
            if process.poll() is not None:
                inside.result(process.communicate()[0])
        time.sleep(0.1)


def _figures(actions, idle, found):
    figures, errors = Figures(), 0
    for kind, rows in actions.items():
        errors += sum(bool(error) for _start, _seconds, error in rows)
        quiet = [seconds for start, seconds, _error in rows if _within(start, idle)]
        busy = [seconds for start, seconds, _error in rows if _within(start, found["spans"])]
        figures.add(
            f"users during the pass: {WORDS[kind]}, 95th percentile",
            percentile(busy, 0.95) * 1000,
            "ms",
            against="nothing else going on",
            reference=percentile(quiet, 0.95) * 1000,
            at_most=1.2,
            note=f"{len(busy)} and {len(quiet)} times; median {percentile(busy, 0.5) * 1000:.1f} and"
            f" {percentile(quiet, 0.5) * 1000:.1f} ms",
        )
    figures.add(
        "serialization errors of the users",
        errors,
        "",
        at_most=0,
        note=f"in {sum(map(len, actions.values()))} actions, none tried twice; batches of the pass that had to be"
        f" tried again: {found['lost']}",
    )
    return figures


def _within(moment, spans):
    return any(start <= moment <= end for start, end in spans)
