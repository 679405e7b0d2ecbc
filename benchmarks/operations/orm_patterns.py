"""The three ways to do it with the ORM, on a sample of customers, beside set-based SQL; all per customer."""

import time

from harness.figures import Figures
from harness.middle import median

#: Customers in a sample of the loop, and of the two grouped ways; three samples each after a first one to warm up.
LOOP, GROUPED, SAMPLES = 300, 2000, 3
DOMAIN = [("state", "=", "posted"), ("move_type", "in", ["out_invoice", "out_refund"])]
AGGREGATES = ["amount_untaxed_signed:sum", "__count", "invoice_date:min", "invoice_date:max"]


def run(env, set_based):
    """Measure the patterns.

    :param set_based: {what the full pass found to do: seconds per pair of customer and company}
    """
    env = env(context={**env.context, "tracking_disable": True})
    company = env.ref("base.main_company")
    figures = Figures()
    for words, seconds in set_based.items():
        note = "full pass of one indicator, per pair of customer and company"
        figures.add(f"set-based SQL, {words}", seconds * 1e6, "µs per customer", note=note)
    for pattern_words, pattern, number, at_least in (
        ("search and write in a loop", _loop, LOOP, 100),
        ("_read_group and write on res.partner", _read_group_partner, GROUPED, 15),
        ("_read_group and write on a narrow model", _read_group_narrow, GROUPED, 5),
    ):
        orm, customers = _sampled(env, company, pattern, number)
        for words, seconds in set_based.items():
            figures.add(
                f"ORM: {pattern_words}",
                orm * 1e6,
                "µs per customer",
                against=f"set-based SQL, {words}",
                reference=seconds * 1e6,
                at_least=at_least,
                note=f"median of {SAMPLES} samples of {customers:,} customers of one company",
            )
    return figures


def _sampled(env, company, pattern, number):
    """Return the median seconds per customer, and the customers in a sample; nothing stays written."""
    env.cr.execute(
        "SELECT DISTINCT partner_id FROM crm_measure_value WHERE company_id = %s AND documents > 0", [company.id]
    )
    everyone = sorted(partner for (partner,) in env.cr.fetchall())
    number = min(number, len(everyone) // (SAMPLES + 1))
    times = []
    for sample in range(SAMPLES + 1):
        # Every few customers one, so that large and small ones are in each sample.
        chosen = everyone[sample :: len(everyone) // number][:number]
        env.invalidate_all()
        start = time.perf_counter()
        pattern(env, env["res.partner"].browse(chosen), company)
        env.flush_all()
        times.append((time.perf_counter() - start) / len(chosen))
        env.cr.rollback()
    return median(times[1:]), number


def _loop(env, partners, company):
    """One search and one write per customer. No plain contact has columns for the figures: others stand in."""
    for partner in partners:
        domain = [*DOMAIN, ("commercial_partner_id", "=", partner.id), ("company_id", "=", company.id)]
        moves = env["account.move"].search(domain)
        dates = moves.mapped("invoice_date")
        partner.write(
            {
                "color": len(moves),
                "function": f"{sum(moves.mapped('amount_untaxed_signed'))} {min(dates)}",
                "city": str(max(dates)),
            }
        )
        env.flush_all()


def _groups(env, partners, company):
    domain = [*DOMAIN, ("commercial_partner_id", "in", partners.ids), ("company_id", "=", company.id)]
    return env["account.move"]._read_group(domain, ["commercial_partner_id"], AGGREGATES)


def _read_group_partner(env, partners, company):
    for partner, total, count, first, last in _groups(env, partners, company):
        partner.write({"color": count, "function": f"{total} {first}", "city": str(last)})


def _read_group_narrow(env, partners, company):
    """Write on the rows of values themselves."""
    measure = env.ref("crm_segmentation.measure_revenue")
    rows = env["crm.measure.value"].search(
        [("measure_id", "=", measure.id), ("company_id", "=", company.id), ("partner_id", "in", partners.ids)]
    )
    by_partner = {row.partner_id: row for row in rows}
    for partner, total, count, first, last in _groups(env, partners, company):
        # One more than it is, so that there is something to write.
        by_partner[partner].write(
            {"quantity": total + 1, "documents": count + 1, "first_date": first, "last_date": last}
        )
