from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request


class HistoryController(http.Controller):
    @http.route("/crm_segmentation/history/<int:wizard_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def history(self, wizard_id):
        """Send the history that an uninstallation would delete as a zip file.

        Only to an administrator, for a wizard of their own, and only what their groups may read.
        """
        wizard = request.env["base.module.uninstall"].browse(wizard_id).exists()
        if not request.env.user._is_system() or wizard.create_uid != request.env.user:
            raise AccessError(request.env._("Only the administrator who uninstalls may download this."))
        headers = [
            ("Content-Type", "application/zip"),
            ("Content-Disposition", content_disposition("customer-insight-history.zip")),
        ]
        return request.make_response(wizard._crm_history_zip(), headers)
