from odoo import http
from odoo.http import request

from ..tools import scores

# The address of the page is the key to the answer: it must not be kept, indexed, framed or passed on.
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Frame-Options", "DENY"),
]


class SatisfactionController(http.Controller):
    """The page behind the links of an invitation. Looking at it writes nothing: mail scanners look at every link."""

    @http.route("/satisfaction/<string:token>", type="http", auth="public", methods=["GET"], readonly=True)
    def satisfaction_page(self, token, score=None, **_params):
        """Show the question with the score of the link already chosen."""
        request_sudo = self._find(token)
        state = request_sudo._public_state() if request_sudo else None
        if state == "open":
            return self._render_question(request_sudo, token, score)
        if state == "answered":
            return self._render("page_thanks", request_sudo, next_url=self._next_url(request_sudo))
        return self._render("page_closed", request_sudo, status=200 if state else 404)

    # The token of the form is checked below instead of by the framework, which would answer with an error page.
    @http.route("/satisfaction/<string:token>", type="http", auth="public", methods=["POST"], csrf=False)
    def satisfaction_answer(self, token, score=None, csrf_token=None, **_params):
        """Store the score the visitor confirmed, then go on to the other questions."""
        request_sudo = self._find(token)
        if not request_sudo:
            return self._render("page_closed", request_sudo, status=404)
        low, high = request_sudo.program_id._scale()
        value = scores.parse_score(score, low, high)
        state = request_sudo._public_state()
        if state == "open":
            confirmed = isinstance(csrf_token, str) and csrf_token.isascii() and request.validate_csrf(csrf_token)
            if not confirmed or value is None:
                return self._render_question(request_sudo, token, score, problem="score" if confirmed else "again")
            request_sudo._answer_from_mail(value)
            return request.redirect(self._next_url(request_sudo) or f"/satisfaction/{token}", code=303)
        request_sudo._record_late_attempt(value)
        return request.redirect(f"/satisfaction/{token}", code=303)

    def _find(self, token):
        request_sudo = request.env["crm.satisfaction.request"]._find_by_token(token)
        return request_sudo.with_context(lang=request_sudo._get_lang()) if request_sudo else request_sudo

    def _next_url(self, request_sudo):
        """Return the address of the other questions, None where there are none or core would show an error."""
        answer_sudo, user = request_sudo.user_input_id, request.env.user
        survey_sudo = answer_sudo.survey_id
        stranger = not user._is_public() and user.partner_id != answer_sudo.partner_id
        if not survey_sudo.active or answer_sudo.state != "in_progress" or survey_sudo.users_login_required or stranger:
            return None
        return answer_sudo.get_start_url()

    def _render_question(self, request_sudo, token, score, problem=None):
        program_sudo = request_sudo.program_id
        low, high = program_sudo._scale()
        return self._render(
            "page_question",
            request_sudo,
            token=token,
            question=program_sudo.question_id,
            choices=range(low, high + 1),
            chosen=scores.parse_score(score, low, high),
            problem=problem,
            csrf_token=request.csrf_token(),
        )

    def _render(self, template, request_sudo, status=200, **values):
        lang = request_sudo.env.context.get("lang") or request.env.lang or "en_US"
        lang_data = request.env["res.lang"]._get_data(code=lang)
        values.update(
            company=request_sudo.company_id or request.env["res.company"].sudo(),
            score=request_sudo.response_ids.score if request_sudo.response_ids else None,
            html_lang=lang.split("@")[0].replace("_", "-"),
            html_dir=lang_data.direction or "ltr",
        )
        html = request.env["ir.qweb"].with_context(lang=lang)._render(f"crm_satisfaction.{template}", values)
        return request.make_response(
            html, headers=[("Content-Type", "text/html; charset=utf-8"), *HEADERS], status=status
        )
