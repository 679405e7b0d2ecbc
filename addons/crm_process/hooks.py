"""What happens once, after installing and when uninstalling."""

from odoo.addons.crm_segmentation.hooks import forget_models

OWN_MODELS = ("crm.process",)
# Columns that disappear from models of core: a saved filter that names one of them would break the page it is on.
OWN_FIELDS = (
    "process_phase",
    "process_id",
    "process_ids",
    "cycle_number",
    "cycle_count",
    "previous_cycle_id",
    "next_cycle_ids",
    "next_cycle_date",
    "followup_start",
    "followup_end",
    "followup_outcome",
    "can_start_followup",
    "can_close_followup",
)


def post_init_hook(env):
    """Give the stages that exist a phase; no stage is created, renamed or moved."""
    env["crm.stage"]._map_phases()


def uninstall_hook(env):
    """Take away what would break without the addon; stages that hold opportunities stay with the company."""
    forget_models(env, OWN_MODELS)
    _forget_filters(env)
    _forget_exports(env)
    env["crm.process"].with_context(active_test=False).search([]).action_retire()


def _forget_filters(env):
    """Delete the saved filters that use a field of ours in their domain, grouping or order."""
    filters = env["ir.filters"].with_context(active_test=False)
    filters = filters.search([("model_id", "in", ["crm.lead", "crm.stage", "crm.team", "res.partner"])])
    filters.filtered(
        lambda saved: any(
            _names_own_field(text) for text in (saved.domain or "", saved.context or "", saved.sort or "")
        )
    ).unlink()


def _forget_exports(env):
    """Delete the lines of export templates that name a field of ours, and templates left without lines."""
    lines = env["ir.exports.line"].search([("export_id.resource", "in", ["crm.lead", "crm.stage", "res.partner"])])
    lines = lines.filtered(lambda line: OWN_FIELDS_SET.intersection((line.name or "").split("/")))
    exports = lines.export_id
    lines.unlink()
    exports.filtered(lambda export: not export.export_fields).unlink()


OWN_FIELDS_SET = frozenset(OWN_FIELDS)


def _names_own_field(text):
    words = text.replace('"', " ").replace("'", " ").replace(".", " ").replace(":", " ").replace(",", " ").split()
    return not OWN_FIELDS_SET.isdisjoint(words)
