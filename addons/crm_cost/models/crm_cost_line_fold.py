"""Lines of months in work that become the same when what told them apart goes: added up, to the cent."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.line import FIGURES, KEY


class CrmCostLine(models.Model):
    _inherit = "crm.cost.line"

    @api.model
    def _fold(self, condition, **links):
        """Give the lines that fulfil a condition these links, and make one line of those that are alike then.

        Signed lines stay as they are. What was written when a line was computed, customer number and name, is kept.
        """
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_cost_folded ON COMMIT DROP AS"
                " SELECT line.* FROM crm_cost_line line WHERE line.position IS NULL AND %s",
                condition,
            )
        )
        cr.execute("DELETE FROM crm_cost_line WHERE id IN (SELECT id FROM crm_cost_folded)")
        names = ("period_id", "company_id", "currency_id", *KEY)
        cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_line (%(names)s, country_id, customer_ref, customer_name, %(figures)s)
                SELECT %(values)s, MIN(country_id), MIN(customer_ref), STRING_AGG(DISTINCT customer_name, ' + '),
                       %(sums)s
                  FROM crm_cost_folded
                 GROUP BY %(kept)s, CASE WHEN partner_id IS NULL THEN customer_ref END
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                figures=SQL(", ").join(map(SQL.identifier, FIGURES)),
                values=SQL(", ").join(
                    SQL("%s::integer", links[name]) if name in links else SQL.identifier(name) for name in names
                ),
                sums=SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in FIGURES),
                kept=SQL(", ").join(SQL.identifier(name) for name in names if name not in links),
            )
        )
        cr.execute("DROP TABLE crm_cost_folded")
        self.invalidate_model()

    @api.model
    def _let_go(self, name, records):
        """Empty a link to records that are being deleted: the database alone would refuse two lines that are alike."""
        column = SQL.identifier("line", name)
        gone = SQL("%s IN %s", column, tuple(records.ids) or (0,))
        alike = SQL(
            "(line.period_id, COALESCE(line.partner_id, -line.customer_ref, 0)) IN (SELECT line.period_id,"
            " COALESCE(line.partner_id, -line.customer_ref, 0) FROM crm_cost_line line"
            " WHERE line.position IS NULL AND %s)",
            gone,
        )
        self._fold(SQL("(%s OR %s IS NULL) AND %s", gone, column, alike), **{name: None})
