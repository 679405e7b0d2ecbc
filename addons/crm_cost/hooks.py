"""What happens once when uninstalling."""

from odoo.addons.crm_segmentation.hooks import forget_models

OWN_MODELS = (
    "crm.cost.pool",
    "crm.cost.activity",
    "crm.cost.account.role",
    "crm.cost.period",
    "crm.cost.line",
    "crm.cost.pool.result",
    "crm.cost.reconciliation",
    "crm.cost.customer.report",
    "crm.cost.access.log",
)


def uninstall_hook(env):
    """Remove what users saved on our models; journal items and documents were never touched."""
    forget_models(env, OWN_MODELS)
