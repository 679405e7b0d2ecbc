from odoo import fields, models


class CrmSatisfactionImportLine(models.TransientModel):
    _name = "crm.satisfaction.import.line"
    _inherit = "crm.cell.mixin"
    _description = "Row of Imported Scores"
    _order = "number, id"

    import_id = fields.Many2one("crm.satisfaction.import", required=True, ondelete="cascade", index=True)
    number = fields.Integer(string="Row", aggregator=None)
    customer = fields.Char(string="In the File")
    partner_id = fields.Many2one("res.partner", string="Contact")
    answered_at = fields.Datetime(string="Answered on")
    score = fields.Integer(aggregator=None)
    score_text = fields.Char(string="Score in the File")
    comment = fields.Text()
    source_key = fields.Char(help="What tells this row from every other, in this file and in those stored before.")
    state = fields.Selection(
        [("ready", "To store"), ("known", "Stored before"), ("wrong", "Wrong")], string="Status", required=True
    )
    note = fields.Char(string="What Is Wrong")

    def _prepare_answer(self):
        return {
            "program_id": self.import_id.program_id.id,
            "partner_id": self.partner_id.id,
            "score": self.score,
            "comment": self.comment or False,
            "channel": "import",
            "answered_at": self.answered_at,
            "source_key": self.source_key,
        }
