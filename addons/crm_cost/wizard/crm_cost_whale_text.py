"""What the curve says in words."""

from odoo import models
from odoo.tools.misc import formatLang

from ..tools import whale


class CrmCostWhale(models.TransientModel):
    _inherit = "crm.cost.whale"

    def _nouns(self):
        """Return the word for what is ranked, within a sentence and as a title."""
        words = {
            "customer": (self.env._("customers"), self.env._("Customers")),
            "category": (self.env._("product categories"), self.env._("Product categories")),
            "country": (self.env._("countries"), self.env._("Countries")),
            "user": (self.env._("salespeople"), self.env._("Salespeople")),
            "team": (self.env._("sales teams"), self.env._("Sales teams")),
        }
        return dict(zip(("plain", "Title"), words[self.dimension], strict=True))

    def _headline(self, fifths, everybody):
        """Say in words what the best and the worst fifth of the customers do to the profit."""
        who = self._nouns()["plain"]
        if len(fifths) < 5:
            return self.env._("Fewer than five %(who)s: too few to speak of fifths.", who=who)
        best, worst, total = fifths[1]["profit"], fifths[5]["profit"], everybody["profit"]
        words = whale.fifths(best, worst, total)
        if words["kind"] == "loss":
            amounts = {"best": best, "worst": worst, "total": total}
            money = {name: formatLang(self.env, v, currency_obj=self.currency_id) for name, v in amounts.items()}
            return self.env._(
                "The %(who)s bring %(total)s together, so there is no profit to be a part of: the best fifth brings "
                "%(best)s, the worst fifth %(worst)s.",
                who=who,
                **money,
            )
        words["peak"] = whale.percent(everybody["running"], total)
        shares = {name: f"{words[name]:.0f}" for name in ("best", "worst", "peak")}
        if words["kind"] == "earns":
            return self.env._(
                "The best fifth of the %(who)s earns %(best)s %% of the profit, the worst fifth %(worst)s %%. "
                "The curve peaks at %(peak)s %%.",
                who=who,
                **shares,
            )
        return self.env._(
            "The best fifth of the %(who)s earns %(best)s %% of the profit, and the worst fifth eats up %(worst)s %% "
            "of it again. The curve peaks at %(peak)s %%.",
            who=who,
            **shares,
        )

    def _pareto_words(self, key, everybody):
        """Say how few are enough for 80 % of what the profitable ones earn."""
        if not key:
            return self.env._("None of the %(who)s earns anything.", who=self._nouns()["plain"])
        return self.env._(
            "80/20: %(key)s of %(count)s %(who)s (%(share)s %%) earn 80 %% of what all profitable ones earn together.",
            key=key["customers"],
            count=everybody["customers"],
            who=self._nouns()["plain"],
            share=round(100 * key["customers"] / everybody["customers"]),
        )
