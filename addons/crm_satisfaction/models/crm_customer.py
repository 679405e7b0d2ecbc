from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_satisfaction_program import WINDOW_DAYS

#: Invitations ended in one batch of the job.
OVERDUE_BATCH = 5000


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

    def _job_satisfaction(self, job):
        """End overdue invitations in batches, then bring the scores on the profiles up to date.

        :return: (rows written, batches left)
        """
        ended = self.env["crm.satisfaction.request"]._end_overdue(OVERDUE_BATCH)
        if ended == OVERDUE_BATCH:
            return ended, 1
        return ended + self._refresh_satisfaction(), 0

    @api.model
    def _trigger_satisfaction(self):
        """Have the profiles refreshed within a minute, outside the request of whoever just answered."""
        self.env.ref("crm_satisfaction.ir_cron_satisfaction_answers").sudo()._trigger()

    @api.model
    def _cron_satisfaction_answers(self):
        """Refresh the scores after an answer, without starting the rest of the nightly chain."""
        job = self.env.ref("crm_satisfaction.job_satisfaction")
        processed, remaining = job._run_batch()
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @api.model
    def _refresh_satisfaction(self):
        """Write last score and number of answers where they differ; return the number of profiles written.

        Customers without a profile do not get one here: the job before this one decides who has a profile.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_customer card
                   SET last_score_nps = fresh.score, last_score_date = fresh.answered_at,
                       nps_group = fresh.score_group, nps_answer_count = fresh.answers
                  FROM (%s) fresh
                 WHERE fresh.id = card.id
                   AND (card.last_score_nps, card.last_score_date, card.nps_group, card.nps_answer_count)
                       IS DISTINCT FROM (fresh.score, fresh.answered_at, fresh.score_group, fresh.answers)
                """,
                self._last_scores_sql(),
            )
        )
        written = self.env.cr.rowcount
        self.invalidate_model()
        return written

    def _last_scores_sql(self):
        """Return a SELECT of every profile with its last score; empty where the customer never answered."""
        return SQL(
            """
            SELECT own.id, last.score, last.answered_at, last.score_group, last.answers
              FROM crm_customer own
         LEFT JOIN (SELECT DISTINCT ON (customer_id, company_id)
                           customer_id, company_id, score, answered_at, score_group,
                           NULLIF(COUNT(*) FILTER (WHERE answered_at >= %(since)s)
                                  OVER (PARTITION BY customer_id, company_id), 0) AS answers
                      FROM crm_satisfaction_response
                     WHERE metric = 'nps' AND customer_id IS NOT NULL
                     ORDER BY customer_id, company_id, answered_at DESC, id DESC) last
                ON last.customer_id = own.partner_id AND last.company_id = own.company_id
            """,
            since=fields.Datetime.now() - timedelta(days=WINDOW_DAYS),
        )
