"""What happens once, before installing and when uninstalling."""

import logging
import re

from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: Menus of core that we leave to salespersons, because others come into the app through our groups.
SALES_MENUS = ("crm_menu_sales", "crm_menu_forecast", "crm_opportunity_report_menu", "crm_activity_report_menu")


def pre_init_hook(env):
    """Say beforehand what takes time on a big database: one partial index over the customer invoices."""
    env.cr.execute("SELECT GREATEST(reltuples, 0)::bigint FROM pg_class WHERE oid = 'account_move'::regclass")
    _logger.info(
        "Customer Segmentation builds one partial index over about %s accounting entries "
        "(some two seconds a million). No other table of the database is rewritten.",
        env.cr.fetchone()[0],
    )


def uninstall_hook(env):
    """Remove what would break without the addon; what belongs to the company stays."""
    # Others than salespersons came in through our groups; core's own menus ask for no group.
    for name in SALES_MENUS:
        if menu := env.ref(f"crm.{name}", raise_if_not_found=False):
            menu.group_ids -= env.ref("sales_team.group_sale_salesman")
    forget_addon(env, "crm_segmentation")


def forget_addon(env, addon):
    """Delete what users saved about models and fields that disappear with ``addon``, and names others gave them.

    Odoo removes an addon's own records. It leaves saved filters and export templates that name a model or field that is
    gone, files attached to it, and the external ids under which mail, rating, ... file what a chatter inherits.
    """
    models = [name for name, model in env.registry.items() if model._original_module == addon]
    fields = _own_fields(env, addon, models)
    filters = env["ir.filters"].with_context(active_test=False).search([])
    filters.filtered(lambda f: f.model_id in models or _names(fields, f.domain, f.context, f.sort)).unlink()
    env["ir.exports"].search([("resource", "in", models)]).unlink()
    lines = env["ir.exports.line"].search([]).filtered(lambda line: _names(fields, line.name))
    templates = lines.export_id
    lines.unlink()
    templates.filtered(lambda template: not template.export_fields).unlink()
    env["ir.attachment"].search([("res_model", "in", models), ("res_id", "!=", False)]).unlink()
    # Conversations outlive the records they were about.
    env["mail.message"].search([("model", "in", models)]).unlink()
    env["mail.followers"].search([("res_model", "in", models)]).unlink()
    foreign = [
        ("module", "!=", addon),
        ("model", "in", ("ir.model.inherit", "ir.model.fields.selection")),
    ]
    named = Domain.OR(
        Domain("name", "like", "\\_\\_" + name.replace(".", "_").replace("_", "\\_") + "\\_")
        for name in (addon, *models)
    )
    env["ir.model.data"].search(Domain(foreign) & named).unlink()


def _own_fields(env, addon, models):
    """Return the names of the fields that ``addon`` alone added to models of others."""
    data = env["ir.model.data"].search([("model", "=", "ir.model.fields"), ("module", "=", addon)])
    fields = env["ir.model.fields"].browse(data.mapped("res_id")).exists()
    return {field.name for field in fields if field.model not in models and field.modules == addon}


def _names(fields, *texts):
    return any(not fields.isdisjoint(re.findall(r"\w+", text or "")) for text in texts)
