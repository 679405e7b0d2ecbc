"""What the relationship index was judged by, read when somebody asks: never stored, each fact with its documents."""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..tools.relationship import (
    MIN_CHANGES,
    MIN_CUSTOMERS,
    MIN_PURCHASES,
    STRONG_REACTION,
    exchanges_per_order,
    price_reaction,
    rank,
)


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    relationship_facts = fields.Html(
        string="Evidence",
        compute="_compute_relationship_facts",
        sanitize=False,
        help="The facts behind the index, each with its rank among the company's customers, its documents and period.",
    )

    @api.depends("relationship_index", "partner_id", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_relationship_facts(self):
        """Read what is behind the index: all of it is for everybody who may read the profile."""
        values, reactions = self._relationship_values(), self._price_reactions()
        scales = self.env["crm.rfm.scale"].search([("company_id", "in", self.company_id.ids)]).grouped("company_id")
        for customer in self:
            place = (customer.company_id, customer.partner_id)
            scale = scales.get(customer.company_id, self.env["crm.rfm.scale"])
            rows = customer._fact_rows(values[place], scale, reactions.get(place, (None, 0)))
            customer.relationship_facts = _as_table(
                customer._why_unknown(values[place], scale),
                [
                    self.env._("Fact"),
                    self.env._("Value"),
                    self.env._("Rank in Company"),
                    self.env._("Documents"),
                    self.env._("Period"),
                ],
                rows,
            )

    def _relationship_values(self):
        """Return {(company, partner): {code: (quantity, documents, first, last)}}, of documents without company too."""
        measures = {measure.id: code for code, measure in self._relationship_measures().items()}
        purchase = self._standard_measure("purchase_days")
        measures[purchase.id] = "purchases"
        rows = self.env["crm.measure.value"].search_fetch(
            [("measure_id", "in", [*measures]), ("partner_id", "in", self.partner_id.ids)],
            ["measure_id", "company_id", "partner_id", "quantity", "documents", "first_date", "last_date"],
        )
        result = defaultdict(lambda: defaultdict(list))
        companies = self.company_id
        for row in rows:
            for company in row.company_id or companies:
                result[company, row.partner_id][measures[row.measure_id.id]].append(row)
        return result

    def _why_unknown(self, values, scale):
        """Return why there is no index, or False when there is one."""
        missing = [code for code, measure in self._relationship_measures().items() if not measure]
        if self.relationship_kind not in (False, "unknown"):
            return False
        if missing:
            return self.env._(
                "No index: the indicators %(codes)s are missing or not reviewed. Add them from the catalogue.",
                codes=", ".join(missing),
            )
        purchases = _total(values["purchases"])
        if purchases < MIN_PURCHASES:
            return self.env._(
                "Too little history: %(number)s purchase days, at least %(least)s are needed.",
                number=int(purchases),
                least=MIN_PURCHASES,
            )
        if not _total(values["orders"]):
            return self.env._("Too little history: no sales order.")
        if scale.relationship_customers < MIN_CUSTOMERS:
            return self.env._(
                "Too few customers to compare with: %(number)s with enough history, at least %(least)s are needed.",
                number=scale.relationship_customers,
                least=MIN_CUSTOMERS,
            )
        return self.env._("Too little history: no invoice line that says which product was bought at which discount.")

    def _fact_rows(self, values, scale, reaction):
        """Return the rows of the table: fact, value, rank, documents, period."""
        points = scale.sudo().relationship_points or {}
        facts = self._facts(values, scale)
        rows = []
        for name, fact, (label, text, sources) in zip(facts, facts.values(), self._fact_texts(values), strict=True):
            known = fact is not None and points
            place = formatLang(self.env, rank(fact, points[name]), digits=0) if known else "–"
            rows.append([label, text if fact is not None else "–", place, *self._documents_and_period(sources)])
        elasticity, changes = reaction
        label, text = self.env._("Reaction to our price changes"), self._reaction_text(elasticity)
        count = self.env._("%(number)s price changes", number=changes)
        return [*rows, [label, text, self.env._("not ranked"), count, ""]]

    def _reaction_text(self, elasticity):
        """Return the median elasticity in words; None without enough price changes."""
        if elasticity is None:
            return self.env._("not enough price changes (at least %(least)s)", least=MIN_CHANGES)
        value = formatLang(self.env, elasticity, digits=1)
        if elasticity <= STRONG_REACTION:
            return self.env._("strong: elasticity %(value)s, quantity falls by more than the price rises", value=value)
        if elasticity < 0:
            return self.env._("weak: elasticity %(value)s, quantity falls by less than the price rises", value=value)
        return self.env._("none: elasticity %(value)s, quantity does not fall when the price rises", value=value)

    def _facts(self, values, scale):
        """Return the four ranked facts, None where unknown, as the job computes them."""
        first = self.first_purchase_date
        orders, discount = _total(values["orders"]), values["discount_share"]
        contacts = [_total(values[code]) for code in ("contacts_in", "contacts_out")]
        return {
            "tenure": ((scale.computed_on or self.company_id._crm_today()) - first).days if first else None,
            "categories": _total(values["product_categories"]) if values["product_categories"] else None,
            "exchanges": exchanges_per_order(*contacts, orders),
            "undiscounted": 100 - _total(discount) if discount else None,
        }

    def _fact_texts(self, values):
        """Return (label, value in words, value rows behind it) of the four ranked facts."""
        orders = _total(values["orders"])
        received, sent = (_total(values[code]) for code in ("contacts_in", "contacts_out"))
        exchanges = exchanges_per_order(received, sent, orders) or 0
        return (
            (
                self.env._("Tenure"),
                self.env._("%(days)s days", days=self.tenure_days),
                values["purchases"],
            ),
            (
                self.env._("Product categories bought"),
                str(int(_total(values["product_categories"]))),
                values["product_categories"],
            ),
            (
                self.env._("Exchanges per order"),
                self.env._(
                    "%(exchanges)s (%(received)s received, %(sent)s sent, %(orders)s orders)",
                    exchanges=formatLang(self.env, exchanges, digits=1),
                    received=int(received),
                    sent=int(sent),
                    orders=int(orders),
                ),
                [*values["contacts_in"], *values["contacts_out"], *values["orders"]],
            ),
            (
                self.env._("Bought without discount"),
                f"{formatLang(self.env, 100 - _total(values['discount_share']), digits=1)} %",
                values["discount_share"],
            ),
        )

    def _documents_and_period(self, rows):
        firsts = [row.first_date for row in rows if row.first_date]
        lasts = [row.last_date for row in rows if row.last_date]
        if not firsts:
            return "0", ""
        first, last = format_date(self.env, min(firsts)), format_date(self.env, max(lasts))
        return str(sum(row.documents for row in rows)), f"{first} – {last}"

    def _price_reactions(self):
        """Return {(company, partner): (elasticity or None, price changes)} from confirmed order lines, one query.

        As the system: who may see the profile may see what is concluded, not the orders of other salespeople.
        """
        lines_sudo = (
            self.env["sale.order.line"]
            .sudo()
            .search_fetch(
                [
                    ("order_id.partner_id.commercial_partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("state", "=", "sale"),
                    ("display_type", "=", False),
                    ("is_downpayment", "=", False),
                ],
                ["order_id", "company_id", "product_id", "product_uom_id", "product_uom_qty", "price_subtotal"],
            )
        )
        bought = defaultdict(list)
        for line in lines_sudo:
            if line.product_uom_qty > 0:
                order = line.order_id
                same = (line.product_id.id, line.product_uom_id.id, order.currency_id.id)
                price = line.price_subtotal / line.product_uom_qty
                place = (line.company_id, order.partner_id.commercial_partner_id)
                bought[place].append((same, order.date_order, price, line.product_uom_qty))
        return {place: price_reaction(lines) for place, lines in bought.items()}


def _total(rows):
    """Return the sum of the values of one indicator: that of the company and that of no company."""
    return sum(row.quantity for row in rows)


def _as_table(reason, heads, rows):
    """Return an escaped table, below the reason why there is no index."""
    cells = [Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % cell for cell in row) for row in rows]
    return Markup('%s<table class="table table-sm mb-0"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (
        Markup('<p class="text-muted">%s</p>') % reason if reason else "",
        Markup().join(Markup("<th>%s</th>") % head for head in heads),
        Markup().join(cells),
    )
