"""On which facts a stay began: kept as they were, and read in words of today."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_filter_mixin import FILTER_ERRORS

#: As many facts are kept of one stay; a rule that looks at more is longer than anybody reads.
MAX_FACTS = 40


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    def _facts_columns(self, company, query):
        """Return {column of a stay: SQL} of what is true of the profiles in ``query`` today."""
        self.ensure_one()
        pin = self._by_hand_sql(self, "include", self._by_hand(company))
        columns = {
            "by_hand": pin or SQL("FALSE"),
            "version_id": SQL("%s", self._current_version().id),
            "facts": self._facts_sql(company, query),
            **dict.fromkeys(("value", "share_before"), SQL("NULL::float8")),
            **dict.fromkeys(("rank", "ranked"), SQL("NULL::integer")),
        }
        if self.kind == "rank":
            alias = self._ranked_join(company, query)
            value, rank, ranked, before, total = (
                SQL.identifier(alias, name) for name in ("value", "rank", "ranked", "before", "total")
            )
            share = SQL("COALESCE(%s / NULLIF(%s, 0), 0)", before, total)
            columns.update(value=value, rank=rank, ranked=ranked, share_before=share)
        return columns

    def _facts_sql(self, company, query):
        """Return SQL of the facts by name: what the filters ask about, and the figures of the conditions."""
        facts = {}
        if self.kind != "rank":
            reader = self._rule_reader(company)
            for path in self._asked_paths():
                try:
                    facts[path] = self._fact_sql(reader, path, query)
                except (UserError, *FILTER_ERRORS):
                    continue  # what has no column of its own: the rule says it
            facts.update((line._key(), line._figure_sql(company, query)) for line in self.condition_ids)
        pairs = [SQL("%s, %s", name, sql) for name, sql in list(facts.items())[:MAX_FACTS]]
        return SQL("JSONB_BUILD_OBJECT(%s)", SQL(", ").join(pairs)) if pairs else SQL("NULL::jsonb")

    def _asked_paths(self):
        """Return the paths, without repetition, of the fields that the filters ask about; links to many left out."""
        paths = {}
        for text in self._filters():
            for leaf in self._read_filter(text, self.name).iter_conditions():
                if leaf.operator not in ("any", "not any"):
                    paths[leaf.field_expr] = True
        return list(paths)

    def _fact_sql(self, reader, path, query):
        """Return SQL of the value at the end of a path of links to one record each."""
        model, parts = reader, path.split(".")
        for part in parts[:-1]:
            if model._fields[part].type != "many2one":
                raise ValueError(path)
            model = model.env[model._fields[part].comodel_name]
        if model._fields[parts[-1]].type in ("one2many", "many2many", "binary", "html"):
            raise ValueError(path)
        return self.env["crm.measure"]._path_sql(reader, reader._table, path, query)

    def _after_moves(self, company, moved, first):
        """Called with the moves of a batch in table ``crm_segment_moves``, for what follows from them.

        :param moved: the segments that somebody entered or left
        :param first: those of them that were filled for the first time
        """
