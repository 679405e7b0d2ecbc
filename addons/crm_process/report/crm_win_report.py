from odoo import fields, models
from odoo.tools import SQL

from ..tools.interval import difference_sql

#: Hours within which the first answer may come.
REPLY_HOURS = (4, 24, 72)


class CrmWinReport(models.Model):
    """What was done for won and for lost opportunities: a row for each opportunity and thing that can be done.

    It shows what goes together, not what causes what: a meeting may win the deal, or be held because it is nearly won.
    """

    _name = "crm.win.report"
    _description = "Won against Lost"
    _inherit = "crm.history.report"
    _auto = False
    _order = "feature, lead_id desc"
    _rec_name = "feature"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    feature = fields.Char(string="What Was Done", readonly=True)
    kind = fields.Selection(
        [("reply", "Reply"), ("activity", "Activity"), ("meeting", "Meeting"), ("quotation", "Quotation")],
        readonly=True,
    )
    done = fields.Boolean(readonly=True)
    won_status = fields.Selection([("won", "Won"), ("lost", "Lost")], string="Won/Lost", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    date_closed = fields.Datetime(string="Closed", readonly=True)
    won = fields.Integer(
        string="Won (n)", readonly=True, aggregator="count_distinct", help="Number of won opportunities looked at."
    )
    lost = fields.Integer(
        string="Lost (n)", readonly=True, aggregator="count_distinct", help="Number of lost opportunities looked at."
    )
    won_rate = fields.Float(
        string="Done among Won %",
        readonly=True,
        aggregator="avg",
        help="Share of the won opportunities it was done for.",
    )
    lost_rate = fields.Float(
        string="Done among Lost %",
        readonly=True,
        aggregator="avg",
        help="Share of the lost opportunities it was done for.",
    )
    difference = fields.Float(
        string="Difference, Points",
        readonly=True,
        aggregator="avg",
        help="Share among won less share among lost. With few opportunities on one side it says little.",
    )
    difference_low = fields.Float(
        string="Difference at Least",
        readonly=True,
        aggregator="avg",
        help="Lower edge of what the difference may really be, with a certainty of 95 %. Above 0 it is no chance. "
        "Empty: too few, fewer than 10 won or 10 lost.",
    )
    difference_high = fields.Float(
        string="Difference at Most",
        readonly=True,
        aggregator="avg",
        help="Upper edge of what the difference may really be, with a certainty of 95 %. Empty: too few, fewer than 10 "
        "won or 10 lost.",
    )
    # Of 0 and 1, for the shares
    is_won = fields.Integer(readonly=True, aggregator=None)
    is_lost = fields.Integer(readonly=True, aggregator=None)
    won_done = fields.Integer(readonly=True, aggregator=None)
    lost_done = fields.Integer(readonly=True, aggregator=None)

    _percentages = {"won_rate": ("won_done", "is_won"), "lost_rate": ("lost_done", "is_lost")}
    _depends = {
        "crm.lead": ["won_status", "type", "user_id", "team_id", "company_id", "source_id", "date_closed"],
        "mail.message": ["model", "res_id", "mail_activity_type_id", "message_type", "author_id", "date"],
        "calendar.event": ["opportunity_id", "active"],
        "sale.order": ["opportunity_id", "state"],
    }

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec in ("difference_low:avg", "difference_high:avg"):
            sums = [self._sum_sql(name, query) for name in ("won_done", "is_won", "lost_done", "is_lost")]
            return SQL("100 * %s", difference_sql(*sums, upper=aggregate_spec == "difference_high:avg"))
        if aggregate_spec != "difference:avg":
            return super()._read_group_select(aggregate_spec, query)
        rates = [self._ratio_sql(*self._percentages[name], query) for name in ("won_rate", "lost_rate")]
        return SQL("100 * (%s - %s)", *rates)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT lead.id::bigint * 10000000 + feature.id AS id, lead.id AS lead_id, feature.name AS feature,
                   feature.kind, lead.won_status, lead.user_id, lead.team_id, lead.company_id, lead.source_id,
                   lead.lost_reason_id, lead.date_closed, %(done)s AS done,
                   CASE WHEN lead.won_status = 'won' THEN lead.id END AS won,
                   CASE WHEN lead.won_status = 'lost' THEN lead.id END AS lost,
                   (lead.won_status = 'won')::int AS is_won, (lead.won_status = 'lost')::int AS is_lost,
                   (%(done)s AND lead.won_status = 'won')::int AS won_done,
                   (%(done)s AND lead.won_status = 'lost')::int AS lost_done,
                   NULL::float AS won_rate, NULL::float AS lost_rate, NULL::float AS difference,
                   NULL::float AS difference_low, NULL::float AS difference_high
              FROM crm_lead lead JOIN (%(features)s) feature ON %(asked)s
         LEFT JOIN (%(facts)s) fact ON fact.lead_id = lead.id AND fact.feature_id = feature.id
             WHERE lead.type = 'opportunity' AND lead.won_status IN ('won', 'lost')
            """,
            done=SQL("fact.lead_id IS NOT NULL"),
            features=self._features_sql(),
            asked=self._asked_sql(),
            facts=self._facts_sql(),
        )

    def _asked_sql(self):
        """Return SQL of whether ``feature`` is looked at for ``lead``."""
        return SQL("TRUE")

    def _features_sql(self):
        """Return a SELECT of what can be done: replies from 1, meeting 11, quotation 12, activities from 100."""
        replies = [
            SQL(
                "SELECT %s AS id, 'reply' AS kind, %s AS name",
                place,
                self.env._("Answered within %(n)s hours", n=hours),
            )
            for place, hours in enumerate(REPLY_HOURS, 1)
        ]
        return SQL(
            """%s UNION ALL SELECT 11, 'meeting', %s UNION ALL SELECT 12, 'quotation', %s
               UNION ALL SELECT 100 + id, 'activity', COALESCE(name ->> %s, name ->> 'en_US')
                           FROM mail_activity_type kind
                          WHERE EXISTS (SELECT FROM mail_message
                                         WHERE model = 'crm.lead' AND mail_activity_type_id = kind.id)""",
            SQL(" UNION ALL ").join(replies),
            self.env._("Meeting held"),
            self.env._("Quotation sent"),
            self.env.lang or "en_US",
        )

    def _facts_sql(self):
        """Return a SELECT of ``(lead_id, feature_id)``: what was done, each once."""
        return SQL(
            """
            SELECT res_id AS lead_id, 100 + mail_activity_type_id AS feature_id
              FROM mail_message WHERE model = 'crm.lead' AND mail_activity_type_id IS NOT NULL
             UNION
            SELECT opportunity_id, 11 FROM calendar_event
             WHERE opportunity_id IS NOT NULL AND active AND start <= %(now)s
             UNION
            SELECT opportunity_id, 12 FROM sale_order
             WHERE opportunity_id IS NOT NULL AND state IN ('sent', 'sale')
             UNION
            SELECT answer.lead_id, reply.feature_id
              FROM (
                    SELECT lead.id AS lead_id, MIN(message.date) - lead.create_date AS after
                      FROM crm_lead lead
                      JOIN mail_message message ON message.model = 'crm.lead' AND message.res_id = lead.id
                       AND message.message_type IN ('comment', 'email_outgoing') AND message.is_internal IS NOT TRUE
                       AND message.author_id IN (SELECT partner_id FROM res_users WHERE share IS NOT TRUE)
                     WHERE lead.won_status IN ('won', 'lost')
                     GROUP BY lead.id
                   ) answer
              JOIN (VALUES %(replies)s) reply (feature_id, hours) ON answer.after <= reply.hours * INTERVAL '1 hour'
            """,
            now=fields.Datetime.now(),
            replies=SQL(", ").join(SQL("(%s, %s)", place, hours) for place, hours in enumerate(REPLY_HOURS, 1)),
        )
