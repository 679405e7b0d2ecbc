"""What makes a rule wrong, said in words when it is saved and again before it is asked."""

from psycopg2 import Error as DatabaseError
from psycopg2.errors import QueryCanceled
from psycopg2.extensions import TransactionRollbackError

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL

from .crm_filter_mixin import FILTER_ERRORS

#: Fields that lead to members: what a segment needs of others is said in fields of its own.
MEMBER_FIELDS = {"member_ids", "member_count", "current_segment_ids"}
#: Milliseconds in which a rule that is saved must find its first customer, or show that it can be run.
TRY_MILLISECONDS = 3000


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    @api.constrains("rule_domain", "use_stay_domain", "stay_domain", "scheme_id", "owner_id")
    def _check_rule(self):
        """Refuse a rule that could not be asked, in words, when it is typed."""
        for segment in self.filtered(lambda segment: segment.kind != "rank"):
            segment._check_filters()
            segment._check_runs()

    def _check_runs(self):
        """Refuse what the database cannot run; a rule that takes long is left to the night."""
        company = next((c for c in self.env.company | self.scheme_id._companies() if self._owner_sees(c)), None)
        if company is None:
            return
        if reason := self._database_refuses(company):
            raise self._wrong_filter(self.name, reason)

    def _database_refuses(self, company, every=False):
        """Return why the rule cannot be run for the profiles of ``company``; None when it can.

        :param bool every: try it on every profile, and not only up to the first that belongs
        """
        try:
            query = self._cards_query()
            rule = self._rule_sql(company, query)
            statement = SQL(
                "SELECT COUNT(*) FROM (SELECT FROM %s WHERE crm_customer.company_id = %s AND %s %s) found",
                query.from_clause,
                company.id,
                rule,
                SQL() if every else SQL("LIMIT 1"),
            )
            self.env.flush_query(statement)
            with self.env.cr.savepoint(flush=False) as savepoint:
                self.env.cr.execute(SQL("SET LOCAL statement_timeout = %s", TRY_MILLISECONDS))
                self.env.cr.execute(statement, log_exceptions=False)
                savepoint.rollback()
        except (TransactionRollbackError, QueryCanceled):
            return None
        except (DatabaseError, UserError, *FILTER_ERRORS) as error:
            return str(error).strip().split("\n")[0] or type(error).__name__
        return None

    def _check_filters(self):
        """Check both filters field by field, as the owner."""
        for text in self._filters():
            domain = self._read_filter(text, self.name)
            reader = self._rule_reader(self.env.company)
            try:
                domain.validate(reader)
            except FILTER_ERRORS as error:
                raise self._wrong_filter(self.name, error) from error
            self._check_leaves(reader, domain)

    def _check_leaves(self, model, domain):
        """Refuse fields the owner may not read, and paths to members of segments."""
        for leaf in domain.iter_conditions():
            comodel = model
            for part in leaf.field_expr.split("."):
                field = comodel._fields.get(part)
                if field is None:
                    break
                if comodel._name in ("crm.customer", "crm.segment", "crm.segment.scheme") and part in MEMBER_FIELDS:
                    raise ValidationError(
                        self.env._(
                            "%(name)s: choose other segments under Only Members of or No Members of, not in a filter.",
                            name=self.name,
                        )
                    )
                if field.groups == NO_ACCESS or not (comodel.env.su or comodel._has_field_access(field, "read")):
                    raise ValidationError(
                        self.env._(
                            "%(name)s: %(owner)s may not read %(field)s.",
                            name=self.name,
                            owner=self.owner_id.name,
                            field=field.name,
                        )
                    )
                if not field.store and not field.search and not field.related:
                    error = self.env._("%(field)s is not stored", field=part)
                    raise self._wrong_filter(self.name, error)
                if not field.relational:
                    break
                comodel = comodel.env[field.comodel_name]
            if leaf.operator in ("any", "not any", "any!", "not any!"):
                self._check_leaves(comodel, Domain(leaf.value))

    def _check_computable(self):
        """Refuse to ask what became wrong since it was saved; members stay as they are."""
        if self.kind == "rank":
            if not self.scheme_id.measure_id.reviewed:
                raise UserError(
                    self.env._(
                        "Classes stay as they are until an administrator reviews: %(names)s",
                        names=self.scheme_id.measure_id.name,
                    )
                )
            return
        self._check_owner()
        self._check_measures()
        self._check_filters()
        if self.broken:
            raise UserError(
                self.env._(
                    "%(name)s: members stay as they are until the rule is changed: %(reason)s",
                    name=self.name,
                    reason=self.broken,
                )
            )

    def _check_owner(self):
        if not self.owner_id.active and not self._rule_reader(self.env.company).env.su:
            raise UserError(
                self.env._(
                    "%(owner)s, with whose rights %(name)s is asked, is archived: members stay as they are. Save the "
                    "rule again to become its owner.",
                    owner=self.owner_id.name,
                    name=self.name,
                )
            )

    def _check_measures(self):
        for measure in self.condition_ids.measure_id:
            measure.with_user(self.owner_id)._check_values_access()
            if not (measure.reviewed and measure.active):
                raise UserError(
                    self.env._(
                        "%(name)s: members stay as they are until %(measure)s is restored and reviewed.",
                        name=self.name,
                        measure=measure.name,
                    )
                )

    def _condition_changed(self):
        """A condition was written by itself: it is the rule that changed."""
        self.sudo().broken = False
        self._own()
        self.env["crm.segment"].sudo()._restrict()
        for segment in self.filtered(lambda segment: segment.kind != "rank"):
            segment._check_runs()

    def _rule_problem(self, companies=None):
        """Return in words why these segments cannot be asked now; None when they can.

        :param companies: all companies, for whoever asks about many segments
        """
        try:
            for segment in self:
                segment._check_computable()
                places = segment.scheme_id.company_id or companies or segment.scheme_id._companies()
                company = next((c for c in places if segment._owner_sees(c)), None)
                if segment.kind != "rank" and company:
                    segment._rule_sql(company, segment._cards_query())
        except (UserError, *FILTER_ERRORS) as error:
            return str(error) or type(error).__name__
        return None
