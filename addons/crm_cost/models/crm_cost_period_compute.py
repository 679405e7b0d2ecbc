"""How a period is computed: set-based SQL into one working table, then only what differs is written."""

from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_segmentation.models.crm_job import BATCH_SETTINGS


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _compute_period(self):
        """Divide the profit of the ledger among customers and the rest; return the number of lines written.

        Everything happens in the caller's transaction: a period is computed whole or not at all.
        """
        self.ensure_one()
        # The company decides what is read, not whoever starts the computation; managers see all of its ledger here.
        period_sudo = self.sudo().with_company(self.company_id).with_context(allowed_company_ids=self.company_id.ids)
        self.env.flush_all()
        # One process and memory enough for the groups, whoever starts the computation.
        self.env.cr.execute(SQL("; ").join(SQL(f"SET LOCAL {setting}") for setting in BATCH_SETTINGS))
        period_sudo._drop_counts()
        self.env.cr.execute("DROP TABLE IF EXISTS pg_temp.crm_cost_fresh")
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE crm_cost_fresh (partner_id integer, level varchar, attribution varchar,"
            " activity_id integer, pool_id integer, account_id integer, quantity numeric, minutes numeric,"
            " amount numeric, direct_id integer, role varchar, found_by varchar, categ_id integer, team_id integer,"
            " user_id integer, variance_kind varchar) ON COMMIT DROP"
        )
        period_sudo._prepare_places()
        period_sudo._count_pools()
        period_sudo._fill_ledger()
        period_sudo._fill_goods()
        directs = period_sudo._fill_direct()
        results = period_sudo._fill_pools()
        period_sudo._fill_imputed()
        if self.state == "closed":
            return period_sudo._compare_closed()
        new_accounts = period_sudo._new_accounts()
        written = period_sudo._write_lines()
        period_sudo._write_customers(written)
        period_sudo._write_results(results)
        period_sudo._write_direct_results(directs)
        period_sudo._count_ledger()
        period_sudo._write_agreement()
        period_sudo._stamp(written)
        period_sudo._announce(new_accounts)
        self.env.cr.execute("DROP TABLE crm_cost_fresh")
        period_sudo._drop_places()
        period_sudo._drop_counts()
        return written

    def _attribution_sql(self):
        """Return SQL that says whose an amount is, from alias ``who``."""
        return SQL(
            "CASE WHEN who.partner_id IS NULL THEN 'none' WHEN who.partner_id IN (%s) THEN 'intercompany'"
            " ELSE 'customer' END",
            SQL("SELECT partner_id FROM res_company"),
        )

    def _unit(self):
        """Return the smallest unit of the company's currency: 0.01, 1 for the yen, 0.001 for three decimals."""
        return Decimal(str(self.company_id.currency_id.rounding)).normalize()

    def _stamp(self, written):
        """Note when the period was computed, and when a computation last changed something."""
        now = fields.Datetime.now()
        changed = written or self.state == "open"
        self.write({"checked_at": now, **({"computed_at": now, "state": "computed"} if changed else {})})
