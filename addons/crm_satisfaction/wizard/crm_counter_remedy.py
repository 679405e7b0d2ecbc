"""Which remedy is suggested: among those allowed, what worked before in cases like this one."""

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.crm_segmentation.tools.robust import wilson

from ..tools import recovery


class CrmCounterRemedy(models.TransientModel):
    _name = "crm.counter.remedy"
    _description = "Suggested Remedy"
    _order = "sequence, id"

    counter_id = fields.Many2one("crm.counter", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    remedy_id = fields.Many2one("crm.courtesy", required=True, ondelete="cascade")
    description = fields.Text(related="remedy_id.description")
    worked = fields.Char(
        string="Worked Before", help="Customers won back with it, of the closed cases that count here."
    )


class CrmCounter(models.TransientModel):
    _inherit = "crm.counter"

    def _suggest_remedies(self):
        """Put what this customer may be offered in order, and say how."""
        policies = self.env["crm.customer"]._service_policies(self.customer_id, self.company_id)
        allowed = policies.get(self.customer_id.id, ({}, {}))[0].get("courtesy_ids") or []
        levels = self._remedy_levels() if allowed else []
        level, rows = recovery.suggest(allowed, levels, lambda recovered, cases: wilson(recovered, cases)[0])
        number = sum(cases for _recovered, cases in dict(levels).get(level, {}).values())
        self.write(
            {
                "remedy_ids": [
                    fields.Command.create(
                        {"sequence": place, "remedy_id": remedy, "worked": self._worked_text(recovered, cases)}
                    )
                    for place, (remedy, recovered, cases) in enumerate(rows)
                ],
                "remedy_method": self._method_text(level, number, bool(allowed)),
            }
        )

    def _remedy_levels(self):
        """Return [(name, {remedy: (recovered, cases)})]: the closest cases first, each kind only where it is known."""
        case = self.env["crm.satisfaction.case"]._find_open(self.customer_id, self.company_id) or self.case_ids[:1]
        closed = Domain("company_id", "=", self.company_id.id) & Domain("remedy_id", "!=", False)
        closed &= Domain("result", "in", ("recovered", "not_recovered"))
        cause = Domain("cause_id", "=", case.cause_id.id)
        segment = self.env["crm.satisfaction.case"]._class_of(self.customer_id, self.company_id)
        value = Domain("segment_id", "=", segment.id)
        levels = [("all", closed)]
        if segment:
            levels.insert(0, ("value", closed & value))
        if case.cause_id:
            levels.insert(0, ("cause", closed & cause))
        if case.cause_id and segment:
            levels.insert(0, ("cause_value", closed & cause & value))
        return [(name, self._tally(domain)) for name, domain in levels]

    def _tally(self, domain):
        groups = self.env["crm.satisfaction.case"]._read_group(domain, ["remedy_id", "result"], ["__count"])
        tally = {}
        for remedy, result, count in groups:
            recovered, cases = tally.get(remedy.id, (0, 0))
            tally[remedy.id] = (recovered + count * (result == "recovered"), cases + count)
        return tally

    def _worked_text(self, recovered, cases):
        if not cases:
            return False
        low, high = wilson(recovered, cases)
        return self.env._(
            "%(recovered)s of %(cases)s recovered (%(low).0f to %(high).0f %%)",
            recovered=recovered,
            cases=cases,
            low=100 * low,
            high=100 * high,
        )

    def _method_text(self, level, number, allowed):
        if not allowed:
            return self.env._("The service policy of this customer names no courtesy. Ask before offering anything.")
        if not level:
            return self.env._(
                "Not enough cases yet (at least %(least)s with one remedy): in the order of the service policy.",
                least=recovery.LEAST_CASES,
            )
        like = {
            "cause_value": self.env._("the same cause and class"),
            "cause": self.env._("the same cause"),
            "value": self.env._("customers of the same class"),
            "all": self.env._("all customers"),
        }[level]
        return self.env._(
            "By the lower end of the 95 %% interval (Wilson) of the share won back, in %(number)s cases: %(like)s.",
            number=number,
            like=like,
        )
