"""Which changes of which documents concern an indicator, and whether the nights can follow them one by one."""

import logging
from ast import literal_eval

from odoo import api, fields, models
from odoo.tools import ormcache

_logger = logging.getLogger(__name__)

#: A change of one of these makes all figures of an indicator wrong at once: it is computed as a whole again.
RECOMPUTED = {
    "active",
    "aggregate",
    "company_path",
    "date_field",
    "denominator_id",
    "domain",
    "elapsed_from",
    "elapsed_to",
    "elapsed_unit",
    "as_percentage",
    "has_rhythm",
    "is_monetary",
    "kind",
    "limit_operator",
    "limit_value",
    "model_id",
    "multi_customer",
    "numerator_id",
    "owner_id",
    "partner_path",
    "reviewed",
    "sign",
    "value_field",
    "value_source",
    "window_days",
}


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    refresh_mode = fields.Selection(
        [("incremental", "Changed customers only"), ("whole", "All customers")],
        string="Computed Every Night",
        compute="_compute_refresh_mode",
        help="Changed customers only: those with a changed document, and those for whom one enters or leaves a window; "
        "all customers once a week, to compare. All customers: what is counted can change without its document.",
    )
    refresh_reason = fields.Char(
        string="Why", compute="_compute_refresh_mode", help="Why all customers are computed every night."
    )

    @api.depends(*sorted(RECOMPUTED - {"active"}))
    def _compute_refresh_mode(self):
        for measure in self:
            incremental, reason = measure._follows()
            measure.refresh_mode = "incremental" if incremental else "whole"
            measure.refresh_reason = reason

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        self.env.registry.clear_cache()
        return measures

    def write(self, vals):
        result = super().write(vals)
        if RECOMPUTED & vals.keys():
            self.env.registry.clear_cache()
            self._ask_for_full_pass()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # How it is kept current

    def _follows(self):
        """Return (whether the nights follow single changes, why not in words).

        Asked by whoever posts an invoice: an indicator that is broken, because an addon left, must not stop anybody.
        """
        self.ensure_one()
        try:
            return self._find_follows()
        except Exception as error:
            _logger.info("Customer indicator %s (%s) is broken", self.name, self.id, exc_info=True)
            return False, f"{type(error).__name__}: {error}"

    def _find_follows(self):
        if self.kind == "ratio":
            for part in self.numerator_id | self.denominator_id:
                follows, reason = part._follows()
                if not follows:
                    return False, self.env._("%(indicator)s: %(reason)s", indicator=part.name, reason=reason)
            return True, ""
        plain, reason = self._plainness()
        if not plain:
            return False, reason
        model = self.env[self.model_name]
        if any(not hasattr(self.env[name], "_crm_customers_sql") for name in _sources(model)):
            return False, self.env._("Changes of %(documents)s are not watched.", documents=self.model_id.name)
        unseen = self._columns() & getattr(model, "_crm_unseen_columns", set())
        if unseen:
            return False, self.env._("Odoo changes %(field)s without saying so.", field=min(unseen))
        return True, ""

    def _is_incremental(self):
        return self._follows()[0]

    # What the hooks of the documents ask

    @api.model
    @ormcache("model_name")
    def _watchers(self, model_name):
        """Return ``(columns, guards)`` of each figure that follows the documents of a model.

        A document whose guards, pairs of (column, values), are not met does not count before the change, and does not
        count after it unless the column itself changes.
        """
        watchers = set()
        for measure in self._followers(model_name):
            view = self.env[measure.model_name]
            if measure.model_name == model_name:
                watchers.add((frozenset(measure._columns()), measure._guards()))
            else:
                guards = view._crm_watched_by[model_name]
                watchers.add((frozenset(view._depends[model_name]), tuple(sorted(guards.items()))))
        return tuple(watchers)

    @api.model
    @ormcache("model_name")
    def _watched_customers(self, model_name):
        """Return the columns of a model through which its followed figures reach their customers."""
        paths = {m.partner_path.split(".")[0] for m in self._followers(model_name) if m.model_name == model_name}
        return tuple(sorted(paths))

    @api.model
    def _followers(self, model_name):
        """Return the indicators in use that follow the documents of a model."""
        measures = self.sudo().search([("kind", "=", "documents")])
        return measures.filtered(
            lambda measure: (
                measure.model_name in self.env
                and model_name in _sources(self.env[measure.model_name])
                and measure._is_incremental()
            )
        )

    def _columns(self):
        """Return the columns of the document that decide what it counts, and for whom."""
        domain = literal_eval(self.domain)
        paths = [leaf[0] for leaf in domain if isinstance(leaf, (list, tuple))]
        paths += [self.partner_path, self.date_field, self.company_path]
        paths += [self.value_field, self.elapsed_from, self.elapsed_to]
        return {path.split(".")[0] for path in paths if path}

    def _guards(self):
        """Return the conditions that every document that counts must meet: ``((column, values), ...)``."""
        domain = literal_eval(self.domain)
        if {"|", "!"}.intersection(leaf for leaf in domain if isinstance(leaf, str)):
            return ()
        model = self.env[self.model_name]
        guards = {}
        for path, operator, value in (leaf for leaf in domain if not isinstance(leaf, str)):
            if operator in ("=", "in") and path in model._fields and model._fields[path].type == "selection":
                guards[path] = tuple(value) if operator == "in" else (value,)
        return tuple(sorted(guards.items()))


def _sources(model):
    """Return the names of the models whose hooks speak for the rows of ``model``: its own, or those a view names."""
    return tuple(getattr(model, "_crm_watched_by", None) or (model._name,))
