from odoo import fields, models

from odoo.addons.crm_segmentation.models.res_partner import READ_GROUP, _search_card

from .crm_customer_satisfaction import TRENDS


class ResPartner(models.Model):
    """The last recommendation score, on the contact: read from the profile of the current company, like the others."""

    _inherit = "res.partner"

    customer_last_score = fields.Integer(
        string="Last Score",
        compute="_compute_customer_card",
        search=_search_card("customer_last_score"),
        groups=READ_GROUP,
        aggregator=None,
        help="Last answer from 0 to 10 to the question how likely the customer is to recommend us.",
    )
    customer_last_score_date = fields.Datetime(
        string="Last Score on",
        compute="_compute_customer_card",
        search=_search_card("customer_last_score_date"),
        groups=READ_GROUP,
    )
    customer_nps_group = fields.Selection(
        [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")],
        string="Recommendation",
        compute="_compute_customer_card",
        search=_search_card("customer_nps_group"),
        groups=READ_GROUP,
        help="By the last score: promoters answered 9 or 10, passives 7 or 8, detractors 0 to 6.",
    )

    customer_satisfaction_average = fields.Float(
        string="Satisfaction (0-100)",
        compute="_compute_customer_card",
        search=_search_card("customer_satisfaction_average"),
        groups=READ_GROUP,
        digits=(5, 2),
        aggregator=None,
        help="Mean of the answers of the last 12 months to any survey, each from 0 (worst) to 100 (best).",
    )
    customer_satisfaction_trend = fields.Selection(
        TRENDS,
        string="Satisfaction Trend",
        compute="_compute_customer_card",
        search=_search_card("customer_satisfaction_trend"),
        groups=READ_GROUP,
        help="Against the 12 months before, when the difference is larger than chance explains.",
    )
    customer_satisfaction_cumulative = fields.Float(
        string="Cumulative Score (0-100)",
        compute="_compute_customer_card",
        search=_search_card("customer_satisfaction_cumulative"),
        groups=READ_GROUP,
        digits=(5, 2),
        aggregator=None,
        help="All answers there ever were, the older the less weight.",
    )
    customer_satisfaction_date = fields.Datetime(
        string="Last Answer on",
        compute="_compute_customer_card",
        search=_search_card("customer_satisfaction_date"),
        groups=READ_GROUP,
    )
    customer_satisfaction_comment = fields.Text(
        string="Last Comment",
        compute="_compute_customer_card",
        search=_search_card("customer_satisfaction_comment"),
        groups=READ_GROUP,
        help="Last words a customer wrote with an answer.",
    )

    def _customer_card_columns(self):
        return {
            **super()._customer_card_columns(),
            "customer_last_score": "last_score_nps",
            "customer_last_score_date": "last_score_date",
            "customer_nps_group": "nps_group",
            "customer_satisfaction_average": "satisfaction_average",
            "customer_satisfaction_trend": "satisfaction_trend",
            "customer_satisfaction_cumulative": "satisfaction_cumulative",
            "customer_satisfaction_date": "satisfaction_last_date",
            "customer_satisfaction_comment": "satisfaction_comment",
        }

    def unlink(self):
        """End the open invitations of deleted contacts; their scores stay, without the person."""
        self.env["crm.satisfaction.request"]._end_for(self, self.env._("The contact was deleted"))
        return super().unlink()

    def action_open_responses(self):
        """Open every answer of the customer this contact belongs to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_response_action")
        return dict(action, domain=[("customer_id", "=", self.commercial_partner_id.id)], context={})
