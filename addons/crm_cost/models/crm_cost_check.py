from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCostCheck(models.Model):
    """A question that is asked before a month is closed.

    The answer comes from the method ``_check_<code>(period)``: a dict with the ``model`` and ``domain`` of what was
    found, and ``count`` when that is not the number of records; or None where the question makes no sense.
    """

    _name = "crm.cost.check"
    _description = "Closing Check"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, help="Archived checks are not asked.")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True, help="Which method answers.")
    description = fields.Text(translate=True, help="What is counted, and what to do about it.")
    blocking = fields.Boolean(
        company_dependent=True,
        help="What was found must be settled before a month of this company is closed; otherwise it is a warning.",
    )
    is_fixed = fields.Boolean(string="Always Blocks", readonly=True, help="A month that differs is never closed.")

    _code_uniq = models.UniqueIndex("(code)", "There is one check per code.")

    @api.constrains("code")
    def _check_code(self):
        for check in self:
            if not callable(getattr(type(self), check._method_name(), None)):
                raise ValidationError(self.env._("Nothing answers the check %(code)s.", code=check.code))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        results_sudo = self.env["crm.cost.check.result"].sudo()
        if results_sudo.search_count([("check_id", "in", self.ids)], limit=1):
            raise ValidationError(self.env._("Months have been checked with this question. Archive it instead."))

    def _method_name(self):
        return f"_check_{self.code}"

    def _ask(self, period_sudo):
        """Return ``{model, domain, count}`` of what was found in a month, or None where the check does not apply."""
        self.ensure_one()
        found = getattr(self, self._method_name())(period_sudo)
        if found is None:
            return None
        domain = list(found.get("domain", []))
        count = found.get("count")
        if count is None:
            # Archived accounts and products count as well.
            count = period_sudo.env[found["model"]].with_context(active_test=False).search_count(domain)
        return {"model": found["model"], "domain": domain, "count": count}
