from odoo import http
from odoo.http import request

from ..tools import scores
from ..tools.text import TEXT_LIMIT
from .page import confirmed, next_url, question_values, render, thanks_values

CHANNELS = {"s": "link", "q": "qr"}
LINK_ROUTE = "/satisfaction/<any(s,q):kind>/<string:token>"


class SatisfactionPublicLinkController(http.Controller):
    """The link and the code for everybody. Who answers there stays unknown, whatever the address or the form says."""

    @http.route(LINK_ROUTE, type="http", auth="public", methods=["GET"], readonly=True)
    def satisfaction_link_page(self, kind, token, score=None, lang=None, **_params):
        """Show the question; nothing is created before somebody confirms a score."""
        program_sudo = self._find_program(token, lang)
        if not program_sudo or not program_sudo.active:
            return render("page_closed", program_sudo, status=200 if program_sudo else 404)
        return self._render_link_question(program_sudo, kind, score)

    @http.route(LINK_ROUTE, type="http", auth="public", methods=["POST"], csrf=False)
    def satisfaction_link_answer(self, kind, token, score=None, csrf_token=None, lang=None, **_params):
        """Store a score nobody put a name to."""
        program_sudo = self._find_program(token, lang)
        if not program_sudo or not program_sudo.active:
            return render("page_closed", program_sudo, status=200 if program_sudo else 404)
        value = scores.parse_score(score, *program_sudo._scale())
        is_confirmed = confirmed(csrf_token)
        if not is_confirmed or value is None:
            return self._render_link_question(program_sudo, kind, score, "score" if is_confirmed else "again")
        address = request.httprequest.remote_addr or ""
        if request.env["crm.satisfaction.place"]._is_crowded(address):
            return self._render_link_question(program_sudo, kind, score, "crowded", status=429)
        response_sudo = program_sudo._answer_from_link(value, CHANNELS[kind], program_sudo.env.lang, address)
        return request.redirect(self._thanks_path(response_sudo, program_sudo.env.lang), code=303)

    @http.route("/satisfaction/a/<string:token>", type="http", auth="public", methods=["GET"], readonly=True)
    def satisfaction_link_thanks(self, token, lang=None, **_params):
        """Thank whoever answered through a link for everybody, and ask what belongs to the score."""
        response_sudo = self._find_response(token, lang)
        if not response_sudo:
            return render("page_closed", response_sudo, status=404)
        return self._render_link_thanks(response_sudo)

    @http.route("/satisfaction/a/<string:token>", type="http", auth="public", methods=["POST"], csrf=False)
    def satisfaction_link_more(self, token, text=None, csrf_token=None, lang=None, **_params):
        """Store what was written after the score."""
        response_sudo = self._find_response(token, lang)
        if not response_sudo:
            return render("page_closed", response_sudo, status=404)
        if not confirmed(csrf_token):
            return self._render_link_thanks(response_sudo, text=text, problem="again")
        response_sudo._answer_follow_up(text)
        url = next_url(response_sudo.user_input_id) or self._thanks_path(response_sudo, response_sudo.env.lang)
        return request.redirect(url, code=303)

    def _find_program(self, token, lang):
        program_sudo = request.env["crm.satisfaction.program"]._find_by_public_token(token)
        return program_sudo.with_context(lang=self._link_lang(lang))

    def _find_response(self, token, lang):
        response_sudo = request.env["crm.satisfaction.response"]._find_by_token(token)
        return response_sudo.with_context(lang=self._link_lang(lang))

    def _link_lang(self, lang):
        """Return the language the visitor chose on the page, else the one their browser prefers."""
        installed = dict(request.env["res.lang"].get_installed())
        wanted = (lang, request.best_lang, request.env.lang)
        return next((code for code in wanted if code in installed), next(iter(installed)))

    def _thanks_path(self, response_sudo, lang):
        return f"/satisfaction/a/{response_sudo._get_page_token()}?lang={lang}"

    def _render_link_question(self, program_sudo, kind, score, problem=None, status=200):
        chosen = scores.parse_score(score, *program_sudo._scale())
        path, lang = f"/satisfaction/{kind}/{program_sudo.public_token}", program_sudo.env.lang
        others = [row for row in request.env["res.lang"].get_installed() if row[0] != lang]
        values = question_values(program_sudo, score, chosen)
        values.update(
            path=f"{path}?lang={lang}",
            problem=problem,
            languages=[(code.replace("_", "-"), name, f"{path}?lang={code}") for code, name in others],
        )
        return render("page_question", program_sudo, status=status, **values)

    def _render_link_thanks(self, response_sudo, text=None, problem=None):
        values = thanks_values(response_sudo, next_url(response_sudo.user_input_id))
        values.update(
            path=self._thanks_path(response_sudo, response_sudo.env.lang),
            text=text if isinstance(text, str) else "",
            text_limit=TEXT_LIMIT,
            problem=problem,
        )
        return render("page_thanks", response_sudo, **values)
