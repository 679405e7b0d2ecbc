"""The pass with nothing to do: time against L1, alternating, with and without the covering index; rows and WAL."""

from harness import engine
from harness.figures import Figures
from harness.limit import Limit
from harness.meter import Meter
from harness.middle import median

TURNS = {"XS": 5, "S": 5, "M": 5, "L": 5}
CHAIN_TURNS = {"XS": 5, "S": 5, "M": 3, "L": 2}
CHANGED_TURNS = {"XS": 3, "S": 3, "M": 3, "L": 2}
INDEX = "account_move_crm_customer_idx"


def run(env, size, plain):
    # By the second night the server has tidied up after the first.
    engine.vacuum(env)
    indexed, bare = Limit(env.cr.dbname), Limit(plain)
    figures = Figures({"customers": bare.customers})
    with_index = _alternate(env, size, (indexed, bare))
    figures.facts |= {"limit": bare.median(), "limit along index": indexed.median(), "steady": with_index}
    figures.add("L1 in these minutes", bare.median(), note="no covering index; alternating with the pass below")
    figures.add("L1 along the covering index", indexed.median(), against="L1", reference=bare.median())
    _add(figures, "full pass of one indicator, nothing changed, covering index", with_index, bare, 1.0)
    without = _without_index(env, size)
    _add(figures, "the same without the covering index", without, bare, 1.5)
    _chain(env, size, figures, bare)
    _everything_changed(env, size, figures, bare)
    engine.vacuum(env)
    return figures


def _alternate(env, size, limits):
    """Return the median of the pass; each turn runs the comparators too. The first turn warms up and is left out."""
    revenue, times = engine.indicator(env, "revenue"), []
    for turn in range(TURNS[size] + 1):
        engine.let_week_pass(env)
        with Meter(env.cr) as meter:
            engine.full(env, revenue)
        if turn:
            times.append(meter.seconds)
        for limit in limits:
            limit.turn()
    for limit in limits:
        del limit.times[0]
        limit.close()
    return median(times)


def _without_index(env, size):
    env.cr.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [INDEX])
    (definition,) = env.cr.fetchone()
    env.cr.execute(f"DROP INDEX {INDEX}")
    env.cr.commit()
    try:
        return _alternate(env, size, ())
    finally:
        env.cr.rollback()
        env.cr.execute(definition)
        env.cr.commit()


def _chain(env, size, figures, limit):
    """Time every step, run in full although nothing changed."""
    meters = {}
    for _turn in range(CHAIN_TURNS[size]):
        engine.let_week_pass(env)
        for code in engine.steps(env):
            with Meter(env.cr) as meter:
                engine.step(env, code)
            meters.setdefault(code, []).append(meter)
    for code, found in meters.items():
        seconds = median([meter.seconds for meter in found])
        figures.facts[f"steady {code}"] = seconds
        figures.add(
            f"chain, full, nothing changed: {code}",
            seconds,
            against="L1",
            reference=limit.median(),
            note=f"{found[-1].queries} queries; median of {len(found)}",
        )
    last = [found[-1] for found in meters.values()]
    shares = ", ".join(f"{code} {found[-1].wal / 1e6:.2f}" for code, found in meters.items())
    notes = sum(sum(meter.changed.values()) - meter.rows for meter in last)
    figures.add(
        "rows of figures written by the second run",
        sum(meter.rows for meter in last),
        "",
        at_most=0,
        note=f"{notes} rows of the jobs' own log besides",
    )
    figures.add(
        "WAL of the second run, per 100,000 pairs of customer and company",
        sum(meter.wal for meter in last) / 1e6 / max(1, limit.customers / 1e5),
        "MB",
        at_most=0.1,
        note=f"{sum(meter.wal for meter in last) / 1e6:.2f} MB in all, the jobs' own log included: {shares}",
    )


def _everything_changed(env, size, figures, limit):
    """Time the pass that has to write every row again."""
    revenue, meters = engine.indicator(env, "revenue"), []
    for _turn in range(CHANGED_TURNS[size]):
        env.cr.execute("UPDATE crm_measure_value SET quantity = quantity + 1 WHERE measure_id = %s", [revenue.id])
        engine.let_week_pass(env)
        with Meter(env.cr) as meter:
            engine.full(env, revenue)
        meters.append(meter)
    seconds = median([meter.seconds for meter in meters])
    figures.facts["changed"] = seconds
    figures.add(
        "full pass of one indicator, every row changed",
        seconds,
        against="L1",
        reference=limit.median(),
        note=f"{meters[-1].rows:,} rows, {meters[-1].wal / 1e6:.1f} MB WAL; median of {len(meters)}",
    )


def _add(figures, words, seconds, limit, at_most):
    figures.add(
        words,
        seconds,
        against="L1",
        reference=limit.median(),
        at_most=at_most,
        note=f"median of {len(limit.times)}",
    )
