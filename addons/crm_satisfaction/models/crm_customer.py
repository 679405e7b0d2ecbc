from odoo import api, fields, models


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    # Plain columns: empty until a customer answers, written only by the job below.
    last_score_nps = fields.Integer(
        string="Last Score",
        readonly=True,
        aggregator="avg",
        help="Last answer from 0 to 10 to the question how likely the customer is to recommend us.",
    )
    last_score_date = fields.Datetime(string="Last Score on", readonly=True)
    nps_group = fields.Selection(
        [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")],
        string="Recommendation",
        readonly=True,
        help="By the last score: promoters answered 9 or 10, passives 7 or 8, detractors 0 to 6.",
    )
    nps_answer_count = fields.Integer(
        string="Scores in 12 Months", readonly=True, help="Recommendation scores given within the last 12 months."
    )

    _nps_group_idx = models.Index("(company_id, nps_group) WHERE nps_group IS NOT NULL")

    def action_open_responses(self):
        """Open every answer of these customers, in the companies of their profiles."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_response_action")
        return dict(
            action,
            domain=[("customer_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)],
            context={},
        )

    def action_invite(self):
        """Open the choice of a schedule for these customers."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_invite_action")
        return dict(action, context={"default_partner_ids": self.partner_id.ids})

    @api.model
    def _trigger_satisfaction(self):
        """Have the profiles refreshed within a minute, outside the request of whoever just answered."""
        self.env.ref("crm_satisfaction.ir_cron_satisfaction_answers").sudo()._trigger()

    @api.model
    def _cron_satisfaction_answers(self):
        """Count new answers, without starting the rest of the nightly chain."""
        self.env["crm.job"]._set_batch_settings()
        processed, remaining = self._count_answers()
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)
