from odoo import http
from odoo.http import request

from ..tools import scores
from ..tools.text import TEXT_LIMIT
from .page import confirmed, next_url, question_values, render, thanks_values


class SatisfactionController(http.Controller):
    """The page behind the links of an invitation. Looking at it writes nothing: mail scanners look at every link."""

    @http.route("/satisfaction/<string:token>", type="http", auth="public", methods=["GET"], readonly=True)
    def satisfaction_page(self, token, score=None, **_params):
        """Show the question with the score of the link already chosen, or thanks once there is an answer."""
        request_sudo = self._find(token)
        state = request_sudo._public_state() if request_sudo else None
        if state == "open":
            return self._render_question(request_sudo, token, score)
        if state == "answered":
            return self._render_thanks(request_sudo, token)
        return render("page_closed", request_sudo, status=200 if state else 404)

    # The token of the form is checked below instead of by the framework, which would answer with an error page.
    @http.route("/satisfaction/<string:token>", type="http", auth="public", methods=["POST"], csrf=False)
    def satisfaction_answer(self, token, score=None, csrf_token=None, **_params):
        """Store the score the visitor confirmed, then ask what belongs to it or go on to the other questions."""
        request_sudo = self._find(token)
        if not request_sudo:
            return render("page_closed", request_sudo, status=404)
        value = scores.parse_score(score, *request_sudo.program_id._scale())
        if request_sudo._public_state() != "open":
            request_sudo._record_late_attempt(value)
            return request.redirect(f"/satisfaction/{token}", code=303)
        is_confirmed = confirmed(csrf_token)
        if not is_confirmed or value is None:
            problem = "score" if is_confirmed else "again"
            return self._render_question(request_sudo, token, score, problem)
        request_sudo._answer_from_mail(value)
        response_sudo = request_sudo._get_response()
        onwards = None if response_sudo._has_page() else next_url(request_sudo.user_input_id)
        return request.redirect(onwards or f"/satisfaction/{token}", code=303)

    @http.route("/satisfaction/<string:token>/more", type="http", auth="public", methods=["GET"], readonly=True)
    def satisfaction_more_page(self, token, **_params):
        """Lead a reloaded or shared address back to the page."""
        return request.redirect(f"/satisfaction/{token}", code=303)

    @http.route("/satisfaction/<string:token>/more", type="http", auth="public", methods=["POST"], csrf=False)
    def satisfaction_more(self, token, text=None, csrf_token=None, **_params):
        """Store what the visitor wrote after the score, then go on to the other questions."""
        request_sudo = self._find(token)
        response_sudo = request_sudo._get_response() if request_sudo else None
        if not response_sudo:
            return request.redirect(f"/satisfaction/{token}", code=303)
        if not confirmed(csrf_token):
            return self._render_thanks(request_sudo, token, text=text, problem="again")
        response_sudo._answer_follow_up(text)
        url = next_url(request_sudo.user_input_id) or f"/satisfaction/{token}"
        return request.redirect(url, code=303)

    def _find(self, token):
        request_sudo = request.env["crm.satisfaction.request"]._find_by_token(token)
        return request_sudo.with_context(lang=request_sudo._get_lang()) if request_sudo else request_sudo

    def _render_question(self, request_sudo, token, score, problem=None):
        program_sudo = request_sudo.program_id
        chosen = scores.parse_score(score, *program_sudo._scale())
        values = question_values(program_sudo, score, chosen)
        values.update(path=f"/satisfaction/{token}", stop_path=f"/satisfaction/{token}/stop", problem=problem)
        return render("page_question", request_sudo, **values)

    def _render_thanks(self, request_sudo, token, text=None, problem=None):
        values = thanks_values(request_sudo._get_response(), next_url(request_sudo.user_input_id))
        values.update(
            path=f"/satisfaction/{token}/more",
            stop_path=f"/satisfaction/{token}/stop",
            text=text if isinstance(text, str) else "",
            text_limit=TEXT_LIMIT,
            problem=problem,
        )
        return render("page_thanks", request_sudo, **values)
