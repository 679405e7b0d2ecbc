"""The whole chain once, from wherever it was left, as the scheduler would go on after a crash."""

from harness import engine


def run(env, forget=False, again=False):
    """Run what is not done.

    :param forget: empty the tables first and begin with the first step
    :param again: begin with the first step
    """
    if forget:
        engine.forget(env)
    if forget or again:
        env["crm.job"].search([]).write({"state": "idle"})
        env.cr.commit()
    print("@@ begins", flush=True)
    for job in env["crm.job"].search([("state", "!=", "done")]):
        engine.step(env, job.code)
    return {}
