"""The few entries of the product that are measured, in one place."""

from datetime import timedelta

from lib import postgres

#: What the chain computes.
TABLES = ("crm_measure_value", "crm_customer", "crm_segment_member")
#: What the assignment to segments remembers.
MEMORY = ("crm_segment_mask", "crm_segment_pending", "crm_segment_layout", "crm_segment_filled_rel")
#: Days after which a full pass is due again.
LONG_AGO = timedelta(days=8)


def indicator(env, name):
    """Return one of the standard indicators."""
    return env.ref(f"crm_segmentation.measure_{name}")


def full(env, measure):
    """Compute one indicator for all customers of all companies, part by part as the job does."""
    job, left = env["crm.job"].search([("code", "=", "measures")]), 1
    while left:
        job._set_batch_settings()
        _written, left = measure._refresh_part(job)
        env.flush_all()
        env.cr.commit()


def step(env, code):
    """Run one step of the nightly chain to its end."""
    job = env["crm.job"].search([("code", "=", code)])
    job._run()
    if job.state != "done":
        raise RuntimeError(f"{job.name}: {job.state}, {job.last_error}")
    if errors := env["crm.measure"].search([]).filtered("last_error").mapped("last_error"):
        raise RuntimeError("; ".join(errors))
    return job


def steps(env):
    """Return the codes of the steps in their order."""
    return env["crm.job"].search([]).mapped("code")


def let_week_pass(env):
    """Have the next run compute every customer and compare, as it does once a week."""
    for measure in env["crm.measure"].search([("full_pass_at", "!=", False)]):
        measure.full_pass_at -= LONG_AGO
    env["crm.rfm.scale"]._compute_everybody()
    env.cr.commit()


def queue(env, partner_ids):
    """Note that documents of these customers changed."""
    env["crm.queue"]._add("documents", partner_ids)


def forget(env):
    """Empty the tables of figures, as they are right after installing; changes noted meanwhile stay noted."""
    # What hangs on the figures goes with them: actions of stays, alerts.
    env.cr.execute(f"TRUNCATE {', '.join(TABLES + MEMORY)} CASCADE")
    env["crm.measure"].search([]).write(
        {"full_pass_at": False, "full_pass_seconds": 0, "rebuild": False, "part_done": 0, "part_bounds": False}
    )
    env["crm.rfm.scale"].search([]).unlink()
    env.invalidate_all()
    env.cr.commit()


def vacuum(env):
    """Tidy up the tables of figures, as the server does by itself in the hours between two nights."""
    env.cr.commit()
    with postgres.cursor(env.cr.dbname) as cr:
        for table in TABLES:
            cr.execute(f"VACUUM ANALYZE {table}")
