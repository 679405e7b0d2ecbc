from odoo import models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Record the score of an invited customer the moment its line is saved, not when the survey ends.

        Who is invited is known by the answer's own token only, never by an e-mail address typed into a public link,
        and a test answer never counts. Once a score is recorded, its line stays as it is: the first answer wins.
        """
        answer = question._as_text(answer)
        if isinstance(answer, str):
            # PostgreSQL stores no NUL: core's page would answer with an error.
            answer = answer.replace("\x00", "")
        request_sudo = self._get_satisfaction_request(question)
        if request_sudo and request_sudo.state == "answered":
            if question == request_sudo.program_id.question_id:
                return self._refuse_second_score(request_sudo, question, answer)
            self._keep_first_comment(request_sudo, question, answer)
        result = super()._save_lines(question, answer, comment=comment, overwrite_existing=overwrite_existing)
        if request_sudo and answer and question == request_sudo.program_id.question_id:
            request_sudo._record_answer(answer, self.env.context.get("satisfaction_channel", "survey"))
        return result

    def _get_satisfaction_request(self, question):
        """Return the invitation this answer belongs to, looked up only for questions that can matter."""
        requests_sudo = self.env["crm.satisfaction.request"].sudo()
        if self.test_entry or question.question_type not in ("scale", "text_box", "char_box"):
            return requests_sudo
        return requests_sudo.search([("user_input_id", "=", self.id)], limit=1)

    def _refuse_second_score(self, request_sudo, question, answer):
        """Count a score sent again, unless it is the page of the same score passing by."""
        line = self.user_input_line_ids.filtered(lambda line: line.question_id == question)[:1]
        if answer and answer != str(line.value_scale):
            request_sudo._record_late_attempt(answer)

    def _keep_first_comment(self, request_sudo, question, answer):
        """Copy the first text a customer writes after the score to the recorded answer."""
        response_sudo = request_sudo.response_ids
        text = answer.strip() if isinstance(answer, str) else ""
        if text and question.question_type in ("text_box", "char_box") and not response_sudo.comment:
            response_sudo.write({"comment": text})

    def _move_past(self, question):
        """Let core's pages go on after a question that was answered elsewhere; end the survey when none is left.

        Core shows the page of the score again, with the score chosen, where that page holds other questions too.
        """
        survey = self.survey_id
        if survey.questions_layout == "one_page":
            done = survey.question_ids == question
        else:
            page = question if survey.questions_layout == "page_per_question" else question.page_id
            alone = page == question or page.question_ids == question
            if alone and survey._get_pages_or_questions(self)[:1] == page:
                self.last_displayed_page_id = page
            done = not survey._get_next_page_or_question(self, self.last_displayed_page_id.id or 0)
        if done and self.state != "done":
            self._mark_done()
