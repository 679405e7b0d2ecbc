from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

ROLES = [
    ("revenue", "Revenue"),
    ("cost_of_goods", "Cost of goods"),
    ("pool", "Cost pool"),
    ("direct", "Direct cost"),
    ("bad_debt", "Bad debt"),
    ("collection", "Collection"),
    ("litigation", "Litigation"),
    ("exchange", "Exchange differences"),
    ("unmapped", "Not attributed"),
    ("kept_out", "Kept out"),
]
PARTNER_KINDS = [
    ("any", "Everybody"),
    ("own", "Our own companies"),
    ("staff", "Our own people"),
    ("none", "No contact"),
    ("other", "Everybody else"),
]
CUSTOMER_RULES = [
    ("auto", "Documents of the customer"),
    ("partner", "The contact of the item"),
    ("none", "Nobody"),
]


class CrmCostAccountRole(models.Model):
    """Where a profit-and-loss account belongs, when the account's type does not say it right.

    The most special rule decides: analytic account and contact, analytic account, contact, then the account alone.
    """

    _name = "crm.cost.account.role"
    _description = "Account Map"
    _order = "company_id, role, account_id, date_from, id"
    _rec_name = "account_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    # What the rule is about
    account_id = fields.Many2one(
        "account.account",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain=[("internal_group", "in", ("income", "expense"))],
        help="Account of the profit and loss statement.",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Only the share of the items that is distributed to this analytic account. The remainder keeps the place "
        "of the account.",
    )
    partner_kind = fields.Selection(
        PARTNER_KINDS,
        string="Contact",
        required=True,
        default="any",
        help="Only items whose contact is of this kind, for example fees charged by our own companies.",
    )
    date_from = fields.Date(string="From", help="First accounting date of the rule; empty: from the beginning.")
    date_to = fields.Date(string="To", help="Last accounting date of the rule; empty: until further notice.")
    # Where that belongs
    role = fields.Selection(
        ROLES,
        string="Place",
        required=True,
        default="kept_out",
        help="An account without a line here goes by its type: income is revenue, cost of revenue is cost of goods, "
        "the exchange accounts of the company are exchange differences, everything else is not attributed to customers "
        "and announced.",
    )
    pool_id = fields.Many2one(
        "crm.cost.pool", string="Cost Pool", index="btree_not_null", ondelete="cascade", check_company=True
    )
    direct_id = fields.Many2one(
        "crm.cost.direct", string="Direct Cost", index="btree_not_null", ondelete="cascade", check_company=True
    )
    customer_rule = fields.Selection(
        CUSTOMER_RULES,
        string="Whose",
        required=True,
        default="auto",
        help="By default the customer of an item is the one whose invoice, receivable, sales order or analytic account "
        "it is. Say otherwise when the contact of the item is the customer, or nobody ever is. The vendor of a bill is "
        "never the customer.",
    )
    is_allowance = fields.Boolean(
        string="Movement of the Allowance",
        help="The account holds movements of the booked allowance for doubtful receivables. A customer who has one is "
        "left out of the imputed expected loss.",
    )
    reason = fields.Char(help="Why the account is kept out of customer profit, for example Income tax.")

    _place_uniq = models.UniqueIndex(
        "(company_id, account_id, COALESCE(analytic_account_id, 0), partner_kind, COALESCE(date_from, '-infinity'))",
        "An account can be in one place only.",
    )
    _pool_role = models.Constraint(
        "CHECK ((role = 'pool') = (pool_id IS NOT NULL))", "A cost pool goes with the place Cost pool, and only there."
    )
    _direct_role = models.Constraint(
        "CHECK ((role = 'direct') = (direct_id IS NOT NULL))",
        "A direct cost goes with the place Direct cost, and only there.",
    )
    _reason_given = models.Constraint(
        "CHECK (role <> 'kept_out' OR COALESCE(reason, '') <> '')",
        "Say why the account is kept out of customer profit.",
    )
    _dates_valid = models.Constraint("CHECK (date_from <= date_to)", "A rule ends after it begins.")
    _allowance_role = models.Constraint(
        "CHECK (is_allowance IS NOT TRUE OR role = 'bad_debt')", "An allowance belongs to bad debt."
    )

    @api.constrains("account_id", "role")
    def _check_account_id(self):
        for role in self:
            if role.account_id.internal_group not in ("income", "expense"):
                raise ValidationError(
                    self.env._("%(account)s is no profit-and-loss account.", account=role.account_id.display_name)
                )

    @api.constrains("account_id", "analytic_account_id", "partner_kind", "date_from", "date_to", "company_id")
    def _check_one_place(self):
        for role in self:
            values = {name: role[name] for name in ("partner_kind", "date_from", "date_to")}
            for name in ("company_id", "account_id", "analytic_account_id"):
                values[name] = role[name].id
            self.search(self._overlap_domain(values) & Domain("id", "!=", role.id), limit=1)._raise_taken()

    @api.constrains("direct_id")
    def _check_direct_id(self):
        self.direct_id._check_source()

    @api.constrains("analytic_account_id", "company_id")
    def _check_analytic_plan(self):
        """One plan divides the items: two would divide them twice."""
        for role in self.filtered("analytic_account_id"):
            setting = self.env["crm.cost.setting"]._ensure(role.company_id)
            plan = role.analytic_account_id.root_plan_id
            if not setting.plan_id:
                setting.sudo().plan_id = plan
            if setting.plan_id != plan:
                raise ValidationError(
                    self.env._(
                        "The account map of %(company)s goes by the analytic plan %(plan)s. %(analytic)s is of another "
                        "one.",
                        company=role.company_id.name,
                        plan=setting.plan_id.name,
                        analytic=role.analytic_account_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Say which place an account already has, before the database refuses a second one."""
        for vals in vals_list:
            values = {"company_id": self.env.company.id, "partner_kind": "any", **vals}
            self.search(self._overlap_domain(values), limit=1)._raise_taken()
        return super().create(vals_list)

    @api.model
    def _overlap_domain(self, values):
        """Return the domain of rules about the same items on a common day."""
        domain = Domain.AND(
            Domain(name, "=", values.get(name) or False)
            for name in ("company_id", "account_id", "analytic_account_id", "partner_kind")
        )
        if values.get("date_from"):
            domain &= Domain("date_to", "=", False) | Domain("date_to", ">=", values["date_from"])
        if values.get("date_to"):
            domain &= Domain("date_from", "=", False) | Domain("date_from", "<=", values["date_to"])
        return domain

    def _raise_taken(self):
        """Refuse a second place for the items of this rule, if there is one."""
        if not self:
            return
        labels = dict(self._fields["role"]._description_selection(self.env))
        holder = self.pool_id or self.direct_id
        place = holder.name if holder else labels[self.role]
        if holder and not holder.active:
            place = self.env._("%(pool)s (archived)", pool=holder.name)
        raise ValidationError(
            self.env._(
                "%(account)s already belongs to %(place)s. An account can be in one place only: remove it there first.",
                account=self.account_id.display_name,
                place=place,
            )
        )

    @api.model
    def _roles_sql(self, company, day=None):
        """Return a SELECT of (account_id, role, pool_id, direct_id): every profit-and-loss account exactly once.

        Rules for an analytic account or for some contacts only divide the items of an account further.
        """
        return SQL(
            "SELECT account_id, role, pool_id, direct_id FROM (%s) place WHERE %s BETWEEN date_from AND date_to",
            self._places_sql(company),
            day or company._crm_today(),
        )

    @api.model
    def _accounts_by_role(self, company, day=None):
        """Return ``{(role, pool id or None): account ids}`` of a company."""
        self.env.flush_all()
        places = {}
        for account, role, pool, _direct in self.env.execute_query(self._roles_sql(company, day)):
            places.setdefault((role, pool), []).append(account)
        return places
