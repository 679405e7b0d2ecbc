"""What happens once when uninstalling."""

from odoo.addons.crm_segmentation.hooks import forget_addon


def uninstall_hook(env):
    """Remove what users saved on our models; journal items and documents were never touched."""
    forget_addon(env, "crm_cost")
