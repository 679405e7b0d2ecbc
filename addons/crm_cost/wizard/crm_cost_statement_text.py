"""What the statement says: names of its rows, how the figures came about, what changed most."""

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..tools import statement


class CrmCostStatement(models.TransientModel):
    _inherit = "crm.cost.statement"

    reasons = fields.Text(
        string="Why It Changed",
        compute="_compute_reasons",
        compute_sudo=False,
        help="The three rows that moved the profit most against the months before.",
    )
    method = fields.Text(
        string="How It Was Worked Out", compute="_compute_method", compute_sudo=False, help="Basis of every figure."
    )

    @api.depends("line_ids", "against", "months_before")
    def _compute_reasons(self):
        for page in self:
            # Without a month computed before there is nothing that could have moved.
            lines = page.line_ids if page.against != "none" and page.months_before else page.line_ids.browse()
            lines = lines.filtered(lambda line: line.level and line.difference)
            moved = lines.sorted(lambda line: -abs(line.difference))[:3]
            page.reasons = "\n".join(f"{number}. {page._reason(line)}" for number, line in enumerate(moved, 1))

    @api.depends("line_ids", "months")
    def _compute_method(self):
        for page in self:
            page.method = "\n".join(page._method_words()) if page.period_id else False

    def _reason(self, line):
        """Say in one line what a row did to the profit, and whether it was done more often or became dearer."""
        money = formatLang(self.env, line.difference, currency_obj=self.currency_id)
        if line.quantity or line.quantity_before:
            return self.env._(
                "%(what)s: %(money)s (%(before)g times before, %(now)g now)",
                what=line.name,
                money=f"+{money}" if line.difference > 0 else money,
                before=line.quantity_before,
                now=line.quantity,
            )
        return f"{line.name}: {'+' if line.difference > 0 else ''}{money}"

    def _labels(self):
        """Return the words of levels and results, in the reader's language."""
        return {
            "revenue": self.env._("Sales at list price"),
            "discount": self.env._("Discounts"),
            "credit_note": self.env._("Credit notes"),
            "down_payment": self.env._("Down payments"),
            "rebate": self.env._("Rebates"),
            "cost_of_goods": self.env._("Cost of goods"),
            "activity": self.env._("Other activities"),
            "direct": self.env._("Other direct cost"),
            "bad_debt": self.env._("Write-offs less recoveries"),
            "collection": self.env._("Collection"),
            "litigation": self.env._("Litigation"),
            "exchange": self.env._("Exchange differences"),
            "expected_loss": self.env._("Movement of expected loss (imputed)"),
            "cost_of_money": self.env._("Cost of money (imputed)"),
            "net_revenue": self.env._("Net revenue"),
            "margin": self.env._("1 Gross margin"),
            "service": self.env._("2 Profit after service"),
            "profit": self.env._("3 Profit, agrees with the ledger"),
            "net": self.env._("4 Net profit"),
        }

    def _key_names(self, rows):
        """Return ``{(level, key): name}`` of the activities and direct costs in the rows."""
        names = {}
        for level, model in (("activity", "crm.cost.activity"), ("direct", "crm.cost.direct")):
            keys = [row.key for row in rows if row.level == level and row.key]
            for record in self.env[model].with_context(active_test=False).search([("id", "in", keys)]):
                names[level, record.id] = record.name
        return names

    def _prepare_lines(self, rows):
        """Return the values of the rows on the page."""
        labels, names, lines = self._labels(), self._key_names(rows), []
        if self.credits_by_invoice:
            labels["profit"] = self.env._("3 Profit, credit notes by invoice")
        for sequence, row in enumerate(rows):
            name = names.get((row.level, row.key)) or labels.get(row.level or row.block, row.level)
            change = statement.change(row.amount, row.amount_before)
            lines.append(
                {
                    "sequence": sequence,
                    "name": name,
                    "block": row.block,
                    "level": row.level,
                    "key": row.key or 0,
                    "quantity": row.quantity,
                    "unit_cost": -row.amount / row.quantity if row.quantity else 0.0,
                    "amount": row.amount,
                    "quantity_before": row.quantity_before,
                    "amount_before": row.amount_before,
                    "difference": row.amount - row.amount_before,
                    "change": change or 0.0,
                    "has_change": change is not None,
                }
            )
        return lines

    def _method_words(self):
        """Return the sentences that name currency, basis, rates and what is missing."""
        sides = self._sides()
        words = [
            self.env._(
                "By accounting date, as booked in the ledger, in %(currency)s. Capacity nobody used is charged to "
                "nobody.",
                currency=self.currency_id.name,
            )
        ]
        first, last = self._ranges()["now"]
        months = 1 + 12 * (last.year - first.year) + last.month - first.month
        found = len(set(sides["now"].mapped("name")))
        if found < months:
            words.append(self.env._("Only %(found)s of %(months)s months are computed.", found=found, months=months))
        words += self._basis_words(sides["now"])
        if self.credits_by_invoice:
            gap = formatLang(self.env, self._ledger_gap(), currency_obj=self.currency_id)
            words.append(
                self.env._("Credit notes stand in the month of their invoice: %(gap)s against the ledger.", gap=gap)
            )
        if self.all_companies and (rates := self._rate_words(sides["now"] | sides["before"])):
            words.append(rates)
        return words

    def _basis_words(self, periods):
        """Name what the rates of the activities stand on; to be extended by whatever else has a method."""
        # As the months were computed: the settings of today may be others.
        results = self.env["crm.cost.pool.result"].search([("period_id", "in", periods.ids)])
        basis = dict(results._fields["rate_basis"]._description_selection(self.env))
        sources = dict(periods._fields["goods_source"]._description_selection(self.env))
        goods = ", ".join(sources[source] for source in dict.fromkeys(periods.mapped("goods_source")) if source)
        words = [self.env._("Cost of goods: %(goods)s.", goods=goods)] if goods else []
        return words + [
            self.env._(
                "Rate of %(pools)s: %(basis)s.", pools=", ".join(named.pool_id.mapped("name")), basis=basis[kind]
            )
            for kind, named in results.grouped("rate_basis").items()
            if kind
        ]
