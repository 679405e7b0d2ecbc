"""The first full pass: one indicator alone, then the whole chain, with the memory it takes."""

from harness import engine
from harness.figures import Figures
from harness.limit import Limit
from harness.meter import Meter, forget_peak, memory
from harness.middle import median

#: Times that the single indicator is filled from nothing.
FIRST_TURNS = {"XS": 5, "S": 5, "M": 3, "L": 2}
LIMIT_TURNS = 5
MEMORY_GOAL = 50


def run(env, size, plain):
    limit = Limit(plain)
    for _turn in range(LIMIT_TURNS):
        limit.turn()
    figures = Figures({"limit": limit.median(), "customers": limit.customers})
    figures.add(
        "L1: one GROUP BY of all invoices, every aggregate consumed",
        limit.median(),
        note=f"{limit.customers:,} pairs of customer and company; median of {LIMIT_TURNS}, no covering index",
    )
    _one_indicator(env, size, figures, limit)
    _chain(env, figures, limit)
    limit.close()
    return figures


def _one_indicator(env, size, figures, limit):
    revenue, meters = engine.indicator(env, "revenue"), []
    for _turn in range(FIRST_TURNS[size]):
        engine.forget(env)
        with Meter(env.cr) as meter:
            engine.full(env, revenue)
        meters.append(meter)
    seconds = median([meter.seconds for meter in meters])
    figures.facts["first"] = seconds
    figures.add(
        "full pass of one indicator (revenue), first time",
        seconds,
        against="L1",
        reference=limit.median(),
        at_most=2,
        note=f"{meters[-1].rows:,} rows, {meters[-1].wal / 1e6:.1f} MB WAL, {meters[-1].queries} queries;"
        f" median of {len(meters)}",
    )


def _chain(env, figures, limit):
    engine.forget(env)
    forget_peak()
    before, total = memory(), 0
    for code in engine.steps(env):
        with Meter(env.cr) as meter:
            engine.step(env, code)
        total += meter.seconds
        figures.facts[f"first {code}"] = meter.seconds
        figures.add(
            f"chain, first time: {code}",
            meter.seconds,
            against="L1",
            reference=limit.median(),
            note=f"{meter.rows:,} rows, {meter.wal / 1e6:.1f} MB WAL, {meter.queries} queries; once",
        )
    figures.facts["first chain"] = total
    figures.add(
        "memory of the Odoo process in the first chain, more than before",
        memory() - before,
        "MB",
        at_most=MEMORY_GOAL,
        note=f"{before:.0f} MB before",
    )
