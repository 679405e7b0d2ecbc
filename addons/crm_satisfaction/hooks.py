"""What happens once, when uninstalling."""

from odoo.tools import SQL

from odoo.addons.crm_segmentation.hooks import forget_addon

from .models.crm_satisfaction_place import SALT


def uninstall_hook(env):
    """Leave the company its surveys and answers, take along what only our models understand."""
    keep_answered_surveys(env)
    forget_addon(env, "crm_satisfaction")
    # Invitations that wait in the mail queue lead to a page that is about to disappear.
    env["crm.satisfaction.request"].search([]).mail_id.filtered(lambda mail: mail.state != "sent").unlink()
    env["ir.config_parameter"].set_param(SALT, False)
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


def empty_tables(env):
    """Delete our rows in an order that the foreign keys accept; Odoo would try each record and log what it cannot."""
    env.flush_all()
    env.cr.execute("UPDATE crm_satisfaction_response SET corrects_id = NULL, reason = NULL, replaced_by_id = NULL")
    for model in (
        "crm.satisfaction.place",
        "crm.satisfaction.follow.up",
        "crm.satisfaction.promise",
        "crm.satisfaction.case",
        "crm.satisfaction.response.part",
        "crm.satisfaction.response",
        "crm.satisfaction.request",
        "crm.satisfaction.program",
    ):
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[model]._table)))
    env.invalidate_all(flush=False)
