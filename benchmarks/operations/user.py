"""One person at work: edits contacts or posts invoices again and again until a file appears; one line per action."""

import random
import time
from pathlib import Path

from psycopg2 import errors

from odoo import Command, api, fields

ADMINISTRATOR = 2
#: Seconds of thinking between two actions.
PAUSE = 0.1


def run(env, kind, seed, stop, ready):
    """Work until the file ``stop`` exists; ``ready`` is created after the first actions.

    :return: list of (start, seconds, error or empty)
    """
    registry, stop, draw = env.registry, Path(stop), random.Random(seed)
    env.cr.execute("SELECT id FROM res_partner WHERE is_company AND id > 20 ORDER BY id LIMIT 5000")
    partners = [partner for (partner,) in env.cr.fetchall()]
    env.cr.rollback()
    action, found = {"edit": _edit, "post": _post}[kind], []
    for _warm_up in range(5):
        _act(registry, action, draw.choice(partners))
    Path(ready).touch()
    while not stop.exists():
        found.append(_act(registry, action, draw.choice(partners)))
        time.sleep(PAUSE)
    return {"actions": found}


def _act(registry, action, partner):
    """Do one action in a transaction of its own, without the second try that a request would get."""
    start, clock = time.time(), time.perf_counter()
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, ADMINISTRATOR, {"allowed_company_ids": [1]})
            action(env, env["res.partner"].browse(partner))
            env.flush_all()
            cr.commit()
            error = ""
    except errors.OperationalError as problem:
        error = type(problem).__name__
    return start, time.perf_counter() - clock, error


def _edit(env, partner):
    partner.write({"street": f"Street {time.time_ns() % 1000}", "comment": "Called today."})


def _post(env, partner):
    line = {"name": "Goods", "quantity": 1, "price_unit": 100, "tax_ids": [Command.clear()]}
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": fields.Date.today(),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    move.action_post()
