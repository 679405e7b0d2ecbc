"""One pass over the items of a month: what they have in common is added up, what needs a second look is noted."""

from odoo import models
from odoo.tools import SQL

from .crm_cost_period_places import WHOLE

#: Documents that name their customer themselves.
SALES = SQL("('out_invoice', 'out_refund', 'out_receipt')")


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _gather(self):
        """Add up the items that are no cost of a pool in the table ``crm_cost_gathered``, reading each of them once.

        Customer documents name the customer, and accounts without one need none: such items are added up at once. The
        others keep their number (``item_id``): whose they are depends on orders, bills and the rest of their entry, and
        what was given away is worth what its taxes leave. Items that are divided are left out: their shares are read
        apart.
        """
        # Named one by one, for the planner to know how many items are on these accounts.
        places = self.env.execute_query(SQL("SELECT DISTINCT account_id FROM crm_cost_place WHERE role <> 'pool'"))
        self._work_table(
            "crm_cost_gathered",
            SQL(
                """
                SELECT CASE WHEN spot.has_customer AND (move.move_type NOT IN %(sales)s OR item.discount >= 100)
                            THEN item.id END AS item_id,
                       spot.place_id, CASE WHEN spot.has_customer THEN move.commercial_partner_id END AS partner_id,
                       %(level)s AS level, move.team_id, move.invoice_user_id AS user_id, goods.categ_id,
                       SUM(place.balance) AS balance, SUM(%(discount)s) AS discount
                  FROM %(items)s
                  JOIN account_move move ON move.id = item.move_id AND move.crm_carry_forward IS NOT TRUE
                  JOIN crm_cost_place spot ON spot.account_id = item.account_id AND spot.role <> 'pool'
                   AND (spot.always OR item.date BETWEEN spot.date_from AND spot.date_to)
            CROSS JOIN LATERAL (SELECT spot.role, item.balance) place
             LEFT JOIN (SELECT product.id, template.categ_id FROM product_product product
                          JOIN product_template template ON template.id = product.product_tmpl_id) goods
                    ON goods.id = item.product_id
                 WHERE item.account_id IN %(accounts)s
                   AND %(whole)s
                 GROUP BY 1, 2, 3, 4, 5, 6, 7
                """,
                sales=SALES,
                level=self._item_level_sql(),
                discount=self._discount_sql(given=SQL("0")),
                items=self._journal_items_sql(),
                whole=WHOLE if self._is_divided() else SQL("TRUE"),
                accounts=tuple(account for (account,) in places) or (0,),
            ),
        )
        # Else the planner would expect every item to need a second look.
        self.env.cr.execute("ANALYZE crm_cost_gathered (item_id)")

    def _has_single(self):
        """Return whether any item needs a look of its own, or is divided."""
        [(found,)] = self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM crm_cost_gathered WHERE item_id IS NOT NULL)"
                " OR EXISTS (SELECT FROM crm_cost_share)"
            )
        )
        return found

    def _is_divided(self):
        """Return whether any item was divided; mostly none is, and looking for shares would cost every item a look."""
        [(divided,)] = self.env.execute_query(SQL("SELECT EXISTS (SELECT FROM crm_cost_share)"))
        return divided

    def _divides(self):
        """Return whether anything can divide an item: a rule for a share, or an analytic account of a customer."""
        projects = SQL("SELECT WHERE FALSE")
        if "project.project" in self.env and "account_id" in self.env["project.project"]:
            projects = SQL("SELECT FROM project_project WHERE account_id IS NOT NULL AND partner_id IS NOT NULL")
        [(divides,)] = self.env.execute_query(
            SQL(
                "WITH rule AS (%s) SELECT EXISTS (SELECT FROM rule) OR EXISTS (%s)"
                " OR EXISTS (SELECT FROM account_analytic_account WHERE partner_id IS NOT NULL)",
                self._special_rules_sql(),
                projects,
            )
        )
        return divides
