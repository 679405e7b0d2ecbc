"""Posting an invoice with our addons and without, in turns: milliseconds, queries, rows, WAL."""

import random

from odoo import Command, api, fields
from odoo.modules.registry import Registry

from harness.figures import Figures
from harness.meter import Meter
from harness.middle import interval, median

PAIRS = {"XS": 30, "S": 60, "M": 200, "L": 200}
ADMINISTRATOR = 2
WARM_UP = 3


def run(env, size, plain, addons):
    databases = {"plain": Registry(plain), "ours": Registry(env.cr.dbname)}
    env.cr.execute("SELECT id FROM res_partner WHERE is_company AND id > 20 ORDER BY id LIMIT 5000")
    everyone = [partner for (partner,) in env.cr.fetchall()]
    partners = random.Random(19).choices(everyone, k=PAIRS[size] + WARM_UP)
    drafts = {key: _drafts(registry, partners) for key, registry in databases.items()}
    found = {key: [] for key in databases}
    for turn in range(len(partners)):
        for key in sorted(databases, reverse=turn % 2):
            found[key].append(_post(databases[key], drafts[key][turn]))
    pairs = list(zip(found["plain"][WARM_UP:], found["ours"][WARM_UP:], strict=True))
    return _figures(pairs, f"{addons} addons" if addons > 1 else "one addon", _queue_row(databases["ours"], partners))


def _figures(pairs, words, queue_wal):
    differences = [(ours.seconds - plain.seconds) * 1000 for plain, ours in pairs]
    low, high = interval(differences)
    without = median([plain.seconds for plain, _ours in pairs]) * 1000
    more_queries = median([ours.queries - plain.queries for plain, ours in pairs])
    more_rows = median([sum(ours.changed.values()) - sum(plain.changed.values()) for plain, ours in pairs])
    more_wal = median([ours.wal - plain.wal for plain, ours in pairs])
    figures = Figures()
    figures.add(
        f"posting an invoice, {words}: queries more",
        more_queries,
        "",
        at_most=1,
        note=f"{median([plain.queries for plain, _ours in pairs]):g} without",
    )
    figures.add(
        f"posting an invoice, {words}: rows more",
        more_rows,
        "",
        at_most=1,
        note=f"{median([sum(plain.changed.values()) for plain, _ours in pairs]):g} without",
    )
    figures.add(
        f"posting an invoice, {words}: WAL more",
        more_wal,
        "bytes",
        note=f"{median([plain.wal for plain, _ours in pairs]):,.0f} without; a row in the queue alone, with its"
        f" commit: {queue_wal:,.0f}; the rest is the covering index",
    )
    figures.add(
        f"posting an invoice, {words}: time more",
        median(differences),
        "ms",
        note=f"{without:.1f} ms without; median of {len(differences)} pairs in turns, 95 % interval {low:.2f} to"
        f" {high:.2f} ms",
    )
    return figures


def _drafts(registry, partners):
    """Return the ids of one draft invoice per partner."""
    with registry.cursor() as cr:
        env = api.Environment(cr, ADMINISTRATOR, {"tracking_disable": True, "allowed_company_ids": [1]})
        line = {"name": "Goods", "quantity": 1, "price_unit": 100, "tax_ids": [Command.clear()]}
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner,
                    "invoice_date": fields.Date.today(),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [Command.create(line)],
                }
                for partner in partners
            ]
        )
        ids = moves.ids
        cr.commit()
    return ids


def _post(registry, move):
    """Return the meter of one posting, as a request of its own."""
    with registry.cursor() as cr:
        env = api.Environment(cr, ADMINISTRATOR, {"allowed_company_ids": [1]})
        with Meter(cr) as meter:
            env["account.move"].browse(move).action_post()
            env.flush_all()
    return meter


def _queue_row(registry, partners):
    """Return the WAL of one row in the queue."""
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        found = []
        for partner in partners[:20]:
            with Meter(cr) as meter:
                env["crm.queue"]._add("documents", [partner])
            found.append(meter.wal)
        return median(found)
