"""What happens once, after installing and when uninstalling."""

import logging
import re

from odoo.addons.crm_segmentation.hooks import forget_models

_logger = logging.getLogger(__name__)

OWN_MODELS = ("crm.process",)
# Columns that disappear from models of core: a saved filter that names one of them would break the page it is on.
OWN_FIELDS = frozenset(
    {
        "process_phase",
        "previous_cycle_id",
        "next_cycle_ids",
        "next_cycle_date",
        "cycle_number",
        "followup_start",
        "followup_end",
        "followup_outcome",
    }
)


def pre_init_hook(env):
    """Say beforehand what takes time on a big database: checking and indexing new, empty columns."""
    env.cr.execute("SELECT GREATEST(reltuples, 0)::bigint FROM pg_class WHERE oid = 'crm_lead'::regclass")
    _logger.info(
        "Customer Process adds empty columns to about %s leads and builds one partial index on them "
        "(under a second a million). No row is rewritten.",
        env.cr.fetchone()[0],
    )


def post_init_hook(env):
    """Give the stages that exist a phase; no stage is created, renamed or moved."""
    env["crm.stage"]._map_phases()


def uninstall_hook(env):
    """Take away what would break without the addon; stages that hold opportunities stay with the company."""
    forget_models(env, OWN_MODELS)
    _forget_filters(env)
    _forget_exports(env)
    _forget_foreign_names(env)
    env["crm.process"].with_context(active_test=False).search([]).action_retire()


def _forget_filters(env):
    """Delete the saved filters that use a field of ours in their domain, grouping or order, on whatever model."""
    filters = env["ir.filters"].with_context(active_test=False).search([])
    filters.filtered(lambda saved: _names_own_field(saved.domain, saved.context, saved.sort)).unlink()


def _forget_exports(env):
    """Delete the lines of export templates that name a field of ours, and templates left without lines."""
    lines = env["ir.exports.line"].search([])
    lines = lines.filtered(lambda line: _names_own_field(line.name))
    exports = lines.export_id
    lines.unlink()
    exports.filtered(lambda export: not export.export_fields).unlink()


def _forget_foreign_names(env):
    """Delete the external ids under which mail, calendar, ... file what a model with a chatter inherits from them."""
    env["ir.model.data"].search(
        [
            ("module", "!=", "crm_process"),
            ("model", "in", ("ir.model.inherit", "ir.model.fields.selection")),
            ("name", "like", "__crm_process__"),
        ]
    ).unlink()


def _names_own_field(*texts):
    return any(not OWN_FIELDS.isdisjoint(re.findall(r"\w+", text or "")) for text in texts)
