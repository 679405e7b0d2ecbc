"""Fill what is new beside the cost lines: the sums of each customer and month, and the relation that makes a group."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for period in env["crm.cost.period"].search([("state", "!=", "open")]):
        env["crm.cost.customer"]._sync(period)
    parent = env.ref("crm_segmentation.relation_type_group", raise_if_not_found=False)
    if parent:
        parent.is_cost_group = True
