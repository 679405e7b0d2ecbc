"""Relationship or transaction: what ties a customer to us, by ``tools/relationship.py``."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.relationship import MIN_PURCHASES, RELATIONSHIP_FROM, TRANSACTION_TO

#: Codes of the indicators that the index is made of; the catalogue offers them.
RELATIONSHIP_CODES = ("orders", "product_categories", "contacts_in", "contacts_out", "discount_share")


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    relationship_index = fields.Float(
        digits=0,
        readonly=True,
        aggregator="avg",
        help="0 to 100: mean of the customer's ranks in the company by tenure, product categories bought, exchanges "
        "per order and share bought without discount. Empty with too little history.",
    )
    relationship_kind = fields.Selection(
        [
            ("relationship", "Relationship"),
            ("mixed", "Mixed"),
            ("transaction", "Transaction"),
            ("unknown", "Too Little History"),
        ],
        string="Kind of Customer",
        readonly=True,
        help="Relationship from an index of 60, transaction up to 40, mixed between.",
    )
    tenure_days = fields.Integer(
        string="Tenure (days)",
        compute="_compute_tenure_days",
        help="Days from the first purchase to today, in the time zone of the company.",
    )

    @api.depends("first_purchase_date", "company_id")
    def _compute_tenure_days(self):
        for company, customers in self.grouped("company_id").items():
            today = company._crm_today()
            for customer in customers:
                first = customer.first_purchase_date
                customer.tenure_days = (today - first).days if first else False

    @api.model
    def _relationship_measures(self):
        """Return ``{code: indicator}`` of the facts; an empty one where it is missing, archived or not reviewed."""
        none = self.env["crm.measure"].sudo()
        found = none.search([("code", "in", RELATIONSHIP_CODES), ("reviewed", "=", True)])
        by_code = {measure.code: measure for measure in found}
        return {code: by_code.get(code, none) for code in RELATIONSHIP_CODES}

    def _facts_sql(self, figures, taken_on):
        """Return the figures with the four facts that are ranked.

        Tenure is that of the day on which the percentile points were taken: it does not grow from night to night, so
        that an index changes only with its customer.
        """
        return SQL(
            """
            SELECT figure.*, %s::date - first_purchase_date AS tenure, 100 - discount AS undiscounted,
                   LEAST(COALESCE(contacts_in, 0), COALESCE(contacts_out, 0)) / NULLIF(orders, 0) AS exchanges
              FROM (%s) figure
            """,
            taken_on,
            figures,
        )

    def _enough_history_sql(self):
        """Return a condition on the facts: as many purchases as it takes, an order, and no fact unknown."""
        return SQL(
            "purchases >= %s AND orders > 0 AND categories IS NOT NULL AND undiscounted IS NOT NULL", MIN_PURCHASES
        )

    def _index_columns(self, scale):
        points = scale.relationship_points
        if not points or not all(self._relationship_measures().values()):
            return {"index": SQL("NULL::float8")}
        ranks = [_rank_sql(SQL.identifier(fact), of_fact) for fact, of_fact in points.items()]
        index = SQL("(%s) / %s", SQL(" + ").join(ranks), len(ranks))
        return {"index": SQL("CASE WHEN %s THEN %s END", self._enough_history_sql(), index)}

    def _relationship_columns(self):
        kind = SQL(
            "CASE WHEN index >= %s THEN 'relationship' WHEN index <= %s THEN 'transaction'"
            " WHEN index IS NULL THEN 'unknown' ELSE 'mixed' END",
            RELATIONSHIP_FROM,
            TRANSACTION_TO,
        )
        return {"relationship_index": SQL("index"), "relationship_kind": kind}


def _rank_sql(value, points):
    """Return SQL of ``rank`` of ``tools/relationship.py``: points up to the value, and those below it, halved."""
    up_to = SQL("width_bucket((%s)::float8, %s::float8[])", value, points)
    from_it = SQL("width_bucket(-(%s)::float8, %s::float8[])", value, [-point for point in reversed(points)])
    return SQL(
        "LEAST(100, GREATEST(0, (%s + %s - %s - 1) / 2.0))",
        up_to,
        len(points),
        from_it,
    )
