"""What happens once, when uninstalling."""

import re

from odoo.tools import SQL

from odoo.addons.crm_segmentation.hooks import forget_models

OWN_MODELS = (
    "crm.satisfaction.program",
    "crm.satisfaction.request",
    "crm.satisfaction.response",
    "crm.satisfaction.report",
)
# Our fields on models that stay.
OWN_FIELDS = {
    "last_score_nps",
    "last_score_date",
    "nps_group",
    "nps_answer_count",
    "customer_last_score",
    "customer_last_score_date",
    "customer_nps_group",
}


def uninstall_hook(env):
    """Leave the company its surveys and answers, take along what only our models understand."""
    keep_answered_surveys(env)
    forget_models(env, OWN_MODELS)
    forget_fields(env)
    forget_foreign_names(env)
    # Invitations that wait in the mail queue lead to a page that is about to disappear.
    env["crm.satisfaction.request"].search([]).mail_id.filtered(lambda mail: mail.state != "sent").unlink()
    empty_tables(env)


def keep_answered_surveys(env):
    """Let go of shipped surveys that hold answers, so that uninstalling does not delete them."""
    data = env["ir.model.data"].search(
        [("module", "=", "crm_satisfaction"), ("model", "in", ("survey.survey", "survey.question"))]
    )
    surveys = env["survey.survey"].browse(data.filtered(lambda row: row.model == "survey.survey").mapped("res_id"))
    kept = surveys.exists().filtered("user_input_ids")
    ids = {"survey.survey": kept.ids, "survey.question": kept.question_and_page_ids.ids}
    data.filtered(lambda row: row.res_id in ids[row.model]).unlink()


def forget_fields(env):
    """Delete saved filters and export columns that name a field of ours on a model that stays."""
    filters = env["ir.filters"].with_context(active_test=False).search([])
    filters.filtered(lambda saved: _names_own_field(saved.domain, saved.context, saved.sort)).unlink()
    env["ir.exports.line"].search([]).filtered(lambda line: _names_own_field(line.name)).unlink()


def forget_foreign_names(env):
    """Delete the external ids under which other addons file what our schedules inherit from the chatter."""
    env["ir.model.data"].search(
        [
            ("module", "!=", "crm_satisfaction"),
            ("model", "in", ("ir.model.inherit", "ir.model.fields.selection")),
            ("name", "like", "\\_\\_crm\\_satisfaction\\_"),
        ]
    ).unlink()


def empty_tables(env):
    """Delete our rows in an order that the foreign keys accept; Odoo would try each record and log what it cannot."""
    env.flush_all()
    for model in ("crm.satisfaction.response", "crm.satisfaction.request", "crm.satisfaction.program"):
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[model]._table)))
    env.invalidate_all(flush=False)


def _names_own_field(*texts):
    return any(not OWN_FIELDS.isdisjoint(re.findall(r"\w+", text or "")) for text in texts)
