"""Leave corrected answers out of indicators, and count the months of the answers there are for the first time."""

from odoo import SUPERUSER_ID, api

DOMAINS = {
    "measure_satisfaction_answers": ("[]", '[("counted", "=", True)]'),
    "measure_satisfaction_score": ('[("metric", "=", "nps")]', '[("counted", "=", True), ("metric", "=", "nps")]'),
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (old, new) in DOMAINS.items():
        measure = env.ref(f"crm_satisfaction.{name}", raise_if_not_found=False)
        # What somebody changed stays as it is.
        if measure and measure.domain == old:
            reviewed = measure.reviewed
            measure.domain = new
            measure.reviewed = reviewed
    env["crm.satisfaction.month"]._refresh(None)
    env["crm.customer"]._refresh_satisfaction()
