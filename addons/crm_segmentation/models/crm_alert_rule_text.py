"""A rule in words: for who sets it up, and for each alert, as it was then."""

from odoo import api, fields, models
from odoo.tools import formatLang


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    threshold_unit = fields.Char(
        string="Unit", compute="_compute_threshold_unit", help="What the threshold counts for this kind of rule."
    )
    text = fields.Text(
        string="In Words", compute="_compute_text", help="The rule as each of its alerts keeps it, for this company."
    )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_threshold_unit(self):
        z = self.env._("robust z (Iglewicz and Hoaglin): 3.5 is the usual limit")
        units = {
            "unusual": z,
            "money": z,
            "overdue": self.env._("times the customer's own rhythm"),
            "change": self.env._("% of the window before"),
            "credit": self.env._("% of what was invoiced"),
            "late": self.env._("days after the due date"),
            "silence": self.env._("days"),
            "score": self.env._("points"),
        }
        for rule in self:
            rule.threshold_unit = units.get(rule.kind, "")

    @api.depends(
        "kind", "measure_id", "direction", "threshold", "min_points", "history_days", "score_field",
        "segment_from_ids", "segment_to_ids", "limit_ids.amount", "limit_ids.currency_id", "company_id",
    )  # fmt: skip
    @api.depends_context("lang", "company")
    def _compute_text(self):
        for rule in self:
            rule.text = rule._rule_text(rule.company_id or self.env.company)

    def _rule_text(self, company):
        """Return what the rule says for customers of a company, in whole sentences."""
        self.ensure_one()
        lines = [getattr(self.with_context(crm_text_company=company.id), f"_{self.kind}_text")(
            formatLang(self.env, self.threshold, digits=2)
        )]  # fmt: skip
        limit = self._limit(company)
        if limit.amount and self.kind not in ("large", "money"):
            lines.append(self.env._("Only from %(amount)s on.", amount=self._amount_text(limit.amount, company)))
        if self.min_points:
            lines.append(self.env._("At least %(number)s in the customer's history.", number=self.min_points))
        return " ".join(lines)

    def _amount_text(self, amount, company):
        if self._counts_money():
            return formatLang(self.env, amount, currency_obj=company.currency_id)
        return f"{formatLang(self.env, amount, digits=2)} {self.measure_id.unit or ''}".strip()

    def _side(self):
        return {
            "up": self.env._("larger"),
            "down": self.env._("smaller"),
            "both": self.env._("larger or smaller"),
        }[self.direction]

    def _unusual_text(self, threshold):
        return self.env._(
            "%(indicator)s: a document %(side)s than this customer's own by a robust z of more than %(threshold)s, "
            "compared with the %(days)s days before it.",
            indicator=self.measure_id.name,
            side=self._side(),
            threshold=threshold,
            days=self.history_days,
        )

    def _large_text(self, threshold):
        amounts = self._amounts_line()
        return self.env._(
            "%(indicator)s: a document of at least %(amounts)s.", indicator=self.measure_id.name, amounts=amounts
        )

    def _money_text(self, threshold):
        amounts = self._amounts_line()
        return self.env._(
            "%(text)s With too little history: from %(amounts)s on.",
            text=self._unusual_text(threshold),
            amounts=amounts,
        )

    def _amounts_line(self):
        company = self.env["res.company"].browse(self.env.context["crm_text_company"])
        limit = self._limit(company)
        return self._amount_text(limit.amount, company) if limit.amount else "–"

    def _overdue_text(self, threshold):
        return self.env._(
            "No purchase for more than %(threshold)s times the customer's own rhythm.", threshold=threshold
        )

    def _change_text(self, threshold):
        sides = {
            "up": self.env._("rose"),
            "down": self.env._("fell"),
            "both": self.env._("rose or fell"),
        }
        return self.env._(
            "%(indicator)s %(side)s by at least %(threshold)s %% against the %(days)s days before.",
            indicator=self.measure_id.name,
            side=sides[self.direction],
            threshold=threshold,
            days=self.measure_id.window_days,
        )

    def _credit_text(self, threshold):
        return self.env._("Credit notes reach %(threshold)s %% of what was invoiced.", threshold=threshold)

    def _late_text(self, threshold):
        return self.env._(
            "An invoice open for at least %(threshold)s days after its due date, and for longer than this customer "
            "usually takes.",
            threshold=threshold,
        )

    def _silence_text(self, threshold):
        if self.measure_id:
            return self.env._(
                "%(indicator)s: nothing for %(threshold)s days.", indicator=self.measure_id.name, threshold=threshold
            )
        return self.env._("No sign of life for %(threshold)s days.", threshold=threshold)

    def _score_text(self, threshold):
        scores = dict(self._fields["score_field"]._description_selection(self.env))
        sides = {
            "up": self.env._("rose"),
            "down": self.env._("fell"),
            "both": self.env._("rose or fell"),
        }
        return self.env._(
            "Score (%(score)s) %(side)s by at least %(threshold)s points.",
            score=scores[self.score_field],
            side=sides[self.direction],
            threshold=threshold,
        )

    def _segment_text(self, threshold):
        anywhere = self.env._("any segment")
        return self.env._(
            "The customer left %(left)s or entered %(entered)s.",
            left=", ".join(self._segments("segment_from_ids").mapped("name")) or anywhere,
            entered=", ".join(self._segments("segment_to_ids").mapped("name")) or anywhere,
        )
