"""What happens once, after installing and when uninstalling."""

import logging

from odoo.addons.crm_segmentation.hooks import forget_addon

_logger = logging.getLogger(__name__)


def pre_init_hook(env):
    """Say beforehand what takes time on a big database: checking and indexing new, empty columns."""
    env.cr.execute("SELECT GREATEST(reltuples, 0)::bigint FROM pg_class WHERE oid = 'crm_lead'::regclass")
    _logger.info(
        "Customer Process adds empty columns to about %s leads and builds partial indexes on them "
        "(under a second a million). No row is rewritten.",
        env.cr.fetchone()[0],
    )


def post_init_hook(env):
    """Give the stages that exist a phase and the opportunities a history; nothing is created, renamed or moved."""
    env["crm.stage"]._map_phases()
    env["crm.stage.log"]._backfill()


def uninstall_hook(env):
    """Take away what would break without the addon; stages that hold opportunities stay with the company."""
    forget_addon(env, "crm_process")
    env["crm.process"].with_context(active_test=False).search([]).action_retire()
    # Both tables go: otherwise Odoo would try, and log that it cannot, to delete reasons that are in use.
    env.cr.execute("DELETE FROM crm_lead_obstacle")
