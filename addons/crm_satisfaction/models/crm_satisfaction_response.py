from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import scores

#: The metrics with their scales in words.
METRICS = [
    ("nps", "Recommendation (NPS, 0 to 10)"),
    ("csat", "Satisfaction (CSAT, 1 to 5)"),
    ("ces", "Ease (CES, 1 to 7)"),
]
#: Links that may be emptied when what they point to is removed. Everything else is final.
LINKS = {"request_id", "user_input_id", "partner_id", "customer_id", "user_id"}


class CrmSatisfactionResponse(models.Model):
    """One score a customer gave. Append-only: nobody changes or deletes what a customer said."""

    _name = "crm.satisfaction.response"
    _inherit = "crm.cell.mixin"
    _description = "Satisfaction Answer"
    _order = "answered_at desc, id desc"
    _rec_name = "customer_id"

    request_id = fields.Many2one(
        "crm.satisfaction.request",
        string="Invitation",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    program_id = fields.Many2one(
        "crm.satisfaction.program", string="Schedule", required=True, ondelete="restrict", index=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    # The score stays when the person is deleted.
    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="set null", index="btree_not_null", readonly=True
    )
    customer_id = fields.Many2one("res.partner", ondelete="set null", index="btree_not_null", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Account Manager",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="Salesperson of the customer on the day of the answer.",
    )
    metric = fields.Selection(
        METRICS,
        required=True,
        readonly=True,
    )
    score = fields.Integer(required=True, readonly=True, aggregator="avg")
    scale_min = fields.Integer(string="Lowest", required=True, readonly=True, aggregator=None)
    scale_max = fields.Integer(string="Highest", required=True, readonly=True, aggregator=None)
    score_group = fields.Selection(
        [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")],
        string="Group",
        compute="_compute_score_group",
        store=True,
        precompute=True,
        index=True,
        help="NPS: promoters answer 9 or 10, detractors 0 to 6. On other scales: best, middle and worst answers.",
    )
    comment = fields.Text(readonly=True, help="What the customer wrote on the pages after the score.")
    answered_at = fields.Datetime(
        string="Answered on", required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    channel = fields.Selection(
        [("mail", "Link in the mail"), ("survey", "Survey pages")],
        required=True,
        readonly=True,
        default="mail",
        help="Where the score was confirmed.",
    )
    user_input_id = fields.Many2one(
        "survey.user_input", string="Survey Answer", ondelete="set null", index="btree_not_null", readonly=True
    )

    _score_in_range = models.Constraint(
        "CHECK (score BETWEEN scale_min AND scale_max AND scale_min >= 0 AND scale_max <= 10)",
        "A score must lie on its scale.",
    )
    _request_uniq = models.UniqueIndex(
        "(request_id) WHERE request_id IS NOT NULL", "An invitation can be answered once."
    )
    _customer_idx = models.Index("(customer_id, company_id, answered_at DESC, id DESC)")

    @api.depends("metric", "score")
    def _compute_score_group(self):
        for response in self:
            response.score_group = response.metric and scores.group_of(response.metric, response.score)

    def write(self, vals):
        """Refuse every change, except emptying links and adding a comment where there was none."""
        emptied = vals.keys() <= LINKS and not any(vals.values())
        first_comment = vals.keys() == {"comment"} and self.env.su and not any(self.mapped("comment"))
        if not (emptied and self.env.su) and not first_comment:
            raise UserError(self.env._("What a customer answered cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("What a customer answered cannot be deleted."))
