from collections.abc import Set
from functools import partial

from odoo import fields
from odoo.tools import SQL


class VisibleMany2many(fields.Many2many):
    """Links to records of which a reader may see only some: asking for one of the others by its number finds nothing.

    Odoo follows the numbers in a condition without the rules of the model they lead to.
    """

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        """Follow numbers through what the reader may see; "not set" means nothing that they may see."""
        follow = partial(super().condition_to_sql, field_expr, model=model, alias=alias, query=query)
        if model.env.su or operator not in ("in", "not in") or not isinstance(value, (list, tuple, Set)):
            return follow(operator, value)
        comodel = model.env[self.comodel_name].with_context(active_test=False)
        found = []
        if ids := [number for number in value if number]:
            found.append(follow("any", comodel._search([("id", "in", ids)])))
        if False in value:
            found.append(follow("not any", comodel._search([])))
        sql = SQL("(%s)", SQL(" OR ").join(found)) if found else SQL("FALSE")
        return sql if operator == "in" else SQL("NOT %s", sql)
