"""Paths from a document to its customer, user, team, company or amount: fields with dots between them."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _commercial_path(self):
        """Return the path to the customer proper: the commercial partner of whoever the path leads to."""
        if self.partner_path.split(".")[-1] == "commercial_partner_id":
            return self.partner_path
        return f"{self.partner_path}.commercial_partner_id"

    def _reaches_many(self, name):
        """Say whether the path in field ``name`` can lead from one document to several records."""
        model, many = self.env[self.model_name], False
        for part in (self[name] or "").split("."):
            field = model._fields.get(part)
            if field is None or not field.relational:
                break
            many = many or field.type != "many2one"
            model = self.env[field.comodel_name]
        return many

    def _shown_domain(self, model):
        """Return which documents the reader may look into.

        Everybody may read that a private meeting takes place. The server blanks the rest after reading it, which comes
        too late for SQL.
        """
        if model.env.su or model._name != "calendar.event":
            return Domain.TRUE
        return Domain(model._get_default_privacy_domain())

    def _path_sql(self, model, alias, path, query):
        """Return SQL of the field at the end of ``path``; the links on the way are joined to ``query``."""
        *links, last = path.split(".")
        for link in links:
            model, alias = self._follow(model, alias, link, query)
        if model._fields[last].type in ("many2many", "one2many"):
            _comodel, alias = self._follow(model, alias, last, query)
            return SQL.identifier(alias, "id")
        return model._field_to_sql(alias, last, query)

    def _follow(self, model, alias, name, query):
        """Join what field ``name`` links to, as far as the reader may see it; return its model and alias."""
        field = model._fields[name]
        if field.related and not field.store:
            model, field, alias = model._traverse_related_sql(alias, field, query)
        model._check_field_access(field, "read")
        comodel = model.env[field.comodel_name].with_context(active_test=False)
        visible = comodel._search(self._shown_domain(comodel))
        table = comodel._table_sql
        if visible.where_clause:
            table = visible.subselect(SQL("%s.*", SQL.identifier(comodel._table)))
        # A name of its own: the filter may have joined the same link whole.
        coalias = query.make_alias(alias, f"{field.name}_visible" if visible.where_clause else field.name)
        document, record = SQL.identifier(alias, "id"), SQL.identifier(coalias, "id")
        if field.type == "many2one":
            condition = SQL("%s = %s", model._field_to_sql(alias, field.name, query), record)
        elif field.type == "one2many":
            condition = SQL("%s = %s", document, comodel._field_to_sql(coalias, field.inverse_name, query))
        else:
            link = query.make_alias(alias, f"{field.name}_link")
            relation = SQL.identifier(field.relation)
            query.add_join("LEFT JOIN", link, relation, SQL("%s = %s", document, SQL.identifier(link, field.column1)))
            condition = SQL("%s = %s", SQL.identifier(link, field.column2), record)
        query.add_join("LEFT JOIN", coalias, table, condition)
        return comodel, coalias
