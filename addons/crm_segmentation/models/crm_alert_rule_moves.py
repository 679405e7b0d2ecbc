"""What happened to a customer on a day: an invoice left unpaid, scores that moved, a segment entered or left."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.robust import MAD_FACTOR, MEAN_AD_FACTOR, OUTLIER
from .crm_alert_rule_documents import LOOK_BACK
from .crm_customer_score import LETTERS
from .crm_measure_sql import OWN_PARTNERS


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    @api.constrains("segment_from_ids", "segment_to_ids")
    def _check_segments_open(self):
        """Who is in a segment built on restricted figures is itself for some groups only."""
        restricted = (self.segment_from_ids | self.segment_to_ids).filtered(self._is_restricted_segment)
        if restricted:
            raise ValidationError(
                self.env._(
                    "%(names)s: only some may see who is in there; alerts would tell it to others.",
                    names=", ".join(restricted.mapped("name")),
                )
            )

    @api.model
    def _is_restricted_segment(self, segment):
        return "is_restricted" in segment._fields and segment.sudo().is_restricted

    def _late_found_sql(self, company):
        """Open invoices that became later than so many days, and later than this customer usually pays.

        Found while they are open: then a call still helps. With too little history the days alone decide.
        """
        return SQL(
            """
            SELECT late.partner_id, 'account.move,' || late.id AS key, late.id AS res_id,
                   late.due + CEIL(late.days)::integer AS day, %(today)s::date - late.due AS figure,
                   (%(today)s::date - late.due)::float8 AS score, late.open AS value,
                   JSONB_BUILD_OBJECT('due', late.due, 'median', late.middle, 'points', late.points,
                                      'allowed', CEIL(late.days)) AS evidence
              FROM (SELECT m.*, s.middle, s.points,
                           GREATEST(%(days)s, CASE WHEN s.points >= %(points)s THEN %(usual)s END) AS days
                      FROM (%(open)s) m LEFT JOIN (%(spread)s) s USING (partner_id)) late
             WHERE late.due + CEIL(late.days)::integer BETWEEN %(today)s::date - %(look_back)s AND %(today)s
            """,
            today=company._crm_today(),
            days=self.threshold,
            points=self.min_points,
            usual=SQL(
                "s.middle + GREATEST(1, %s * CASE WHEN s.mad > 0 THEN s.mad / %s ELSE %s * s.mean_ad END)",
                OUTLIER,
                MAD_FACTOR,
                MEAN_AD_FACTOR,
            ),
            open=self._open_invoices_sql(company),
            spread=self._paid_spread_sql(company),
            look_back=LOOK_BACK,
        )

    def _open_invoices_sql(self, company):
        return SQL(
            "SELECT id, commercial_partner_id AS partner_id, invoice_date_due AS due,"
            " amount_residual_signed::float8 AS open FROM account_move"
            " WHERE state = 'posted' AND move_type = 'out_invoice' AND payment_state IN ('not_paid', 'partial')"
            " AND company_id = %s AND amount_residual_signed > 0 AND invoice_date_due <= %s"
            " AND commercial_partner_id NOT IN (%s)",
            company.id,
            company._crm_today(),
            OWN_PARTNERS,
        )

    def _paid_spread_sql(self, company):
        """Return a SELECT of how late each customer with an open invoice paid so far."""
        return SQL(
            """
            WITH past AS MATERIALIZED (
                 SELECT commercial_partner_id AS partner_id, days_late FROM (%(paid)s) paid
                  WHERE company_id = %(company)s AND paid_date > %(today)s::date - %(days)s
                    AND commercial_partner_id IN (SELECT partner_id FROM (%(open)s) open)),
                 middle AS (
                 SELECT partner_id, COUNT(*)::integer AS points,
                        PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days_late) AS middle
                   FROM past GROUP BY partner_id)
            SELECT partner_id, points, middle,
                   PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY ABS(days_late - middle)) AS mad,
                   AVG(ABS(days_late - middle)) AS mean_ad
              FROM past JOIN middle USING (partner_id) GROUP BY partner_id, points, middle
            """,
            paid=self.env["crm.payment.delay"]._table_query,
            company=company.id,
            today=company._crm_today(),
            days=self.history_days,
            open=self._open_invoices_sql(company),
        )

    def _score_found_sql(self, company):
        """Scores that moved by so many points on a recent day, through the customer and not through new cut points."""
        chosen = LETTERS if self.score_field == "total" else (self.score_field,)
        now, before = (
            SQL(" + ").join(SQL("s.%s", SQL.identifier(f"{letter}_{when}")) for letter in chosen)
            for when in ("score", "before")
        )
        sides = {"up": SQL("> 0"), "down": SQL("< 0"), "both": SQL("<> 0")}
        return SQL(
            """
            SELECT s.partner_id, 'score:' || s.changed_on AS key, NULL::integer AS res_id, s.changed_on AS day,
                   (%(now)s)::float8 AS figure, ABS(%(now)s - (%(before)s))::float8 AS score, c.monetary AS value,
                   JSONB_BUILD_OBJECT('before', %(before)s,
                                      'r', JSONB_BUILD_ARRAY(s.r_before, s.r_score),
                                      'f', JSONB_BUILD_ARRAY(s.f_before, s.f_score),
                                      'm', JSONB_BUILD_ARRAY(s.m_before, s.m_score)) AS evidence
              FROM crm_customer_score s
              JOIN crm_customer c ON c.company_id = s.company_id AND c.partner_id = s.partner_id
             WHERE s.company_id = %(company)s AND s.changed_on >= %(today)s::date - %(look_back)s
               AND %(now)s - (%(before)s) %(side)s AND ABS(%(now)s - (%(before)s)) >= %(points)s
            """,
            now=now,
            before=before,
            company=company.id,
            today=company._crm_today(),
            look_back=LOOK_BACK,
            side=sides[self.direction],
            points=self.threshold,
        )

    def _segment_found_sql(self, company):
        """Stays that began or ended on a recent day.

        The first night of a segment is no change of anybody; a customer that goes from one segment to another of the
        same segmentation changed once.
        """
        left, entered = self._segments("segment_from_ids"), self._segments("segment_to_ids")
        recent = SQL("BETWEEN %s::date - %s AND %s", company._crm_today(), LOOK_BACK, company._crm_today())
        return SQL(
            """
            SELECT change.partner_id, change.key, NULL::integer AS res_id, change.day, NULL::float8 AS figure,
                   NULL::float8 AS score, c.monetary AS value,
                   JSONB_BUILD_OBJECT('left', change.left_id, 'entered', change.entered_id) AS evidence
              FROM (SELECT COALESCE(n.partner_id, o.partner_id) AS partner_id, COALESCE(n.date_from, o.date_to) AS day,
                           'stay:' || COALESCE(n.id, 0) || ':' || COALESCE(o.id, 0) AS key,
                           o.segment_id AS left_id, n.segment_id AS entered_id
                      FROM (SELECT * FROM crm_segment_member m WHERE company_id = %(company)s AND date_from %(recent)s
                               AND segment_id IN %(open)s
                               AND date_from > (SELECT MIN(first.date_from) FROM crm_segment_member first
                                                 WHERE first.segment_id = m.segment_id
                                                   AND first.company_id = m.company_id)) n
                 FULL JOIN (SELECT * FROM crm_segment_member m WHERE company_id = %(company)s AND date_to %(recent)s
                               AND segment_id IN %(open)s AND NOT EXISTS (
                                   SELECT FROM crm_segment_member still WHERE still.segment_id = m.segment_id
                                      AND still.company_id = m.company_id AND still.partner_id = m.partner_id
                                      AND still.date_to IS NULL)) o
                        ON o.partner_id = n.partner_id AND o.scheme_id = n.scheme_id AND o.date_to = n.date_from
                   ) change
         LEFT JOIN crm_customer c ON c.company_id = %(company)s AND c.partner_id = change.partner_id
             WHERE (%(any_left)s OR change.left_id IN %(left)s)
               AND (%(any_entered)s OR change.entered_id IN %(entered)s)
            """,
            company=company.id,
            recent=recent,
            open=tuple(self._open_segments().ids) or (0,),
            any_left=not left,
            left=tuple(left.ids) or (0,),
            any_entered=not entered,
            entered=tuple(entered.ids) or (0,),
        )

    def _segments(self, name):
        return self[name].with_context(active_test=False)

    def _open_segments(self):
        """Return the segments that everybody may see who may see segments."""
        segments = self.env["crm.segment"].sudo().with_context(active_test=False).search([])
        return segments.filtered(lambda segment: not self._is_restricted_segment(segment))
