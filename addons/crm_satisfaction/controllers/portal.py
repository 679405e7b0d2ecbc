from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

ITEMS_PER_PAGE = 20


class SatisfactionPortal(CustomerPortal):
    """What a customer said, asked and agreed to; of this person only, not of colleagues.

    Customers have no access rights on any of our models. The pages read as superuser, always within the domain of the
    person who is logged in; nothing in the address chooses a record.
    """

    @http.route(
        ["/my/satisfaction", "/my/satisfaction/page/<int:page>"], type="http", auth="user", website=True, readonly=True
    )
    def portal_my_satisfaction(self, page=1, **_params):
        person_sudo = request.env.user.partner_id
        mine = [("partner_id", "=", person_sudo.id)]
        answers_sudo = request.env["crm.satisfaction.response"].sudo()
        counted = [*mine, ("counted", "=", True)]
        pages = pager(url="/my/satisfaction", total=answers_sudo.search_count(counted), page=page, step=ITEMS_PER_PAGE)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "satisfaction",
            "answers": answers_sudo.search(counted, limit=ITEMS_PER_PAGE, offset=pages["offset"]),
            "cases": request.env["crm.satisfaction.case"]
            .sudo()
            .search(mine, order="opened_at desc", limit=ITEMS_PER_PAGE),
            "invitations": request.env["crm.satisfaction.request"].sudo()._open_for_person(person_sudo),
            "withdrawn": person_sudo.satisfaction_withdrawn,
            "pager": pages,
        }
        # Links in it are keys to answers.
        headers = {"Cache-Control": "no-store", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "same-origin"}
        return request.render("crm_satisfaction.portal_my_satisfaction", values, headers=headers)

    @http.route("/my/satisfaction/consent", type="http", auth="user", methods=["POST"], website=True)
    def portal_satisfaction_consent(self, wanted=None, **_params):
        """Note whether this person wants to be asked; whoever is logged in, nobody else."""
        person_sudo = request.env.user.partner_id.sudo()
        if wanted == "yes":
            person_sudo._satisfaction_allow("portal")
        elif wanted == "no":
            person_sudo._satisfaction_withdraw("portal")
        return request.redirect("/my/satisfaction", code=303)
