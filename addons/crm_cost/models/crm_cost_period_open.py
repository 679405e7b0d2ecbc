"""What a figure of a period opens: journal items, documents, or our own lines for those who may not read the former."""

from odoo import models
from odoo.fields import Domain


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _items_action(self, role, pool=None, partner=None, account=None, attribution=None):
        """Return the action that opens the journal items behind a figure.

        Readers of customer profit need not be accountants: without access to journal items they get our cost lines.
        """
        self.ensure_one()
        if not self.env["account.move.line"].has_access("read"):
            return self._lines_of(role, pool, partner)
        places = self.env["crm.cost.account.role"].sudo()._accounts_by_role(self.company_id)
        accounts = account.ids if account else places.get((role, pool.id if pool else None), [])
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("parent_state", "=", "posted")
            & Domain("date", ">=", self.date_from)
            & Domain("date", "<=", self.date_to)
            & Domain("journal_id.crm_carry_forward", "!=", True)
            & Domain("account_id", "in", accounts)
        )
        if partner:
            domain &= Domain("move_id.commercial_partner_id", "=", partner.id) | Domain("partner_id", "=", partner.id)
        elif attribution == "none" and role in ("revenue", "cost_of_goods"):
            domain &= Domain("move_id.move_type", "not in", ("out_invoice", "out_refund", "out_receipt"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items of %(period)s", period=self.name),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"create": False},
        }

    def _documents_action(self, activity, partner):
        """Return the action that opens the documents an activity counted for a customer."""
        self.ensure_one()
        measure_sudo = activity.measure_id.sudo()
        if not self.env[measure_sudo.model_name].has_access("read"):
            return self._lines_of("pool", activity.pool_id, partner)
        company = self.company_id if measure_sudo.company_path else self.env["res.company"]
        return measure_sudo._documents_action(partner, company, self.date_from, self.date_to)

    def _lines_of(self, role, pool, partner):
        levels = ("activity", "unused", "variance") if role == "pool" else (role,)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_line_action")
        domain = [("period_id", "in", self.ids), ("level", "in", levels)]
        domain += [("pool_id", "=", pool.id)] if pool else []
        domain += [("partner_id", "=", partner.id)] if partner else []
        return {**action, "domain": domain, "context": {}}
