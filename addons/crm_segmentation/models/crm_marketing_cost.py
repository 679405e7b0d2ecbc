from odoo import fields, models
from odoo.tools import SQL


class CrmMarketingCost(models.Model):
    """Each customer's equal share of what a campaign cost, on the day the customer first came through it.

    Customers came through a campaign with a lead, a quotation, or a registration for an event (when events are used).
    """

    _name = "crm.marketing.cost"
    _inherit = "crm.cell.mixin"
    _description = "Marketing Cost"
    _auto = False
    _order = "first_date desc, id desc"
    _rec_name = "campaign_id"
    _depends = {
        "utm.campaign": ["company_id", "crm_cost"],
        "crm.lead": ["campaign_id", "create_date", "partner_id"],
        "sale.order": ["campaign_id", "create_date", "partner_id"],
        "res.partner": ["commercial_partner_id"],
    }

    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    first_date = fields.Date(readonly=True, help="Day on which the customer first came through the campaign.")
    amount = fields.Monetary(
        string="Share of the Cost",
        currency_field="company_currency_id",
        readonly=True,
        help="Cost of the campaign divided by the number of customers who came through it.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT campaign.id::bigint * 4294967296 + customer.id AS id, campaign.id AS campaign_id,
                   customer.id AS commercial_partner_id, campaign.company_id,
                   company.currency_id AS company_currency_id, MIN(came.moment)::date AS first_date,
                   campaign.crm_cost / COUNT(*) OVER (PARTITION BY campaign.id) AS amount
              FROM (%s) came
              JOIN utm_campaign campaign ON campaign.id = came.campaign_id AND campaign.crm_cost <> 0
              JOIN res_company company ON company.id = campaign.company_id
              JOIN res_partner contact ON contact.id = came.partner_id
              JOIN res_partner customer ON customer.id = contact.commercial_partner_id
             GROUP BY campaign.id, customer.id, company.id
            """,
            self._arrivals_sql(),
        )

    def _arrivals_sql(self):
        """Return a SELECT of (campaign_id, partner_id, moment): everybody who came through a campaign."""
        sources = [("crm.lead", "campaign_id"), ("sale.order", "campaign_id")]
        if "event.registration" in self.env.registry:
            sources.append(("event.registration", "utm_campaign_id"))
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS campaign_id, partner_id, create_date AS moment FROM %s",
                SQL.identifier(path, to_flush=self.env[name]._fields[path]),
                SQL.identifier(self.env[name]._table, to_flush=self.env[name]._fields["partner_id"]),
            )
            for name, path in sources
        )

    def get_formview_action(self, access_uid=None):
        """Open the campaign; its own rights decide who sees it."""
        self.ensure_one()
        return self.campaign_id.get_formview_action(access_uid=access_uid)

    def action_open_document(self):
        """Open the campaign that cost this."""
        return self.get_formview_action()
