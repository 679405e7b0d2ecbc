from odoo import api, models
from odoo.tools import SQL


class CrmStart(models.TransientModel):
    _inherit = "crm.start"

    @api.model
    def _get_checks(self):
        """Add the question of cost, answered without a single amount: many who set things up are not in finance."""
        return [*super()._get_checks(), self._cost_check()]

    @api.model
    def _cost_check(self):
        company = self.env.company
        facts = self._cost_facts(company)
        computed = (
            self.env["crm.cost.period"]
            .sudo()
            .search_count([("company_id", "=", company.id), ("state", "!=", "open")], limit=1)
        )
        manager = self.env.user.has_group("crm_cost.group_profit_manager")
        label, action = self._cost_button(computed, manager)
        missing = False
        if not facts["items"]:
            missing = self.env._("Post customer invoices and the month's expenses, or import them.")
        elif not manager and not computed:
            missing = self.env._(
                "Nobody sees customer profit until a system administrator grants the right Customer Profitability."
            )
        elif not computed:
            missing = self.env._("Say which expenses serve customers and how long an order takes: five minutes.")
        return {
            "sequence": 50,
            "question": self.env._("Which customers earn money, and which cost us money?"),
            "state": "ready" if computed else "partly" if facts["items"] else "missing",
            "fact": self.env._(
                "%(accounts)s profit-and-loss accounts with entries in the last 12 months, %(mapped)s of them with a "
                "place in customer profit; entries over %(years)s years.",
                accounts=facts["used"],
                mapped=facts["mapped"],
                years=f"{facts['years']:.1f}",
            ),
            "missing": missing,
            "button": label,
            "action": action,
        }

    def _cost_button(self, computed, manager):
        """Return label and action of the button, by what the user may do."""
        if self.env.user.has_group("crm_cost.group_profit_reader") and computed:
            return self.env._("Whale Curve"), "crm_cost.crm_cost_whale_action"
        if manager:
            return self.env._("Set Up"), "crm_cost.crm_cost_setup_action"
        if self.env.user._is_system():
            return self.env._("Grant Access"), {
                "type": "ir.actions.act_window",
                "res_model": "res.groups",
                "res_id": self.env.ref("crm_cost.group_profit_manager").id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return self.env._("Who May See It"), {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "Customer profit is for finance. Ask a system administrator for the right Customer Profitability."
                ),
            },
        }

    def _cost_facts(self, company):
        """Return counts only: no amount leaves the profitability groups."""
        roles = self.env["crm.cost.account.role"].sudo()._roles_sql(company)
        [(used, mapped, years)] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE recent), COUNT(*) FILTER (WHERE recent AND role <> 'unmapped'),
                       COALESCE((MAX(last_day) - MIN(first_day)) / 365.25, 0)
                  FROM (SELECT role.role, MIN(item.date) AS first_day, MAX(item.date) AS last_day,
                               MAX(item.date) >= CURRENT_DATE - 365 AS recent
                          FROM (%s) role
                          JOIN account_move_line item ON item.account_id = role.account_id AND item.company_id = %s
                               AND item.parent_state = 'posted'
                         GROUP BY role.account_id, role.role) account
                """,
                roles,
                company.id,
            )
        )
        return {"used": used, "mapped": mapped, "years": float(years), "items": bool(used)}
