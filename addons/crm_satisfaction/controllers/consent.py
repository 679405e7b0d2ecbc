from odoo import http
from odoo.http import request

from .page import confirmed, render


class SatisfactionConsentController(http.Controller):
    """Stop surveys, or have them again. Looking writes nothing here either; only a press of the button does."""

    @http.route("/satisfaction/<string:token>/stop", type="http", auth="public", methods=["GET"], readonly=True)
    def satisfaction_stop_page(self, token, **_params):
        """Show whether this contact gets surveys, with the button for the opposite."""
        return self._render_stop(self._find_request(token), token)

    @http.route("/satisfaction/<string:token>/stop", type="http", auth="public", methods=["POST"], csrf=False)
    def satisfaction_stop(self, token, wish=None, csrf_token=None, **_params):
        """Record what the contact wants."""
        request_sudo = self._find_request(token)
        if not request_sudo:
            return self._render_stop(request_sudo, token)
        if not confirmed(csrf_token):
            return self._render_stop(request_sudo, token, problem="again")
        if wish == "stop":
            request_sudo.partner_id._satisfaction_withdraw("mail", request_sudo)
        elif wish == "start":
            request_sudo.partner_id._satisfaction_allow("page", request_sudo)
        return request.redirect(f"/satisfaction/{token}/stop", code=303)

    @http.route("/satisfaction/<string:token>/unsubscribe", type="http", auth="public", methods=["GET"], readonly=True)
    def satisfaction_unsubscribe_page(self, token, **_params):
        """Show people what mail programs use without showing it: the page with the button."""
        return request.redirect(f"/satisfaction/{token}/stop", code=303)

    # RFC 8058: the mail program posts exactly this one value, without a page and without a token of ours, when its own
    # button is pressed. Whatever else posts here has no such value and changes nothing.
    @http.route("/satisfaction/<string:token>/unsubscribe", type="http", auth="public", methods=["POST"], csrf=False)
    def satisfaction_unsubscribe(self, token, **params):
        """Stop surveys for a mail program whose user pressed unsubscribe."""
        request_sudo = self._find_request(token)
        if request_sudo and params.get("List-Unsubscribe") == "One-Click":
            request_sudo.partner_id._satisfaction_withdraw("one_click", request_sudo)
        return self._render_stop(request_sudo, token)

    def _find_request(self, token):
        request_sudo = request.env["crm.satisfaction.request"]._find_by_token(token)
        return request_sudo.with_context(lang=request_sudo._get_lang()) if request_sudo else request_sudo

    def _render_stop(self, request_sudo, token, problem=None):
        """Show the page; of a deleted contact it says that nothing will come."""
        if not request_sudo:
            return render("page_closed", request_sudo, status=404)
        partner_sudo = request_sudo.partner_id
        withdrawn = not partner_sudo or bool(request.env["crm.satisfaction.consent"]._withdrawn_ids(partner_sudo))
        return render(
            "page_stop",
            request_sudo,
            path=f"/satisfaction/{token}/stop",
            withdrawn=withdrawn,
            known=bool(partner_sudo),
            answer_path=f"/satisfaction/{token}" if request_sudo._public_state() == "open" else None,
            problem=problem,
        )
