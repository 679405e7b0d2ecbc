"""What the statement adds up: cost lines of both sides in one pass, and credit notes moved to their invoice's month."""

from odoo import models
from odoo.tools import SQL


class CrmCostStatement(models.TransientModel):
    _inherit = "crm.cost.statement"

    def _figures(self):
        """Return ``({(level, key): (quantity, amount)} now, the same before)``."""
        months, result = self._months(), {"now": {}, "before": {}}
        if not months:
            return result["now"], result["before"]
        partners = self._partners()
        for side, level, key, quantity, amount in self.env.execute_query(self._figures_sql(partners, months)):
            result[side][level, key] = (quantity, amount)
        if self.credits_by_invoice:
            for side, level, amount in self._moved_credits(partners, months):
                quantity, booked = result[side].get((level, 0), (0, 0))
                result[side][level, 0] = (quantity, booked + amount)
        return self._rounded(result["now"]), self._rounded(result["before"])

    def _months(self):
        """Return (side, period, rate) of every month on the page that has a rate."""
        sides = self._sides()
        rates = self._rates(sides["now"] | sides["before"])
        return [(side, period, rates[period.id]) for side in sides for period in sides[side] if period.id in rates]

    def _figures_sql(self, partners, months):
        return SQL(
            """
            SELECT month.side, line.level,
                   CASE line.level WHEN 'activity' THEN COALESCE(line.activity_id, 0)
                                   WHEN 'direct' THEN COALESCE(line.direct_id, 0) ELSE 0 END AS key,
                   COALESCE(SUM(line.quantity), 0), SUM(line.amount * month.rate)
              FROM crm_cost_line line
              JOIN (VALUES %s) month (side, period_id, rate) ON month.period_id = line.period_id
             WHERE line.partner_id IN %s AND line.attribution = 'customer'
             GROUP BY 1, 2, 3
            """,
            SQL(", ").join(SQL("(%s, %s, %s::numeric)", side, period.id, rate) for side, period, rate in months),
            tuple(partners.ids),
        )

    def _rounded(self, figures):
        """Round to the page's currency at the end only: within one currency nothing changes."""
        rounded = self.currency_id.round
        return {key: (float(quantity), rounded(float(amount))) for key, (quantity, amount) in figures.items()}

    def _moved_credits(self, partners, months):
        """Yield (side, level, amount) of credit notes that leave their own month and enter that of their invoice."""
        for company, level, own, origin, amount in self.env.execute_query(self._credits_sql(partners, months)):
            for side, period, rate in months:
                if level == "cost_of_goods" and period.goods_source != "ledger":
                    continue
                if period.company_id.id != company or (period.date_from <= own <= period.date_to) == (
                    period.date_from <= origin <= period.date_to
                ):
                    continue
                leaves = period.date_from <= own <= period.date_to
                yield side, level, (-amount if leaves else amount) * rate

    def _credits_sql(self, partners, months):
        """Return a SELECT of (company, level, own day, day of the invoice, amount) of corrected invoices."""
        self.env["account.move.line"].flush_model()
        companies = self.env["res.company"].union(*(period.company_id for _side, period, _rate in months))
        roles = self.env["crm.cost.account.role"].sudo()
        return SQL(
            """
            SELECT move.company_id, CASE role.role WHEN 'revenue' THEN 'credit_note' ELSE role.role END AS level,
                   item.date, origin.date, -SUM(item.balance)
              FROM account_move move
              JOIN account_move origin ON origin.id = move.reversed_entry_id AND origin.state = 'posted'
              JOIN account_move_line item ON item.move_id = move.id
              JOIN (%(roles)s) role ON role.company_id = move.company_id AND role.account_id = item.account_id
               AND item.date BETWEEN role.date_from AND role.date_to AND role.role IN ('revenue', 'cost_of_goods')
             WHERE move.commercial_partner_id IN %(partners)s AND move.company_id IN %(companies)s
               AND move.state = 'posted' AND move.move_type = 'out_refund' AND move.crm_write_off IS NOT TRUE
               AND item.is_downpayment IS NOT TRUE
             GROUP BY 1, 2, 3, 4
            """,
            roles=SQL(" UNION ALL ").join(
                SQL("SELECT %s AS company_id, place.* FROM (%s) place", company.id, roles._places_sql(company))
                for company in companies
            ),
            partners=tuple(partners.ids),
            companies=tuple(companies.ids),
        )

    def _ledger_gap(self):
        """Return by how much the profit shown differs from the ledger, because credit notes were moved."""
        months = [(side, period, rate) for side, period, rate in self._months() if side == "now"]
        moved = self._moved_credits(self._partners(), months) if self.credits_by_invoice and months else ()
        return self.currency_id.round(float(sum(amount for _side, _level, amount in moved)))
