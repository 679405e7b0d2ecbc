from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Give the invitation its new text, with the link to stop surveys, where nobody has changed it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref("crm_satisfaction.mail_template_invitation", raise_if_not_found=False)
    if template and template.write_date == template.create_date:
        convert_file(env, "crm_satisfaction", "data/mail_template_data.xml", {}, mode="init")
