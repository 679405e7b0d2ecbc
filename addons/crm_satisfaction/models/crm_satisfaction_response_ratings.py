"""Ratings customers leave on documents of Odoo (tasks, tickets, chats) become answers, where the app is installed."""

import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Ratings taken in one batch of the job.
RATING_BATCH = 500


class CrmSatisfactionResponse(models.Model):
    """Every employee may write ratings, and mail scanners press their buttons: the first value taken wins for good.

    A rating that says something else later is noted once as a detail of the answer; the score stays.
    """

    _inherit = "crm.satisfaction.response"

    def _matters_for_cases(self):
        """Ratings given long before they were taken over are history: nobody is called about them."""
        return (self.channel != "rating" or self._is_news()) and super()._matters_for_cases()

    @api.model
    def _take_ratings(self, job):
        """Take the next ratings over, in the order they were given out.

        :return: (answers stored, batches left)
        """
        programs = self._programs_of_ratings()
        if not programs:
            return 0, 0
        position = job._get_position()
        if position.get("ratings_done"):
            return 0, 0
        ids = self._next_ratings(position.get("rating", 0))
        stored = self._store_ratings(ids, programs)
        if len(ids) == RATING_BATCH:
            job._set_position(rating=ids[-1])
            return stored, 1
        job._set_position(ratings_done=True)
        return stored + self._note_later_ratings(), 0

    @api.model
    def _programs_of_ratings(self):
        """Return ``{company: schedule}`` that takes ratings; empty where the app is not installed."""
        if "rating.rating" not in self.env:
            return {}
        programs_sudo = self.env["crm.satisfaction.program"].sudo().search([("takes_ratings", "=", True)])
        return {program.company_id: program for program in programs_sudo}

    @api.model
    def _next_ratings(self, after):
        """Return the ids of the next ratings that are filled in and not taken yet."""
        self.env["rating.rating"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT rating.id FROM rating_rating rating
                 WHERE rating.id > %s AND rating.consumed AND rating.rating >= 0.5 AND rating.is_internal IS NOT TRUE
                   AND NOT EXISTS (SELECT FROM crm_satisfaction_response answer
                                    WHERE answer.source_key = 'rating:' || rating.id)
                 ORDER BY rating.id LIMIT %s
                """,
                after,
                RATING_BATCH,
            )
        )
        return [rating for (rating,) in self.env.cr.fetchall()]

    @api.model
    def _store_ratings(self, ids, programs):
        """Store these ratings as answers of the schedule of their company; return how many."""
        ratings_sudo = self.env["rating.rating"].sudo().browse(ids)
        documents = self.sudo()._find_documents(
            [{"res_model": rating.res_model, "res_id": rating.res_id} for rating in ratings_sudo]
        )
        vals_list = []
        for rating in ratings_sudo:
            document = documents.get((rating.res_model, rating.res_id))
            program = programs.get(self._company_of(document, rating) or next(iter(programs)))
            if program:
                vals_list.append(self._prepare_rating(rating, program))
        self._record(vals_list)
        return len(vals_list)

    @api.model
    def _company_of(self, document, rating):
        """Return the company a rating belongs to, empty when nothing tells."""
        for record in (document, rating.rated_partner_id.user_ids[:1]):
            company = record and "company_id" in record._fields and record.company_id
            if company:
                return company
        return self.env["res.company"]

    @api.model
    def _prepare_rating(self, rating, program):
        partner = rating.partner_id
        # Visitors who did not say who they are, and colleagues, are no customers.
        is_customer = partner.active and not any(user._is_internal() for user in partner.user_ids)
        values = {
            "program_id": program.id,
            "partner_id": is_customer and partner.id,
            "score": min(int(rating.rating + 0.5), 5),
            "comment": (rating.feedback or "").strip() or False,
            "channel": "rating",
            "answered_at": rating.rated_on or rating.write_date,
            "res_model": rating.res_model,
            "res_id": rating.res_id,
            "source_key": f"rating:{rating.id}",
        }
        if user := rating.rated_partner_id.user_ids[:1]:
            values["served_by_id"] = user.id
        return values

    @api.model
    def _note_later_ratings(self):
        """Note each other value a rating was given after it was taken; return how many."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO crm_satisfaction_response_part
                   (response_id, company_id, question_title, kind, score, scale_min, scale_max, create_date, write_date)
            SELECT answer.id, answer.company_id, 'Rating', 'later', ROUND(rating.rating::numeric), 1, 5,
                   rating.write_date, rating.write_date
              FROM crm_satisfaction_response answer
              JOIN rating_rating rating ON 'rating:' || rating.id = answer.source_key
             WHERE answer.channel = 'rating' AND rating.rating >= 0.5 AND ROUND(rating.rating::numeric) != answer.score
               AND NOT EXISTS (SELECT FROM crm_satisfaction_response_part part
                                WHERE part.response_id = answer.id AND part.kind = 'later'
                                  AND part.score = ROUND(rating.rating::numeric))
            """
        )
        if noted := self.env.cr.rowcount:
            _logger.info("%s ratings were changed after they had been taken over; the first value counts.", noted)
            self.env["crm.satisfaction.response.part"].invalidate_model()
        return noted
