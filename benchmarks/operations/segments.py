"""Twenty segments by rules in one pass: first fill, nothing changed, one percent of the profiles changed."""

from harness import engine
from harness.figures import Figures
from harness.meter import Meter
from harness.middle import median

TURNS = 5
SHARE = 0.01
#: Rules as people write them: the profile, the contact, figures of indicators, percentiles, dates counted from today.
RULES = (
    ("[('monetary', '>=', 10000)]", ()),
    ("[('monetary', '>=', 1000), ('monetary', '<', 10000)]", ()),
    ("[('lifecycle', '=', 'active')]", ()),
    ("[('lifecycle', 'in', ['cooling', 'lost'])]", ()),
    ("[('r_score', '>=', 4), ('f_score', '>=', 4), ('m_score', '>=', 4)]", ()),
    ("[('r_score', '<=', 2), ('m_score', '>=', 4)]", ()),
    ("[('relationship_kind', '=', 'transaction')]", ()),
    ("[('last_purchase_date', '>=', '-90d')]", ()),
    ("[('last_purchase_date', '<', '-2y')]", ()),
    ("[('first_purchase_date', '>=', '-1y')]", ()),
    ("['|', ('frequency', '>=', 10), ('monetary', '>=', 50000)]", ()),
    ("[('partner_id.city', '=', False)]", ()),
    ("[('partner_id.user_id', '=', False), ('monetary', '>', 0)]", ()),
    ("[('country_id', '!=', False)]", ()),
    ("[('credit_note_amount', '>', 0)]", ()),
    ("[]", (("revenue", "change_percent", "<=", -30),)),
    ("[]", (("revenue", "percentile", ">=", 90),)),
    ("[]", (("purchase_days", "window", ">=", 6), ("purchase_days", "before", "<", 3))),
    ("[('lifecycle', '=', 'active')]", (("invoices", "documents", ">=", 4),)),
    ("[('expected_purchase_date', '<', 'today')]", (("revenue", "lifetime", ">", 5000),)),
)
#: Five more on the profile, in place of those on indicators.
MORE = (
    ("[('monetary_before', '>', 0), ('monetary', '<=', 0)]", ()),
    ("[('rfm_code', '>=', 444)]", ()),
    ("[('invoice_count', '>=', 20)]", ()),
    ("[('lifecycle', '=', 'returned')]", ()),
    ("[('expected_purchase_date', '<', 'today')]", ()),
)


def run(env, limit):
    """Measure the assignment to twenty segments, the ranked classes left out.

    :param limit: seconds of L1 of the same run
    """
    ranked = env["crm.segment.scheme"].search([])
    ranked.active = False
    figures = Figures()
    for words, rules in (
        ("20 segments on profiles and contacts", [rule for rule in RULES if not rule[1]] + list(MORE)),
        ("20 segments, 5 of them on indicators", RULES),
    ):
        scheme = _scheme(env, rules)
        _first_fill(env, figures, limit, words)
        _unchanged(env, figures, limit, words)
        _touched(env, figures, words)
        scheme.unlink()
        env.cr.commit()
    ranked.active = True
    env.cr.commit()
    return figures


def _scheme(env, rules):
    scheme = env["crm.segment.scheme"].create({"name": "Benchmark", "kind": "overlapping"})
    for number, (domain, conditions) in enumerate(rules):
        lines = [
            {"measure_id": engine.indicator(env, name).id, "figure": figure, "operator": operator, "value": value}
            for name, figure, operator, value in conditions
        ]
        values = {"name": f"Rule {number}", "scheme_id": scheme.id, "rule_domain": domain}
        env["crm.segment"].create({**values, "condition_ids": [(0, 0, line) for line in lines]})
    env.cr.commit()
    return scheme


def _pass(env):
    with Meter(env.cr) as meter:
        engine.step(env, "segments")
    return meter


def _first_fill(env, figures, limit, words):
    meter = _pass(env)
    env.cr.execute("SELECT COUNT(*) FROM crm_segment_member m JOIN crm_segment s ON s.id = m.segment_id WHERE s.active")
    members = env.cr.fetchone()[0]
    figures.add(
        f"{words}: first fill",
        meter.seconds,
        against="L1",
        reference=limit,
        note=f"{members:,} stays, {meter.wal / 1e6:.0f} MB WAL, {meter.queries} queries; once",
    )
    engine.vacuum(env)


def _unchanged(env, figures, limit, words):
    meters = [_pass(env) for _turn in range(TURNS + 1)][1:]
    figures.facts["steady segments"] = median([meter.seconds for meter in meters])
    figures.add(
        f"{words}: nothing changed",
        figures.facts["steady segments"],
        against="L1",
        reference=limit,
        at_most=0.3,
        note=f"{meters[-1].queries} queries, {meters[-1].wal / 1e6:.2f} MB WAL; median of {TURNS}",
    )
    figures.add(f"{words}: rows written when nothing changed", sum(meter.rows for meter in meters), "", at_most=0)


def _touched(env, figures, words):
    """Change the money of one profile of a hundred, up and down by turns."""
    meters = []
    for turn in range(TURNS + 1):
        env.cr.execute(
            "UPDATE crm_customer SET monetary = monetary * %s, r_score = 6 - r_score WHERE id %% 100 = %s",
            [0.1 if turn % 2 else 10, 7],
        )
        touched = env.cr.rowcount
        env.cr.commit()
        meters.append(_pass(env))
    seconds = median([meter.seconds for meter in meters[1:]])
    figures.add(
        f"{words}: 1 % of the profiles changed",
        seconds,
        against="nothing changed",
        reference=figures.facts["steady segments"],
        note=f"{touched:,} profiles; {meters[-1].rows:,} rows, {meters[-1].wal / 1e6:.2f} MB WAL; median of {TURNS}",
    )
