from odoo import fields, models
from odoo.fields import Command

from ..models.crm_cost_activity import CHANNELS
from .crm_cost_setup_pool import DEPARTMENTS

#: Where the documents of the usual indicators keep their lines.
LINES = {"sale.order": "order_line", "account.move": "invoice_line_ids", "stock.picking": "move_ids"}


class CrmCostSetupLine(models.TransientModel):
    _name = "crm.cost.setup.line"
    _description = "Proposed Activity"
    _order = "id"

    setup_id = fields.Many2one("crm.cost.setup", required=True, ondelete="cascade", index=True)
    department = fields.Selection(
        DEPARTMENTS,
        required=True,
        default="other",
        help="Who does it: the pool of the same kind, or the first one when there is none.",
    )
    name = fields.Char(required=True)
    measure_id = fields.Many2one(
        "crm.measure",
        string="How Often",
        required=True,
        ondelete="cascade",
        domain=[("reviewed", "=", True), ("aggregate", "in", ("count", "days", "sum"))],
        help="Customer indicator that counts how often the activity was done.",
    )
    minutes_per_unit = fields.Float(string="Minutes Each", required=True, digits=(16, 4))
    minutes_per_line = fields.Float(
        string="More a Line",
        digits=(16, 4),
        help="More minutes for each line of the document, where it is an order, a delivery or an invoice.",
    )
    channel = fields.Selection(CHANNELS, help="How the customer reached us, or what was done.")

    def _prepare_activity(self):
        """Return the values of the activity."""
        self.ensure_one()
        values = {
            "name": self.name,
            "measure_id": self.measure_id.id,
            "minutes_per_unit": self.minutes_per_unit,
            "channel": self.channel,
        }
        path = LINES.get(self.measure_id.model_name)
        if path and self.minutes_per_line:
            term = {
                "name": self.env._("Each line"),
                "kind": "lines",
                "field_path": path,
                "minutes": self.minutes_per_line,
            }
            values["term_ids"] = [Command.create(term)]
        return values
