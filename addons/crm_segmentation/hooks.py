"""What happens once, before installing and when uninstalling."""

import logging

_logger = logging.getLogger(__name__)

# Models that disappear with the addon: a saved filter or an export template on one of them would stay behind and break.
OWN_MODELS = (
    "crm.measure",
    "crm.measure.value",
    "crm.customer",
    "crm.purchase",
    "crm.rfm.scale",
    "crm.segment.scheme",
    "crm.segment",
    "crm.segment.member",
    "crm.job",
)


def pre_init_hook(env):
    """Say beforehand what takes time on a big database: one partial index over the customer invoices."""
    env.cr.execute("SELECT GREATEST(reltuples, 0)::bigint FROM pg_class WHERE oid = 'account_move'::regclass")
    _logger.info(
        "Customer Segmentation builds one partial index over about %s accounting entries "
        "(some two seconds a million). No other table of the database is rewritten.",
        env.cr.fetchone()[0],
    )


def uninstall_hook(env):
    """Remove what users saved on our models; what belongs to the company stays."""
    forget_models(env, OWN_MODELS)


def forget_models(env, model_names):
    """Delete saved filters, export templates and attachments that point to models about to disappear.

    :param model_names: technical names of the models the uninstalled addon owns
    """
    names = list(model_names)
    env["ir.filters"].with_context(active_test=False).search([("model_id", "in", names)]).unlink()
    env["ir.exports"].search([("resource", "in", names)]).unlink()
    env["ir.attachment"].search([("res_model", "in", names), ("res_id", "!=", False)]).unlink()
