"""Who of the candidates is asked, and why the others are not: one place for every way of asking."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_segmentation.models.crm_measure_sql import OWN_PARTNERS

from ..tools.sampling import ticket_sql
from .crm_satisfaction_words import REASONS

#: What a person cannot help: asked although they were asked lately, for example after a complaint was settled.
LATELY = ("waiting", "same_address", "customer_limit")


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    def _decisions_sql(self, candidates, user, again=False):
        """Return a SELECT of what is decided about each candidate.

        Columns: those of the candidates, contact_id (who is asked), customer_id, sure (a reason that does not depend
        on the others), reason (NULL for who is asked), rank (how many are asked up to here).

        :param SQL candidates: see ``_candidates_sql``
        :param user: whose rights limit which contacts of a customer can be chosen
        :param bool again: ask also who was asked lately
        """
        rows = self._judged_sql(candidates, user, again)
        for name, reason in (
            ("first_reason", _repeated("sure", "contact_id", "open")),
            ("second_reason", _repeated("first_reason", "email", "same_address", SQL("email IS NOT NULL"))),
            ("reason", self._few_sql(again)),
        ):
            rows = SQL("SELECT *, %s AS %s FROM (%s) judged", reason, SQL.identifier(name), rows)
        return SQL(
            "SELECT *, COUNT(*) FILTER (WHERE reason IS NULL) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) AS rank,"
            " ROW_NUMBER() OVER (PARTITION BY contact_id ORDER BY place) AS turn FROM (%s) judged",
            rows,
        )

    def _judged_sql(self, candidates, user, again):
        """Return a SELECT of each candidate with the contact to ask, and the reasons that lie in this one alone."""
        return SQL(
            """
            WITH candidate AS MATERIALIZED (%(candidates)s),
            person AS MATERIALIZED (%(people)s),
            asked AS MATERIALIZED (%(asked)s),
            resolved AS (
                SELECT candidate.*,
                       CASE WHEN %(others)s THEN COALESCE(person.id, named.id) ELSE named.id END AS contact_id
                  FROM candidate
             LEFT JOIN res_partner named ON named.id = candidate.partner_id
             LEFT JOIN person ON person.parent_id = named.commercial_partner_id
            ), colleagues AS (
                SELECT customer_id, COUNT(DISTINCT partner_id) AS number FROM asked GROUP BY customer_id
            )
            SELECT resolved.*, contact.commercial_partner_id AS customer_id, contact.email_normalized AS email,
                   COALESCE(colleagues.number, 0) AS colleagues, %(reason)s AS sure
              FROM resolved
         LEFT JOIN res_partner contact ON contact.id = resolved.contact_id
         LEFT JOIN colleagues ON colleagues.customer_id = contact.commercial_partner_id
            """,
            candidates=candidates,
            people=self._people_sql(user),
            asked=self._asked_sql(),
            others=self._others_sql(),
            reason=self._reason_sql(again),
        )

    def _people_sql(self, user):
        """Return a SELECT of the first contact with an e-mail address of each customer in question."""
        people = self.env["res.partner"].with_user(user).with_context(active_test=True)
        query = people._search(
            [
                ("is_company", "=", False),
                ("type", "=", "contact"),
                ("email_normalized", "!=", False),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )
        query.add_where(
            SQL(
                "%s IN (SELECT named.commercial_partner_id FROM candidate"
                " JOIN res_partner named ON named.id = candidate.partner_id)",
                SQL.identifier("res_partner", "parent_id"),
            )
        )
        parent = SQL.identifier("res_partner", "parent_id")
        rows = query.select(SQL.identifier("res_partner", "id"), parent)
        return SQL("SELECT parent_id, MIN(id) AS id FROM (%s) people GROUP BY parent_id", rows)

    def _others_sql(self):
        """Return SQL of whether somebody else is asked than who is named: a company or an address feels nothing."""
        missing = SQL("named.email_normalized IS NULL") if self.channel == "mail" else SQL("FALSE")
        return SQL("(named.is_company OR COALESCE(named.type, 'contact') <> 'contact' OR %s)", missing)

    def _asked_sql(self):
        """Return a SELECT of who was asked within the waiting time, by any schedule of any company.

        The customer does not care which one wrote.
        """
        return SQL(
            "SELECT request.partner_id, partner.email_normalized AS email, partner.commercial_partner_id AS customer_id"
            "  FROM crm_satisfaction_request request JOIN res_partner partner ON partner.id = request.partner_id"
            " WHERE request.state <> 'not_asked' AND request.decided_at >= %s",
            fields.Datetime.now() - timedelta(days=self.wait_days),
        )

    # Reasons

    def _reason_sql(self, again):
        """Return a CASE of the first reason not to ask, in the order of REASONS; NULL when there is none."""
        reasons = {**self._contact_reasons(), **self._occasion_reasons()}
        order = [code for code, _label in REASONS if code in reasons and not (again and code in LATELY)]
        return SQL("CASE %s END", SQL(" ").join(SQL("WHEN %s THEN %s", reasons[code], code) for code in order))

    def _contact_reasons(self):
        """Return the reasons that lie in the contact: also looked for again when the mail is written."""
        reasons = {
            "no_contact": SQL("contact.id IS NULL"),
            "own": SQL("contact.commercial_partner_id IN (%s)", OWN_PARTNERS),
            "staff": SQL("contact.partner_share IS FALSE"),
            "archived": SQL("contact.active IS NOT TRUE"),
            "other_company": SQL("contact.company_id <> %s", self.company_id.id),
            "withdrawn": SQL("contact.id IN (%s)", self.env["crm.satisfaction.consent"]._withdrawn_sql()),
        }
        if self.channel == "mail":
            reasons["no_address"] = SQL("contact.email_normalized IS NULL")
            reasons["blacklisted"] = SQL("contact.email_normalized IN (SELECT email FROM mail_blacklist WHERE active)")
        elif self.channel == "portal":
            reasons["no_portal"] = SQL("contact.id NOT IN (SELECT partner_id FROM res_users WHERE active AND share)")
        return reasons

    def _occasion_reasons(self):
        """Return the reasons that lie in what was asked before, and in the occasion."""
        reasons = {
            "open": SQL(
                "contact.id IN (SELECT partner_id FROM crm_satisfaction_request WHERE program_id = %s"
                " AND state IN ('to_send', 'sent') AND partner_id IS NOT NULL)",
                self.id or self._origin.id or 0,
            ),
            "waiting": SQL("contact.id IN (SELECT partner_id FROM asked)"),
            "same_address": SQL("contact.email_normalized IN (SELECT email FROM asked WHERE email IS NOT NULL)"),
        }
        if self.trigger == "document":
            latest = fields.Datetime.now() - self._delay_delta() - timedelta(days=self.late_days)
            reasons["too_late"] = SQL("resolved.at < %s", latest)
        if self.share_percent < 100:
            ticket = ticket_sql("share", self._origin.id or 0, SQL("drawn_in"), SQL("contact.id"))
            reasons["sample"] = SQL("drawn_in IS NOT NULL AND %s >= %s", ticket, self.share_percent / 100)
        return reasons

    def _few_sql(self, again):
        """Return SQL of the last reason: enough contacts of the same customer."""
        if not self.customer_limit or again:
            return SQL("second_reason")
        return SQL(
            "COALESCE(second_reason, CASE WHEN colleagues + ROW_NUMBER() OVER (PARTITION BY customer_id,"
            " second_reason IS NULL ORDER BY place) > %s THEN 'customer_limit' END)",
            self.customer_limit,
        )

    def _reason_texts(self):
        """Return {code: what is written beside it}, in the language of the environment."""
        labels = dict(self.env["crm.satisfaction.request"]._fields["reason_code"]._description_selection(self.env))
        labels["waiting"] = self.env._("Asked within the last %(days)s days", days=self.wait_days)
        if self.trigger == "document":
            labels["too_late"] = self.env._("Due more than %(days)s days ago", days=self.late_days)
        return labels

    def _unfit(self, requests):
        """Return {reason: ids} of invitations whose contact cannot be asked any more, looked for with one query."""
        self.env.flush_all()
        reasons = {**self._contact_reasons(), "waiting": self._asked_meanwhile_sql()}
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", condition, code) for code, condition in reasons.items())
        rows = self.env.execute_query(
            SQL(
                "SELECT code, ARRAY_AGG(id) FROM (SELECT request.id, CASE %s END AS code"
                " FROM crm_satisfaction_request request"
                " LEFT JOIN res_partner contact ON contact.id = request.partner_id"
                " WHERE request.id IN %s) judged WHERE code IS NOT NULL GROUP BY code",
                whens,
                tuple(requests.ids),
            )
        )
        return dict(rows)

    def _asked_meanwhile_sql(self):
        """Return SQL of whether another schedule asked the contact first: two that plan at one moment do not see it."""
        return SQL(
            "%(days)s > 0 AND request.state = 'to_send' AND request.case_id IS NULL AND EXISTS ("
            "SELECT FROM crm_satisfaction_request earlier WHERE earlier.partner_id = request.partner_id"
            " AND earlier.id < request.id AND earlier.state <> 'not_asked'"
            " AND earlier.decided_at > request.decided_at - make_interval(days => %(days)s))",
            days=self.wait_days,
        )


def _repeated(before, column, code, condition=None):
    """Return SQL of the reason so far, else ``code`` for all but the first with the same value in ``column``."""
    nth = SQL(
        "ROW_NUMBER() OVER (PARTITION BY %s, %s IS NULL ORDER BY place) > 1",
        SQL.identifier(column),
        SQL.identifier(before),
    )
    return SQL(
        "COALESCE(%s, CASE WHEN %s AND %s THEN %s END)", SQL.identifier(before), condition or SQL("TRUE"), nth, code
    )
