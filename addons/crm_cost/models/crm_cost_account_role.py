from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

ROLES = [
    ("revenue", "Revenue"),
    ("cost_of_goods", "Cost of goods"),
    ("pool", "Cost pool"),
    ("unmapped", "Not attributed"),
    ("kept_out", "Kept out"),
]


class CrmCostAccountRole(models.Model):
    """Where a profit-and-loss account belongs, when the account's type does not say it right."""

    _name = "crm.cost.account.role"
    _description = "Account Map"
    _order = "company_id, role, account_id, id"
    _rec_name = "account_id"
    _check_company_auto = True

    account_id = fields.Many2one(
        "account.account",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain=[("internal_group", "in", ("income", "expense"))],
        help="Account of the profit and loss statement.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    role = fields.Selection(
        ROLES,
        required=True,
        default="kept_out",
        help="An account without a line here goes by its type: income is revenue, cost of revenue is cost of goods, "
        "everything else is not attributed to customers and announced.",
    )
    pool_id = fields.Many2one(
        "crm.cost.pool", string="Cost Pool", index="btree_not_null", ondelete="cascade", check_company=True
    )
    reason = fields.Char(help="Why the account is kept out of customer profit, for example Income tax.")

    _account_uniq = models.UniqueIndex("(company_id, account_id)", "An account can be in one place only.")
    _pool_role = models.Constraint(
        "CHECK ((role = 'pool') = (pool_id IS NOT NULL))", "A cost pool goes with the place Cost pool, and only there."
    )
    _reason_given = models.Constraint(
        "CHECK (role <> 'kept_out' OR COALESCE(reason, '') <> '')",
        "Say why the account is kept out of customer profit.",
    )

    @api.constrains("account_id", "role")
    def _check_account_id(self):
        for role in self:
            if role.account_id.internal_group not in ("income", "expense"):
                raise ValidationError(
                    self.env._("%(account)s is no profit-and-loss account.", account=role.account_id.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Say which place an account already has, before the database refuses a second one."""
        for vals in vals_list:
            taken = self.search(
                [
                    ("account_id", "=", vals.get("account_id")),
                    ("company_id", "=", vals.get("company_id") or self.env.company.id),
                ],
                limit=1,
            )
            if taken:
                taken._raise_taken()
        return super().create(vals_list)

    def _raise_taken(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        pool = self.pool_id
        place = pool.name if pool else labels[self.role]
        if pool and not pool.active:
            place = self.env._("%(pool)s (archived)", pool=pool.name)
        raise ValidationError(
            self.env._(
                "%(account)s already belongs to %(place)s. An account can be in one place only: remove it there first.",
                account=self.account_id.display_name,
                place=place,
            )
        )

    @api.model
    def _roles_sql(self, company):
        """Return a SELECT of (account_id, role, pool_id): every profit-and-loss account exactly once."""
        gain = company.root_id.sudo().income_currency_exchange_account_id.id or 0
        return SQL(
            """
            SELECT account.id AS account_id,
                   CASE WHEN own.role = 'pool' AND NOT pool.active THEN 'unmapped'
                        WHEN own.role IS NOT NULL THEN own.role
                        WHEN account.id = %(gain)s THEN 'unmapped'
                        WHEN account.account_type LIKE 'income%%' THEN 'revenue'
                        WHEN account.account_type = 'expense_direct_cost' THEN 'cost_of_goods'
                        ELSE 'unmapped' END AS role,
                   CASE WHEN pool.active THEN own.pool_id END AS pool_id
              FROM account_account account
         LEFT JOIN crm_cost_account_role own ON own.account_id = account.id AND own.company_id = %(company)s
         LEFT JOIN crm_cost_pool pool ON pool.id = own.pool_id
             WHERE account.account_type LIKE 'income%%' OR account.account_type LIKE 'expense%%'
            """,
            gain=gain,
            company=company.id,
        )

    @api.model
    def _accounts_by_role(self, company):
        """Return ``{(role, pool id or None): account ids}`` of a company."""
        self.env.flush_all()
        places = {}
        for account, role, pool in self.env.execute_query(self._roles_sql(company)):
            places.setdefault((role, pool), []).append(account)
        return places
