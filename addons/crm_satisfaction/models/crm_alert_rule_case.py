from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmAlertRule(models.Model):
    """Rules whose alerts are trouble from the start: each one opens a recovery case."""

    _inherit = "crm.alert.rule"

    opens_case = fields.Boolean(
        string="Open a Recovery Case",
        help="Every alert of this rule opens a recovery case for its customer, or joins the one that is open. Not for "
        "rules that judge what only some may see: cases are seen by everybody who meets customers.",
    )

    @api.constrains("opens_case", "measure_id")
    def _check_opens_case(self):
        for rule in self.filtered("opens_case"):
            if rule.sudo()._measures().group_ids:
                raise ValidationError(
                    self.env._(
                        "%(rule)s judges what only some may see; a case would tell it to everybody.", rule=rule.name
                    )
                )
