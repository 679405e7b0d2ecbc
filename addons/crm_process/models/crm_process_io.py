from odoo import fields, models

PARTIES = [
    ("internal", "Internal"),
    ("external", "External"),
    ("other", "Other Party"),
]


class CrmProcessIo(models.Model):
    """Something a stage needs or gives, with whoever it comes from or goes to."""

    _name = "crm.process.io"
    _inherit = "crm.process.figure"
    _description = "Input or Output of a Stage"
    _order = "sheet_id, kind, sequence, id"

    kind = fields.Selection([("input", "Input"), ("output", "Output")], required=True, default="input")
    party = fields.Selection(
        PARTIES,
        required=True,
        default="internal",
        help="Internal: a department of the company. External: the customer or a supplier. Other party: a bank, an "
        "authority, an insurer.",
    )
    party_name = fields.Char(
        string="Supplier or Receiver", help="Who the input comes from, or who receives the output."
    )
    other_process_id = fields.Many2one(
        "crm.process",
        string="Interface to Process",
        index="btree_not_null",
        ondelete="set null",
        help="Other process the input comes from or the output goes to.",
    )
