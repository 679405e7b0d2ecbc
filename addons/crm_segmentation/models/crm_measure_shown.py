"""Values for some groups only must not come out elsewhere: profiles, classes and costs are seen by more people."""

from odoo import api, models
from odoo.exceptions import ValidationError

from .crm_customer_relationship import RELATIONSHIP_CODES

STANDARD = ("purchase_days", "revenue", "invoices", "credit_notes")


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _restricted(self):
        """Return those whose values are for some groups only; a ratio tells what it is made of."""
        return self.filtered(lambda measure: (measure | measure.numerator_id | measure.denominator_id).sudo().group_ids)

    def _check_open(self):
        """Refuse restricted indicators for figures that others see too."""
        restricted = self._restricted()
        if restricted:
            raise ValidationError(
                self.env._(
                    "The values of %(names)s are only for members of certain groups, but others too see what is "
                    "computed from them here. Choose another indicator, or let everybody see its values.",
                    names=", ".join(restricted.mapped("name")),
                )
            )

    @api.constrains("group_ids", "code", "reviewed", "kind", "numerator_id", "denominator_id")
    def _check_not_shown(self):
        """Refuse to restrict what feeds figures that others see too."""
        ratios = ["|", ("numerator_id", "in", self.ids), ("denominator_id", "in", self.ids)]
        concerned = self | self.with_context(active_test=False).search(ratios)
        restricted = concerned._restricted().sudo()
        if not restricted:
            return
        for place, measures in self._shown():
            if shown := restricted & measures:
                raise ValidationError(
                    self.env._(
                        "%(names)s: others too see what is computed from these values, in %(place)s. Take the "
                        "indicator out there before its values are only for certain groups.",
                        names=", ".join(shown.mapped("name")),
                        place=place,
                    )
                )

    def write(self, vals):
        """Who may see the values may see the segments built on them."""
        result = super().write(vals)
        if {"group_ids", "numerator_id", "denominator_id", "kind"} & vals.keys():
            self.env["crm.segment"].sudo()._restrict()
        return result

    @api.model
    def _shown(self):
        """Return (where, indicators) of all figures that are seen by whoever may not see the values; addons add theirs.

        Profiles stand for the indicators chosen by any company, and for those they always show.
        """
        profile = self.sudo().search([("code", "in", RELATIONSHIP_CODES), ("reviewed", "=", True)])
        profile = profile.union(*map(self.env["crm.customer"]._standard_measure, STANDARD))
        scales_sudo = self.env["crm.rfm.scale"].sudo().search([])
        for name in ("frequency_measure_id", "monetary_measure_id", "activity_measure_ids"):
            profile |= scales_sudo[name]
        schemes_sudo = self.env["crm.segment.scheme"].sudo().with_context(active_test=False).search([])
        return [(self.env._("Customer Profiles"), profile), (self.env._("Segmentations"), schemes_sudo.measure_id)]
