from odoo import models

#: Types of questions that can carry a score or say something about it.
RECORDED = ("scale", "text_box", "char_box", "simple_choice", "multiple_choice", "matrix")


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Record the score of an invited customer the moment its line is saved, not when the survey ends.

        Who is invited is known by the answer's own token only, never by an e-mail address typed into a public link,
        and a test answer never counts. Once a score is recorded, its line stays as it is: the first answer wins.
        """
        answer = question._as_text(answer)
        request_sudo = self._get_satisfaction_request(question)
        if request_sudo and request_sudo.state == "answered":
            if question == request_sudo.program_id.question_id:
                return self._refuse_second_score(request_sudo, question, answer)
            request_sudo.response_ids[:1]._add_part(question, answer, comment)
        result = super()._save_lines(question, answer, comment=comment, overwrite_existing=overwrite_existing)
        if request_sudo and answer and question == request_sudo.program_id.question_id:
            channel = self.env.context.get("satisfaction_channel", "survey")
            self._keep_earlier_parts(request_sudo._record_answer(answer, channel), question)
        return result

    def _get_satisfaction_request(self, question):
        """Return the invitation this answer belongs to, looked up only for questions that can matter."""
        requests_sudo = self.env["crm.satisfaction.request"].sudo()
        # Invitations are by name: who answers through a link for everybody costs no query.
        if self.test_entry or not self.partner_id or question.question_type not in RECORDED:
            return requests_sudo
        return requests_sudo.search([("user_input_id", "=", self.id)], limit=1)

    def _keep_earlier_parts(self, response_sudo, question):
        """Take over what was answered before the score, on the same page or on one before it."""
        earlier = self.survey_id.question_ids
        earlier = earlier[: list(earlier).index(question)] if response_sudo and question in earlier else earlier[:0]
        lines = self.user_input_line_ids.filtered(lambda line: line.question_id in earlier and not line.skipped)
        for asked, said in lines.grouped("question_id").items():
            chosen = said.filtered(lambda line: line.answer_type == "suggestion")
            texts = (said - chosen).mapped(lambda line: line[f"value_{line.answer_type}"])
            if asked.question_type == "matrix":
                rows = chosen.grouped("matrix_row_id").items()
                answer = {row.id: cells.suggested_answer_id.ids for row, cells in rows}
            else:
                answer = chosen.suggested_answer_id.ids if asked.suggested_answer_ids else asked._as_text(texts[0])
            response_sudo._add_part(asked, answer, texts[0] if asked.suggested_answer_ids and texts else None)

    def _refuse_second_score(self, request_sudo, question, answer):
        """Count a score sent again, unless it is the page of the same score passing by."""
        line = self.user_input_line_ids.filtered(lambda line: line.question_id == question)[:1]
        if answer and answer != str(line.value_scale):
            request_sudo._record_late_attempt(answer)

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
            pages = survey._get_pages_or_questions(self)
            before = pages[: list(pages).index(page)][-1:] if page in pages else page
            if alone and before == self.last_displayed_page_id:
                self.last_displayed_page_id = page
            done = not survey._get_next_page_or_question(self, self.last_displayed_page_id.id or 0)
        if done and self.state != "done":
            self._mark_done()
