from odoo import api, fields, models
from odoo.exceptions import UserError

#: Details of answers that count: a correction changes the score and leaves what else was said.
COUNTED_PARTS = ["|", ("response_id.counted", "=", True), ("response_id.replaced_by_id.counted", "=", True)]


class CrmSatisfactionResponsePart(models.Model):
    """What the customer added to a score on the pages after it: the score of an attribute, a choice, a text.

    Append-only like the answer itself: a second text to the same question does not take the place of the first.
    """

    _name = "crm.satisfaction.response.part"
    _inherit = "crm.cell.mixin"
    _description = "Detail of a Satisfaction Answer"
    _order = "response_id desc, id"
    _rec_name = "question_title"

    response_id = fields.Many2one(
        "crm.satisfaction.response", string="Answer", required=True, ondelete="restrict", index=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    question_id = fields.Many2one("survey.question", ondelete="set null", index="btree_not_null", readonly=True)
    question_title = fields.Char(
        string="Asked", required=True, readonly=True, help="The question as it was worded on that day."
    )
    kind = fields.Selection(
        [
            ("attribute", "Score of an attribute"),
            ("choice", "Choice"),
            ("comment", "Text"),
            ("later", "Said later, not counted"),
        ],
        required=True,
        readonly=True,
        help="A rating that was changed after it had been taken over shows here what it says now; the first counts.",
    )
    score = fields.Integer(readonly=True, aggregator="avg")
    scale_min = fields.Integer(string="Lowest", readonly=True, aggregator=None)
    scale_max = fields.Integer(string="Highest", readonly=True, aggregator=None)
    choice = fields.Char(readonly=True, help="The choice made, in the words of the survey.")
    comment = fields.Text(string="Text", readonly=True, help="What the customer wrote.")
    # Who said it, for lists and searches
    customer_id = fields.Many2one(related="response_id.customer_id")
    program_id = fields.Many2one(related="response_id.program_id", string="Schedule")
    answered_at = fields.Datetime(related="response_id.answered_at", string="Answered on")

    _question_uniq = models.UniqueIndex(
        "(response_id, question_id, kind) WHERE question_id IS NOT NULL AND kind != 'choice'",
        "Each question is answered once.",
    )
    _score_in_range = models.Constraint(
        "CHECK (kind NOT IN ('attribute', 'later') OR (score BETWEEN scale_min AND scale_max"
        " AND scale_min >= 0 AND scale_max <= 10))",
        "A score must lie on its scale.",
    )
    _text_where_no_score = models.Constraint(
        "CHECK (kind IN ('attribute', 'later') OR COALESCE(choice, comment) != '')", "A text or a choice has words."
    )

    def write(self, vals):
        """Refuse every change, except emptying the link to a question that is deleted."""
        if not self.env.su or vals != {"question_id": False}:
            raise UserError(self.env._("What a customer answered cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("What a customer answered cannot be deleted."))
