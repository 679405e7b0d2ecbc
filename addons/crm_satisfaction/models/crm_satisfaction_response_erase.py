"""The only way anything leaves an answer: comments past their time, and persons who ask for it. Scores stay.

Answers cannot be written, whoever tries and with whatever in the context; so these methods write with plain SQL. They
are private, and ask for the system: no call from outside reaches them.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class CrmSatisfactionResponse(models.Model):
    _inherit = "crm.satisfaction.response"

    @api.model
    def _erase_old_comments(self, limit):
        """Erase the next comments that are older than their company keeps them; return how many answers."""
        done = 0
        companies_sudo = self.env["res.company"].sudo().with_context(active_test=False)
        for company in companies_sudo.search([("crm_comment_months", ">", 0)]):
            oldest = fields.Datetime.now() - relativedelta(months=company.crm_comment_months)
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "SELECT answer.id FROM crm_satisfaction_response answer"
                    " WHERE answer.company_id = %s AND answer.answered_at < %s AND (%s) ORDER BY answer.id LIMIT %s",
                    company.id,
                    oldest,
                    self._commented_sql(),
                    limit - done,
                )
            )
            responses = self.sudo().browse(id_ for (id_,) in self.env.cr.fetchall())
            if responses:
                comments = responses._erase_comments()
                self.env["crm.satisfaction.erasure"].sudo()._log("retention", company, comments)
            done += len(responses)
            if done >= limit:
                break
        return done

    @api.model
    def _commented_sql(self):
        """Return SQL that is true for answers with words in them, here or in the Surveys app."""
        return SQL(
            "answer.comment IS NOT NULL"
            " OR EXISTS (SELECT FROM crm_satisfaction_response_part part"
            "             WHERE part.response_id = answer.id AND part.comment IS NOT NULL)"
            " OR EXISTS (SELECT FROM survey_user_input_line line WHERE line.user_input_id = answer.user_input_id"
            "             AND (line.value_char_box IS NOT NULL OR line.value_text_box IS NOT NULL))"
        )

    def _erase_comments(self):
        """Erase every word of these answers, in the Surveys app too; return the number of answers with a comment."""
        self._check_may_erase()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_satisfaction_response SET comment = NULL WHERE id = ANY(%s) AND comment IS NOT NULL",
                self.ids,
            )
        )
        erased = self.env.cr.rowcount
        self.env.cr.execute(
            SQL(
                "UPDATE crm_satisfaction_response_part SET comment = NULL"
                " WHERE response_id = ANY(%s) AND comment IS NOT NULL",
                self.ids,
            )
        )
        for model in ("crm.satisfaction.response", "crm.satisfaction.response.part"):
            self.env[model].invalidate_model()
        self._erase_texts(self.user_input_id)
        # What was said last stands on profiles too.
        self.env["crm.satisfaction.pending"]._add(self.ids)
        return erased

    @api.model
    def _erase_texts(self, inputs):
        """Erase what was typed into pages of the Surveys app, also where no score followed."""
        self._check_may_erase()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE survey_user_input_line SET value_char_box = NULL, value_text_box = NULL,"
                " answer_type = NULL, skipped = TRUE"
                " WHERE user_input_id = ANY(%s) AND (value_char_box IS NOT NULL OR value_text_box IS NOT NULL)",
                inputs.ids,
            )
        )
        self.env["survey.user_input.line"].invalidate_model()

    @api.model
    def _erase_person(self, partner):
        """Take a person out of everything said: answers, invitations, cases and the Surveys app. Scores stay.

        The customer stays, unless the person is the customer.
        """
        self._check_may_erase()
        responses = self.search([("partner_id", "=", partner.id)])
        if not partner.is_company:
            responses |= self.search([("customer_id", "=", partner.id)])
        counts = {}
        for company, answers in responses.grouped("company_id").items():
            counts[company] = (answers._erase_comments(), len(answers))
        self.env["crm.satisfaction.request"]._erase_person(partner)
        self.env["crm.satisfaction.case"]._erase_person(partner)
        for answer in responses:
            gone = {"partner_id": False}
            if answer.customer_id == partner:
                gone["customer_id"] = False
            answer.write(gone)
        self.env["crm.customer.preference"].search([("partner_id", "=", partner.id)]).unlink()
        self.env["crm.satisfaction.consent"]._erase_person(partner)
        for company, (comments, number) in (counts or {self.env.company: (0, 0)}).items():
            self.env["crm.satisfaction.erasure"]._log("person", company, comments, number, partner)
        self.env["crm.customer"]._trigger_satisfaction()

    def _check_may_erase(self):
        if not self.env.su:
            raise AccessError(self.env._("What a customer answered is erased by the system only."))
