from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import scores

#: The metrics with their scales in words.
METRICS = [
    ("nps", "Recommendation (NPS, 0 to 10)"),
    ("csat", "Satisfaction (CSAT, 1 to 5)"),
    ("ces", "Ease (CES, 1 to 7)"),
    ("custom", "Own scale"),
]
GROUPS = [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")]
CHANNELS = [
    ("mail", "Link in the mail"),
    ("survey", "Survey pages"),
    ("link", "Open link"),
    ("qr", "QR code"),
    ("portal", "Customer portal"),
    ("rating", "Rating in Odoo"),
    ("import", "Imported"),
    ("correction", "Correction"),
]
#: Links that may be emptied when what they point to is removed. Everything else is final.
LINKS = {
    "request_id",
    "user_input_id",
    "partner_id",
    "customer_id",
    "user_id",
    "served_by_id",
    "team_id",
    "product_id",
    "stage_id",
    "market_id",
}


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
    good_from = fields.Integer(
        readonly=True, aggregator=None, help="On an own scale: scores from here on are good ones."
    )
    bad_up_to = fields.Integer(
        string="Bad up to", readonly=True, aggregator=None, help="On an own scale: scores up to here are bad ones."
    )
    score_group = fields.Selection(
        GROUPS,
        string="Group",
        compute="_compute_score_group",
        store=True,
        precompute=True,
        index=True,
        help="NPS: promoters answer 9 or 10, detractors 0 to 6. On other scales: best, middle and worst answers.",
    )
    points = fields.Float(
        string="Score (0-100)",
        compute="_compute_points",
        store=True,
        precompute=True,
        digits=(5, 2),
        aggregator="avg",
        help="The score on a scale from 0 to 100, so that answers on different scales can be averaged: "
        "100 x (score - lowest) / (highest - lowest).",
    )
    comment = fields.Text(readonly=True, help="What the customer wrote on the pages after the score.")
    answered_at = fields.Datetime(
        string="Answered on", required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    channel = fields.Selection(
        CHANNELS,
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
    _metric_has_its_scale = models.Constraint(
        "CHECK (metric = 'custom' OR (metric, scale_min, scale_max) IN"
        " (('nps', 0, 10), ('csat', 1, 5), ('ces', 1, 7)))",
        "NPS is asked from 0 to 10, CSAT from 1 to 5, CES from 1 to 7.",
    )
    _own_scale_has_limits = models.Constraint(
        "CHECK (metric != 'custom' OR (scale_min < scale_max AND bad_up_to >= scale_min - 1 AND bad_up_to < good_from"
        " AND good_from <= scale_max + 1))",
        "On an own scale the bad scores end below the good ones.",
    )
    _request_uniq = models.UniqueIndex(
        "(request_id) WHERE request_id IS NOT NULL AND corrects_id IS NULL", "An invitation can be answered once."
    )
    _customer_idx = models.Index("(customer_id, company_id, answered_at DESC, id DESC)")

    @api.depends("metric", "score", "good_from", "bad_up_to")
    def _compute_score_group(self):
        for response in self:
            response.score_group = response.metric and scores.group_of(
                response.metric, response.score, response.good_from, response.bad_up_to
            )

    @api.depends("score", "scale_min", "scale_max")
    def _compute_points(self):
        for response in self:
            response.points = scores.points(response.score, response.scale_min, response.scale_max)

    @api.model_create_multi
    def create(self, vals_list):
        """Note with one statement what else is known, and that figures must be counted again."""
        responses = super().create(vals_list)
        responses._note_recorded()
        return responses

    def write(self, vals):
        """Refuse every change, except emptying links, a comment where there was none, and what replaces it."""
        if not self.env.su or not self._may_write(vals):
            raise UserError(self.env._("What a customer answered cannot be changed."))
        result = super().write(vals)
        if vals.keys() & LINKS:
            self.env["crm.satisfaction.pending"]._add(self.ids)
        return result

    def _may_write(self, vals):
        """Tell whether the system may write this: it is not what the customer said."""
        if vals.keys() <= LINKS:
            return not any(vals.values())
        if vals.keys() == {"comment"}:
            return not any(self.mapped("comment"))
        # One that is suspected or withdrawn does not count, and can be wrong all the same.
        replaced = vals.keys() == {"replaced_by_id", "counted"} and not vals["counted"]
        return replaced and not self.replaced_by_id and self.browse(vals["replaced_by_id"]).corrects_id == self

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("What a customer answered cannot be deleted."))
