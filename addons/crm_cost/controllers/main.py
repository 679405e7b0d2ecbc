from odoo import http
from odoo.http import content_disposition, request


class CrmCostController(http.Controller):
    @http.route("/crm_cost/statement/<int:page_id>.xlsx", type="http", auth="user", readonly=True)
    def statement_xlsx(self, page_id):
        """Send a statement as a spreadsheet, to the reader whose page it is."""
        page = request.env["crm.cost.statement"].browse(page_id)
        page.check_access("read")
        if not page.exists():
            return request.not_found()
        headers = [
            ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("Content-Disposition", content_disposition(f"{page._file_name()}.xlsx")),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(page._xlsx(), headers)
