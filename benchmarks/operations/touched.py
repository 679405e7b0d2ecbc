"""One customer of a hundred has a changed invoice: the step against a full pass, and the same figures as one."""

import random

from harness import engine
from harness.figures import Figures
from harness.meter import Meter
from harness.middle import median

SHARE, TURNS = 0.01, 5


def run(env, steady):
    """Measure the first steps of the chain.

    :param steady: {code of a step: seconds of its full pass with nothing changed}, of the same run
    """
    figures = Figures()
    env.cr.execute("SELECT partner_id FROM crm_measure_value GROUP BY partner_id ORDER BY partner_id")
    everyone = [partner for (partner,) in env.cr.fetchall()]
    draw, number = random.Random(19), max(1, round(len(everyone) * SHARE))
    meters = {}
    for _turn in range(TURNS + 1):
        chosen = draw.sample(everyone, number)
        _touch(env, chosen)
        engine.queue(env, chosen)
        env.cr.commit()
        for code in steady:
            with Meter(env.cr) as meter:
                engine.step(env, code)
            meters.setdefault(code, []).append(meter)
    for code, found in meters.items():
        seconds = median([meter.seconds for meter in found[1:]])
        figures.add(
            f"1 % of the customers touched: {code}",
            seconds,
            against="its full pass",
            reference=steady[code],
            at_most=1 / 20 if code == "measures" else None,
            note=f"{number:,} customers, {seconds / number * 1e6:.0f} µs each; {found[-1].rows:,} rows,"
            f" {found[-1].wal / 1e6:.2f} MB WAL, {found[-1].queries} queries; median of {TURNS}",
        )
    return figures


def _touch(env, partners):
    """Change the amount of one invoice of each of these customers, as somebody's correction would."""
    env.cr.execute(
        """
        UPDATE account_move SET amount_untaxed_signed = amount_untaxed_signed + 1
         WHERE id IN (SELECT MAX(id) FROM account_move
                       WHERE commercial_partner_id = ANY(%s) AND state = 'posted' AND move_type = 'out_invoice'
                       GROUP BY commercial_partner_id)
        """,
        [partners],
    )
