"""A full pass after a day of changes: the checksum before and after, and the rows that it had to correct."""

from harness import engine
from harness.meter import Meter


def run(env):
    engine.let_week_pass(env)
    with Meter(env.cr) as meter:
        for code in engine.steps(env):
            engine.step(env, code)
    return {"rows": meter.rows, "seconds": meter.seconds}
