from odoo import fields, models


class CrmSatisfactionBoardLine(models.TransientModel):
    _name = "crm.satisfaction.board.line"
    _inherit = "crm.cell.mixin"
    _description = "Row of the Satisfaction Overview"
    _order = "answers desc, id"

    board_id = fields.Many2one("crm.satisfaction.board", required=True, ondelete="cascade", index=True)
    member_id = fields.Integer(string="Member (ID)", aggregator=None)
    name = fields.Char()
    answers = fields.Integer()
    is_enough = fields.Boolean(help="Enough answers for a figure.")
    value = fields.Float(
        string="Result", digits=(6, 1), aggregator=None, help="NPS from -100 to 100, or the share of good answers in %."
    )
    low = fields.Float(string="From", digits=(6, 1), aggregator=None, help="Lower end of the 95 % interval.")
    high = fields.Float(string="To", digits=(6, 1), aggregator=None, help="Upper end of the 95 % interval.")
    mean = fields.Float(digits=(6, 2), aggregator=None, help="Mean of the scores on their own scale.")
    good = fields.Integer()
    middle = fields.Integer()
    bad = fields.Integer()
    invited = fields.Integer(help="Known by schedule only: nobody served those who did not answer.")
    rate = fields.Float(string="Response Rate", aggregator=None)
    change_text = fields.Char(string="Against Before")

    def action_open_answers(self):
        """Open the answers behind this row."""
        self.ensure_one()
        return self.board_id._answers_action(self.board_id._member_domain(self.member_id))
