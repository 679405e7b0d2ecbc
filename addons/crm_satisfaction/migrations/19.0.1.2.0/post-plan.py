"""Give the reasons recorded so far the code by which they are counted from now on."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

#: As they were written before, where the words have changed since.
FORMER = {"Same e-mail address as another contact on this list": "same_address"}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    codes = dict(FORMER)
    for lang, _name in env["res.lang"].get_installed():
        for program in env["crm.satisfaction.program"].with_context(lang=lang, active_test=False).search([]):
            codes.update((text, code) for code, text in program._reason_texts().items())
    for text, code in codes.items():
        cr.execute(
            SQL(
                "UPDATE crm_satisfaction_request SET reason_code = %s WHERE reason = %s AND reason_code IS NULL",
                code,
                text,
            )
        )
