from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

#: From this degree on, competition is hard: only very satisfied customers are loyal there.
HARD = ("hard", "very_hard")


class CrmMarket(models.Model):
    """How easily customers of a kind could leave: what a satisfaction score is worth depends on it.

    Competition is weakened by legal protection, high switching cost, proprietary technology and reward programmes
    (Jones and Sasser, HBR November 1995).
    """

    _name = "crm.market"
    _description = "Competition Profile"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first profile that fits a customer is taken.")
    company_id = fields.Many2one("res.company", help="Empty: for customers of all companies.")
    # Whom it fits
    industry_ids = fields.Many2many("res.partner.industry", string="Industries", help="Empty: every industry.")
    category_ids = fields.Many2many(
        "product.category", string="Product Categories", help="Category of the product asked about. Empty: any or none."
    )
    segment_ids = fields.Many2many("crm.segment", string="Segments", help="Empty: in whatever segment.")
    # How it is there
    competition = fields.Selection(
        [("none", "None"), ("weak", "Weak"), ("medium", "Noticeable"), ("hard", "Hard"), ("very_hard", "Very hard")],
        required=True,
        default="medium",
        help="How many other suppliers customers could turn to, and how hard these try.",
    )
    switching_cost = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        required=True,
        default="low",
        help="What changing to another supplier costs a customer, in money, time and risk.",
    )
    own_technology = fields.Boolean(help="Customers depend on something only we have.")
    reward_program = fields.Boolean(string="Reward Programme", help="Customers who leave lose bonus, points or status.")
    legal_protection = fields.Boolean(help="A licence, patent, franchise or monopoly keeps others out.")
    note = fields.Text(help="Where this comes from: who judged it, when, and by which facts.")
    is_hard = fields.Boolean(
        string="Free to Leave",
        compute="_compute_is_hard",
        store=True,
        help="Competition is hard and nothing holds customers: there, a small drop from very satisfied loses them, and "
        "5 to 4 is a warning already.",
    )

    @api.depends("competition", "switching_cost", "own_technology", "reward_program", "legal_protection")
    def _compute_is_hard(self):
        for market in self:
            held = market.own_technology or market.reward_program or market.legal_protection
            market.is_hard = market.competition in HARD and market.switching_cost != "high" and not held

    @api.constrains("segment_ids")
    def _check_segments(self):
        for market in self:
            if hidden := market.segment_ids._is_restricted():
                raise ValidationError(
                    self.env._(
                        "Only some may see who is in %(segment)s; the profile of an answer would tell it to everybody.",
                        segment=hidden[0].name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%(name)s (copy)", name=market.name))
            for market, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model
    @ormcache()
    def _rules(self):
        """Return (id, company id, industry ids, category ids, segment ids) of every profile, in their order."""
        return [
            (
                market.id,
                market.company_id.id,
                frozenset(market.industry_ids.ids),
                frozenset(self.env["product.category"].search([("id", "child_of", market.category_ids.ids)]).ids),
                frozenset(market.segment_ids.ids),
            )
            for market in self.sudo().search([])
        ]

    @api.model
    def _market_for(self, customers, company=None, product=None):
        """Return ``{customer id: id of the first profile that fits}`` for customers of one company.

        :param customers: commercial partners
        :param company: the user's company when left out
        :param product: what the customer was asked about; profiles of product categories fit no answer without one
        """
        company = company or self.env.company
        category = product.sudo().categ_id.id if product else False
        rules = [
            rule for rule in self._rules() if rule[1] in (False, company.id) and (not rule[3] or category in rule[3])
        ]
        if not rules:
            return {}
        stays = self._stays(customers, company, frozenset().union(*(rule[4] for rule in rules)))
        found = {}
        for customer in customers.sudo():
            industry, segments = customer.industry_id.id, stays.get(customer.id, frozenset())
            for market, _company, industries, _categories, wanted in rules:
                if (not industries or industry in industries) and (not wanted or wanted & segments):
                    found[customer.id] = market
                    break
        return found

    def _stays(self, customers, company, segments):
        """Return ``{customer id: current segments among these}``, no query when no profile asks for segments."""
        stays = {}
        if segments and customers:
            members_sudo = self.env["crm.segment.member"].sudo()
            domain = [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("segment_id", "in", list(segments)),
                ("date_to", "=", False),
                # Everybody reads the profile of an answer: it must not tell who is in a segment only some may see.
                "!",
                ("segment_id.restriction_ids", "!=", False),
                "!",
                ("version_id.restriction_ids", "!=", False),
            ]
            for partner, segment in members_sudo._read_group(domain, ["partner_id", "segment_id"]):
                stays.setdefault(partner.id, set()).add(segment.id)
        return stays
