"""Full first passes for at least some seconds, while others work; and how often a batch lost against them."""

import logging
import time

from harness import engine


class Lost(logging.Handler):
    """Counts the batches that were tried again."""

    def __init__(self):
        super().__init__()
        self.times = 0

    def emit(self, record):
        self.times += "lost against" in record.getMessage()


def run(env, seconds):
    lost, logger = Lost(), logging.getLogger("odoo.addons.crm_segmentation.models.crm_job")
    logger.addHandler(lost)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    spans, begin = [], time.time()
    while not spans or time.time() - begin < seconds:
        # Not within a span: nobody empties a table that is in use.
        engine.forget(env)
        start = time.time()
        for code in engine.steps(env):
            engine.step(env, code)
        spans.append((start, time.time()))
    return {"spans": spans, "lost": lost.times}
