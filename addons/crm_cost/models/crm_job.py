from odoo import api, models
from odoo.tools.misc import formatLang


class CrmJob(models.Model):
    _inherit = "crm.job"

    @api.model
    def _summary_lines(self):
        """Add profit by decile and the peak of the whale curve, for whoever holds the terminal of the server."""
        lines = super()._summary_lines()
        for company in self.env["crm.cost.period"].sudo().search([("state", "!=", "open")]).company_id:
            lines += self._profit_summary(company)
        return lines

    @api.model
    def _profit_summary(self, company):
        whale = self.env["crm.cost.whale"].sudo().create({"company_id": company.id})
        tiles = whale.tile_ids
        label = self.env._("Profit by decile, %(company)s (%(span)s)", company=company.name, span=whale.span)
        if whale.is_loss:
            shares = [formatLang(self.env, tile.profit, currency_obj=whale.currency_id) for tile in tiles]
        else:
            shares = [f"{tile.profit_share:.1%}" for tile in tiles]
        months = self.env["crm.cost.period"].sudo().search([("company_id", "=", company.id), ("shown", "=", True)])
        differences = months.mapped("difference")
        return [
            f"{label}: {', '.join(shares)}",
            whale.headline,
            self.env._(
                "Difference to the ledger over %(count)s months: %(difference)s",
                count=len(differences),
                difference=formatLang(self.env, sum(map(abs, differences)), currency_obj=whale.currency_id),
            ),
        ]
