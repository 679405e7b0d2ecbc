from odoo import http
from odoo.http import content_disposition, request

from ..tools import sheet


class AgreementController(http.Controller):
    @http.route("/crm_cost/agreement/<int:period_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def agreement(self, period_id):
        """Send the agreement with the ledger of a month as a spreadsheet, to whoever may read it on screen."""
        period = request.env["crm.cost.period"].browse(period_id)
        period.check_access("read")
        if not period.exists():
            raise request.not_found()
        content = sheet.agreement(period._agreement_sheet(), period.name, period.currency_id.decimal_places)
        name = f"{request.env._('Agreement with the Ledger')} {period.name} v{period.version}.xlsx"
        headers = [
            ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers)
