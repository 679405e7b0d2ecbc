"""What happens once when uninstalling."""

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.crm_segmentation.hooks import forget_addon


def uninstall_hook(env):
    """Remove what users saved on our models; journal items and documents were never touched.

    Activities and direct costs go first: they hold on to the indicators we shipped, which would otherwise stay behind.
    """
    activities = env["crm.cost.activity"].with_context(active_test=False, **{MODULE_UNINSTALL_FLAG: True})
    activities.search([]).unlink()
    env["crm.cost.direct"].with_context(active_test=False, **{MODULE_UNINSTALL_FLAG: True}).search([]).unlink()
    announced = env.ref("crm_cost.activity_new_account", raise_if_not_found=False)
    if announced:
        env["mail.activity"].with_context(active_test=False).search([("activity_type_id", "=", announced.id)]).unlink()
    env["crm.cost.pool.service"].with_context(**{MODULE_UNINSTALL_FLAG: True}).search([]).unlink()
    forget_addon(env, "crm_cost")
