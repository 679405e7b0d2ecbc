"""Every ready rule switched on: all customers, one customer of a hundred, and only those with a new document.

The rules are judged as the step of the night judges them. Raising alerts is capped for each person and day, and is
measured apart.
"""

import random

from odoo.tools import SQL

from harness import engine
from harness.figures import Figures
from harness.limit import Limit
from harness.meter import Meter
from harness.middle import median

SHARE, TURNS = 0.01, 5
#: Statements that prepare what is compared: the customers of a SELECT wait to be judged.
QUEUE = "INSERT INTO crm_queue (topic, partner_id, queued_at) SELECT 'alert', partner_id, NOW() FROM (%s) customer"


def run(env, size, plain):
    figures, bare = Figures(), Limit(plain)
    rules = _switch_on(env)
    figures.add("alerts, first night: all rules, all customers", _seconds(_detect(env)), note=_found(env))
    engine.vacuum(env)
    full = _everybody(env, rules, bare)
    limit = bare.median()
    figures.facts |= {"limit": limit, "full": full}
    figures.add(
        f"alerts, all customers, {len(rules)} rules, nothing new",
        full,
        against="L1",
        reference=limit,
        at_most=2,
        note=f"median of {TURNS}, L1 in turns",
    )
    documents = rules.filtered(lambda rule: rule._is_incremental())
    _touched(env, figures, documents)
    _new_documents(env, figures, documents, limit)
    _nothing(env, figures)
    return figures


def _switch_on(env):
    rules = env["crm.alert.rule"].with_context(active_test=False).search([("is_ready", "=", True)])
    rules.action_switch_on()
    env.cr.commit()
    for code in engine.steps(env)[:2]:
        engine.step(env, code)  # the figures of the indicators that were switched on along with the rules
    return rules


def _detect(env):
    with Meter(env.cr) as meter:
        engine.step(env, "alerts")
    return meter


def _seconds(meter):
    return meter.seconds


def _found(env):
    groups = env["crm.alert.finding"]._read_group([], ["fate"], ["__count"])
    return ", ".join(f"{fate} {count:,}" for fate, count in groups)


def _everybody(env, rules, limit):
    """Return the median of judging everybody by every rule when all of it is known already."""
    times = []
    for turn in range(TURNS + 1):
        env["crm.job"]._set_batch_settings()
        with Meter(env.cr) as meter:
            env["crm.job"]._set_batch_settings()
            rules._note_scores()
            rules._detect()
        if turn:
            times.append(meter.seconds)
        limit.turn()
    del limit.times[0]
    limit.close()
    return median(times)


def _judge(env, rules):
    """Return the meter of judging whoever waits, as one batch of the step."""
    with Meter(env.cr) as meter:
        env["crm.job"]._set_batch_settings()
        env["crm.queue"]._drain("alert", 1_000_000)
        rules._detect(SQL("SELECT partner_id FROM crm_drained"))
    return meter


def _touched(env, figures, rules):
    env.cr.execute("SELECT partner_id FROM crm_measure_value GROUP BY partner_id ORDER BY partner_id")
    everyone = [partner for (partner,) in env.cr.fetchall()]
    draw, number, meters = random.Random(19), max(1, round(len(everyone) * SHARE)), []
    for _turn in range(TURNS + 1):
        env["crm.queue"]._add("alert", draw.sample(everyone, number))
        env.cr.commit()
        meters.append(_judge(env, rules))
    seconds = median([meter.seconds for meter in meters[1:]])
    figures.add(
        "alerts, touched customers, each",
        seconds / number * 1e6,
        "µs",
        at_most=50,
        note=f"{number:,} customers, {len(rules)} rules that follow documents, {seconds:.3f} s, "
        f"{meters[-1].queries} queries; median of {TURNS}",
    )


def _new_documents(env, figures, rules, limit):
    """Judge the customers with an invoice of the last day that has one: a night's new documents."""
    customers = (
        "SELECT DISTINCT commercial_partner_id AS partner_id FROM account_move WHERE state = 'posted'"
        " AND move_type IN ('out_invoice', 'out_refund') AND invoice_date = (SELECT MAX(invoice_date) FROM account_move"
        " WHERE state = 'posted' AND move_type = 'out_invoice' AND invoice_date <= CURRENT_DATE)"
    )
    meters = []
    for _turn in range(TURNS + 1):
        env.cr.execute(QUEUE % customers)
        number = env.cr.rowcount
        env.cr.commit()
        meters.append(_judge(env, rules))
    figures.add(
        "alerts, new documents only",
        median([meter.seconds for meter in meters[1:]]),
        against="L1",
        reference=limit,
        at_most=0.15,
        note=f"{number:,} customers with a document of the last day; median of {TURNS}",
    )


def _nothing(env, figures):
    """The next night without any change writes nothing but the job's own notes."""
    for _turn in range(20):
        _detect(env)
        if not env["crm.job"].search([("code", "=", "alerts")]).rows_done:
            break
    meter = _detect(env)
    tables = ("crm_alert_finding", "crm_customer_alert", "crm_customer_score", "mail_activity")
    figures.add(
        "rows of alerts written by a night without news",
        sum(meter.changed.get(name, 0) for name in tables),
        "",
        at_most=0,
        note=f"{meter.seconds:.2f} s, {meter.queries} queries, {meter.wal / 1e6:.2f} MB WAL",
    )
