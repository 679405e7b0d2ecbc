"""The few entries of the product that are measured, in one place."""


def settings(env):
    """Tune PostgreSQL for the transaction as the jobs do."""
    env["crm.job"]._set_batch_settings()


def indicator(env, name):
    """Return one of the standard indicators."""
    return env.ref(f"crm_segmentation.measure_{name}")


def full(env, measure):
    """Recompute one indicator for all customers of all companies."""
    settings(env)
    measure._refresh()
    env.flush_all()


def step(env, code):
    """Run one step of the nightly chain to its end."""
    job = env["crm.job"].search([("code", "=", code)])
    job._run()
    if job.state != "done":
        raise RuntimeError(f"{job.name}: {job.state}, {job.last_error}")
    return job


def steps(env):
    """Return the codes of the steps in their order."""
    return env["crm.job"].search([]).mapped("code")


def ask_full(env):
    """Have the next run of the chain recompute every customer, as the weekly pass does."""
    if hasattr(env["crm.measure"], "_ask_full_pass"):
        env["crm.measure"]._ask_full_pass()


def queue(env, partner_ids):
    """Say that documents of these customers changed; return False while there is no queue yet."""
    if "crm.queue" not in env:
        return False
    env["crm.queue"]._add("documents", partner_ids)
    return True


def forget(env):
    """Empty the tables of figures, as they are right after installing."""
    env.cr.execute("TRUNCATE crm_measure_value, crm_customer, crm_segment_member")
    env.invalidate_all()
