"""Every cell of the agreement with the ledger opens its entries."""

from odoo import models
from odoo.exceptions import UserError

RESULTS = ("unused", "variance", "kept_out")
#: Column -> which cost lines it adds up; the sum and every column of later additions show all lines of the row.
CELLS = {
    "customers": [("attribution", "=", "customer")],
    "intercompany": [("attribution", "=", "intercompany")],
    "not_attributed": [("attribution", "=", "none"), ("level", "not in", RESULTS)],
    **{level: [("level", "=", level)] for level in RESULTS},
}


class CrmCostReconciliation(models.Model):
    _inherit = "crm.cost.reconciliation"

    def action_open_cell(self, column):
        """Open the cost lines behind a column, or the journal items behind the ledger's own figure."""
        self.ensure_one()
        self.check_access("read")
        field = self._fields.get(column)
        if not field or field.type != "monetary":
            raise UserError(self.env._("There is no such column."))
        if column in ("ledger", "difference"):
            return self.action_open_items()
        return self._lines_action(CELLS.get(column, []))
