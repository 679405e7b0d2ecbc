"""Which item of the ledger has which place: every item exactly once, divided where analytic accounts divide it."""

from odoo import models
from odoo.tools import SQL

BILLS = SQL("('in_invoice', 'in_refund', 'in_receipt')")
#: The item is not divided.
WHOLE = SQL("NOT EXISTS (SELECT FROM crm_cost_share share WHERE share.item_id = item.id)")
#: Columns of the temporary tables of places; a share has more.
PLACE = "role varchar, pool_id integer, direct_id integer, customer_rule varchar"


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _items_sql(self, date_from=None):
        """Leave out entries that carry profit forward one by one, too."""
        return SQL(
            "%s AND NOT EXISTS (SELECT FROM account_move carried WHERE carried.id = item.move_id"
            " AND carried.crm_carry_forward)",
            self._journal_items_sql(date_from),
        )

    def _prepare_places(self, begin=None):
        """Write down the account map and the items it divides, once for the whole computation.

        Ordinary items find their place by account and date. The few that rules for analytic accounts or contacts
        divide, and bills with an analytic account of a customer, are cut into shares that add up to the item.

        :param begin: first day of the items to look at; the first day of the basis of the rates if none is given
        """
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.crm_cost_place, pg_temp.crm_cost_share")
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_cost_place (place_id integer GENERATED ALWAYS AS IDENTITY,"
                " account_id integer, date_from date, date_to date, %s,"
                " always boolean GENERATED ALWAYS AS (date_from = '-infinity' AND date_to = 'infinity') STORED,"
                " has_customer boolean GENERATED ALWAYS AS"
                " (role NOT IN ('pool', 'unmapped', 'kept_out') AND customer_rule IS DISTINCT FROM 'none') STORED)"
                " ON COMMIT DROP",
                SQL(PLACE),
            )
        )
        cr.execute(
            SQL(
                "INSERT INTO crm_cost_place (account_id, date_from, date_to, role, pool_id, direct_id, customer_rule)"
                " %s",
                self.env["crm.cost.account.role"]._places_sql(self.company_id),
            )
        )
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_cost_share (item_id integer, balance numeric, partner_id integer,"
                " found_by varchar, %s) ON COMMIT DROP",
                SQL(PLACE),
            )
        )
        if self._divides():
            cr.execute(self._shares_sql(begin or self._basis()[0]))
            cr.execute("CREATE INDEX ON crm_cost_share (item_id)")
        cr.execute("ANALYZE crm_cost_place")
        cr.execute("ANALYZE crm_cost_share")

    def _drop_places(self):
        self.env.cr.execute("DROP TABLE crm_cost_place, crm_cost_share")

    def _placed_sql(self, columns, date_from=None, found_by=None, move=True, single=False):
        """Return a SELECT of ``columns`` over all items of the ledger with their place.

        :param SQL columns: of alias ``item`` (the journal item), ``move`` (its entry) and ``place`` (role, pool_id,
            direct_id, customer_rule, balance, and partner_id and found_by where the analytic account named a customer)
        :param SQL found_by: expression of them that the columns use as ``found.found_by``
        :param bool move: whether the columns speak of the entry: without it the items are read alone
        :param bool single: only the items that were left to be looked at one by one, and those that are divided
        """
        entry = SQL("JOIN account_move move ON move.id = item.move_id") if move else SQL()
        items = self._items_sql(date_from)
        one = SQL("crm_cost_gathered one JOIN account_move_line item ON item.id = one.item_id")
        found = SQL("CROSS JOIN LATERAL (SELECT %s AS found_by) found", found_by) if found_by else SQL()
        divided = self._is_divided()
        whole = SQL(
            """
            SELECT %(columns)s
              FROM %(whole)s
              %(entry)s
              -- The planner knows how often a place is for always; of two dates it would expect one item in nine.
              JOIN crm_cost_place spot ON spot.account_id = item.account_id
               AND (spot.always OR item.date BETWEEN spot.date_from AND spot.date_to)
        CROSS JOIN LATERAL (SELECT spot.role, spot.pool_id, spot.direct_id, spot.customer_rule, item.balance,
                                   NULL::integer AS partner_id, NULL::varchar AS found_by) place
              %(found)s
             WHERE %(rest)s
            """,
            columns=columns,
            whole=one if single else items,
            found=found,
            entry=entry,
            rest=WHOLE if divided and not single else SQL("TRUE"),
        )
        if not divided:
            return whole
        shares = SQL(
            "SELECT %s FROM %s %s JOIN crm_cost_share place ON place.item_id = item.id %s",
            columns,
            items,
            entry,
            found,
        )
        return SQL("%s UNION ALL %s", whole, shares)

    def _shares_sql(self, begin):
        """Return the INSERT of the items that are divided: one row for each share and one for the remainder.

        Shares are rounded one after the other on their running sum, so that they add up to the item to the last unit.
        """
        return SQL(
            """
            INSERT INTO crm_cost_share
                   (item_id, balance, partner_id, found_by, role, pool_id, direct_id, customer_rule)
            WITH rule AS (%(rules)s), special AS (%(special)s), part AS (%(parts)s),
            share AS (
                 SELECT id, analytic_id, partner_id, found_by,
                        ROUND(balance * upto / 100 / %(unit)s) * %(unit)s
                        - ROUND(balance * before / 100 / %(unit)s) * %(unit)s AS balance
                   FROM part
                 UNION ALL
                 SELECT special.id, NULL, NULL, NULL,
                        special.balance - ROUND(special.balance * COALESCE(given.upto, 0) / 100 / %(unit)s) * %(unit)s
                   FROM special LEFT JOIN (SELECT id, MAX(upto) AS upto FROM part GROUP BY id) given USING (id)
            )
            SELECT share.id, share.balance, share.partner_id, share.found_by, COALESCE(rule.role, place.role),
                   CASE WHEN rule.id IS NULL THEN place.pool_id ELSE rule.pool_id END,
                   CASE WHEN rule.id IS NULL THEN place.direct_id ELSE rule.direct_id END,
                   COALESCE(rule.customer_rule, place.customer_rule)
              FROM share
              JOIN special USING (id)
              JOIN crm_cost_place place ON place.account_id = special.account_id
               AND special.date BETWEEN place.date_from AND place.date_to
         LEFT JOIN LATERAL (%(best)s) rule ON TRUE
             WHERE share.balance <> 0
            """,
            rules=self._special_rules_sql(),
            special=self._special_items_sql(begin),
            parts=self._parts_sql(),
            unit=self._unit(),
            best=self._best_rule_sql(),
        )

    def _special_items_sql(self, begin):
        """Return a SELECT of the items that need more than account and date."""
        return SQL(
            """
            SELECT item.id, item.account_id, item.date, item.balance, item.analytic_distribution, item.partner_id,
                   move.move_type IN %(bills)s AS is_bill
              FROM %(items)s
              JOIN account_move move ON move.id = item.move_id
             WHERE item.account_id IN (SELECT account_id FROM rule)
                OR item.analytic_distribution IS NOT NULL AND move.move_type IN %(bills)s
               AND item.account_id IN (SELECT account_id FROM crm_cost_place)
            """,
            bills=BILLS,
            items=self._items_sql(begin),
        )

    def _parts_sql(self):
        """Return a SELECT of the keys of the distributions that say something, each with its span of the item.

        What a distribution gives beyond 100 % (two plans side by side) is left out, rules before customers.
        """
        return SQL(
            """
            SELECT said.*, LEAST(100, SUM(percent) OVER by_rule) AS upto,
                   LEAST(100, SUM(percent) OVER by_rule - percent) AS before
              FROM (SELECT special.id, special.balance, analytic.analytic_id, analytic.partner_id, analytic.found_by,
                           part.key, part.value::numeric AS percent
                      FROM special
                CROSS JOIN LATERAL jsonb_each_text(special.analytic_distribution) part
                CROSS JOIN LATERAL (%(analytic)s) analytic
                     WHERE part.key ~ '^[0-9]+(,[0-9]+)*$' AND part.value::numeric > 0
                       AND (analytic.analytic_id IS NOT NULL OR analytic.partner_id IS NOT NULL)) said
            WINDOW by_rule AS (PARTITION BY id ORDER BY analytic_id IS NULL, partner_id IS NULL, key
                               ROWS UNBOUNDED PRECEDING)
            """,
            analytic=self._analytic_sql(),
        )

    def _special_rules_sql(self):
        """Return a SELECT of the rules that need more than account and date, archived pools and costs nobody's."""
        return SQL(
            """
            SELECT rule.id, rule.account_id, rule.analytic_account_id, rule.partner_kind, rule.customer_rule,
                   COALESCE(rule.date_from, '-infinity') AS date_from, COALESCE(rule.date_to, 'infinity') AS date_to,
                   CASE WHEN NOT COALESCE(pool.active, direct.active, TRUE) THEN 'unmapped' ELSE rule.role END AS role,
                   CASE WHEN pool.active THEN rule.pool_id END AS pool_id,
                   CASE WHEN direct.active THEN rule.direct_id END AS direct_id
              FROM crm_cost_account_role rule
         LEFT JOIN crm_cost_pool pool ON pool.id = rule.pool_id
         LEFT JOIN crm_cost_direct direct ON direct.id = rule.direct_id
             WHERE rule.company_id = %s AND (rule.analytic_account_id IS NOT NULL OR rule.partner_kind <> 'any')
            """,
            self.company_id.id,
        )

    def _analytic_sql(self):
        """Return a SELECT of what one key of a distribution says: the account of a rule, and on bills a customer."""
        project = SQL("NULL::integer")
        if "project.project" in self.env and "account_id" in self.env["project.project"]:
            project = SQL(
                "(SELECT project.partner_id FROM project_project project WHERE project.account_id = account.id"
                " AND project.partner_id IS NOT NULL ORDER BY project.id LIMIT 1)"
            )
        return SQL(
            """
            SELECT MIN(rule.analytic_account_id) AS analytic_id,
                   (ARRAY_AGG(customer.commercial_partner_id ORDER BY account.partner_id IS NULL, account.id)
                    FILTER (WHERE customer.id IS NOT NULL))[1] AS partner_id,
                   CASE WHEN COUNT(account.partner_id) > 0 THEN 'analytic' ELSE 'order' END AS found_by
              FROM account_analytic_account account
         LEFT JOIN rule ON rule.analytic_account_id = account.id AND rule.account_id = special.account_id
         LEFT JOIN res_partner customer ON special.is_bill AND customer.id = COALESCE(account.partner_id, %s)
             WHERE account.id = ANY (STRING_TO_ARRAY(part.key, ',')::integer[])
            """,
            project,
        )

    def _best_rule_sql(self):
        """Return a SELECT of the most special rule for alias ``share`` of item ``special``."""
        own = SQL("(SELECT partner_id FROM res_company)")
        staff = SQL("contact.partner_share IS FALSE")
        if "hr.employee" in self.env:
            staff = SQL("(%s OR contact.id IN (SELECT work_contact_id FROM hr_employee))", staff)
        return SQL(
            """
            SELECT rule.*
              FROM rule
         LEFT JOIN res_partner contact ON contact.id = special.partner_id
             WHERE rule.account_id = special.account_id AND special.date BETWEEN rule.date_from AND rule.date_to
               AND (rule.analytic_account_id IS NULL OR rule.analytic_account_id = share.analytic_id)
               AND (rule.partner_kind = 'any' OR rule.partner_kind = CASE
                    WHEN contact.id IS NULL THEN 'none'
                    WHEN contact.commercial_partner_id IN %(own)s THEN 'own'
                    WHEN %(staff)s THEN 'staff' ELSE 'other' END)
             ORDER BY rule.analytic_account_id IS NULL, rule.partner_kind = 'any', rule.id
             LIMIT 1
            """,
            own=own,
            staff=staff,
        )
