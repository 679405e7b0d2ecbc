from odoo import api, models
from odoo.exceptions import ValidationError


class CrmSegmentScheme(models.Model):
    _inherit = "crm.segment.scheme"

    def _check_card_open(self):
        """The class on the profile is seen by everybody with Customer Insight."""
        for scheme in self.filtered("on_card"):
            if restricted := scheme.sudo().segment_ids._is_restricted():
                raise ValidationError(
                    self.env._(
                        "%(scheme)s gives the class on the profile, which everybody with Customer Insight sees. "
                        "%(segments)s: built on what only some may see.",
                        scheme=scheme.name,
                        segments=restricted._names_shown(),
                    )
                )

    @api.constrains("on_card")
    def _check_on_card(self):
        self._check_card_open()
