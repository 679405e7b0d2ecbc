"""What happens once, when uninstalling."""

from odoo.addons.crm_segmentation.hooks import forget_models

OWN_MODELS = (
    "crm.satisfaction.program",
    "crm.satisfaction.request",
    "crm.satisfaction.response",
    "crm.satisfaction.report",
)


def uninstall_hook(env):
    """Leave the company its surveys and answers, take along what only our models understand."""
    keep_answered_surveys(env)
    forget_models(env, OWN_MODELS)
    # Invitations that wait in the mail queue lead to a page that is about to disappear.
    env["crm.satisfaction.request"].search([("state", "=", "to_send")]).mail_id.unlink()


def keep_answered_surveys(env):
    """Let go of shipped surveys that hold answers or were changed, so that uninstalling does not delete them."""
    data = env["ir.model.data"].search(
        [("module", "=", "crm_satisfaction"), ("model", "in", ("survey.survey", "survey.question"))]
    )
    surveys = env["survey.survey"].browse(data.filtered(lambda row: row.model == "survey.survey").mapped("res_id"))
    kept = surveys.exists().filtered("user_input_ids")
    ids = {"survey.survey": kept.ids, "survey.question": kept.question_and_page_ids.ids}
    data.filtered(lambda row: row.res_id in ids[row.model]).unlink()
