from odoo import api, fields, models
from odoo.exceptions import UserError

#: What a correction takes over: the circumstances of the answer stay what they were.
KEPT = (
    "request_id",
    "program_id",
    "company_id",
    "partner_id",
    "customer_id",
    "user_id",
    "served_by_id",
    "team_id",
    "product_id",
    "stage_id",
    "market_id",
    "metric",
    "scale_min",
    "scale_max",
    "good_from",
    "bad_up_to",
    "answered_at",
    "res_model",
    "res_id",
    "user_input_id",
)


class CrmSatisfactionResponse(models.Model):
    """A wrong answer is never changed: a new one with a reason takes its place in the figures, and both stay."""

    _inherit = "crm.satisfaction.response"

    counted = fields.Boolean(
        readonly=True,
        default=True,
        help="Enters figures and profiles. An answer that was corrected, or withdrawn with a reason, does not.",
    )
    corrects_id = fields.Many2one(
        "crm.satisfaction.response",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        help="The answer this one takes the place of.",
    )
    replaced_by_id = fields.Many2one(
        "crm.satisfaction.response",
        string="Corrected by",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        help="The answer that counts in the place of this one.",
    )
    reason = fields.Char(string="Reason for Correction", readonly=True)

    _corrects_uniq = models.UniqueIndex(
        "(corrects_id) WHERE corrects_id IS NOT NULL", "An answer is corrected once; correct the correction."
    )
    _correction_has_a_reason = models.Constraint(
        "CHECK ((corrects_id IS NULL) = (reason IS NULL))", "A correction needs a reason."
    )

    def action_correct(self):
        """Open the window that asks for the right score and the reason."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_correct_action")
        return dict(action, context={"default_response_id": self.id, "default_score": self.score})

    def _correct(self, score, reason, counted=True):
        """Store the right score beside the wrong one; return the new answer.

        :param score: what the customer meant
        :param str reason: how that is known, and who said so
        :param bool counted: False when the answer should not count at all
        """
        self.ensure_one()
        if self.replaced_by_id:
            raise UserError(self.env._("This answer has been corrected already. Correct the newer one."))
        own = self.sudo()
        correction = self._record([{**own._prepare_correction(), "score": score, "reason": reason, "counted": counted}])
        own.write({"replaced_by_id": correction.id, "counted": False})
        self.env["crm.satisfaction.pending"]._add(own.ids)
        self.env["crm.customer"]._trigger_satisfaction()
        return correction

    def _prepare_correction(self):
        """Return what a correction takes over."""
        return {
            **{name: self._fields[name].convert_to_write(self[name], self) for name in KEPT},
            "comment": self.comment,
            "channel": "correction",
            "corrects_id": self.id,
            "segment_ids": [fields.Command.set(self.segment_ids.ids)],
        }

    @api.depends("customer_id", "program_id", "score")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """Name who said what to those who may read it: behind a link the name is read as the system, for anybody."""
        seen = self if self.env.user._is_superuser() else self.sudo(False)._filtered_access("read")
        (self - seen).display_name = self.env._("An answer you may not see")
        for response in seen.with_env(self.env):
            who = response.customer_id.display_name or self.env._("Nobody known")
            response.display_name = f"{who}: {response.score} / {response.scale_max}"
