"""The rule of a segment: what it needs of other segments, what is wrong with it, and its SQL."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL, Query

from ..tools.levels import levels
from .crm_filter_mixin import FILTER_ERRORS

#: Fields of profile and contact that show the class of the segmentation on the profile.
CLASS_FIELDS = {"segment_id", "customer_segment_id"}
#: Fields that lead to members: what a segment needs of others is said in fields of its own.
MEMBER_FIELDS = {"member_ids", "member_count", "current_segment_ids"}


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    # What it needs of other segments

    def _node(self):
        """Return what is computed together with this segment: the whole segmentation, or the segment alone."""
        self.ensure_one()
        whole = self.scheme_id.kind != "overlapping"
        return ("scheme", self.scheme_id._origin.id) if whole else ("segment", self._origin.id or 0)

    def _needed_nodes(self):
        """Return the nodes whose members must be known first."""
        needed = {segment._node() for segment in self.within_ids | self.without_ids}
        if self._asks_class():
            shown = self.env["crm.segment.scheme"].sudo().search([("on_card", "=", True)])
            needed.update(("scheme", scheme.id) for scheme in shown)
        return needed

    def _filters(self):
        """Return the filters in use, as they were typed."""
        return (self.rule_domain, self.stay_domain) if self.use_stay_domain else (self.rule_domain,)

    def _asks_class(self):
        """Say whether the filters ask for the class on the profile."""
        try:
            domains = [self._read_filter(text, self.name) for text in self._filters()]
        except ValidationError:
            return False
        paths = {part for domain in domains for leaf in domain.iter_conditions() for part in leaf.field_expr.split(".")}
        return bool(CLASS_FIELDS & paths) and self.scheme_id.kind != "rank"

    def _levels(self):
        """Return these segments in levels: recordsets, each of which needs members of earlier ones only.

        :raise ValueError: with the nodes that need each other in a circle
        """
        needs = {}
        for segment in self:
            needs.setdefault(segment._node(), set()).update(segment._needed_nodes())
        members = self.grouped(lambda segment: segment._node())
        return [self.browse().union(*(members[node] for node in level)) for level in levels(needs)]

    # What is wrong with it

    @api.constrains("rule_domain", "use_stay_domain", "stay_domain", "scheme_id", "owner_id")
    def _check_rule(self):
        """Refuse a rule that could not be asked, in words, when it is typed."""
        for segment in self.filtered(lambda segment: segment.kind != "rank"):
            segment._check_filters()

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
                if comodel._name == "crm.customer" and part in MEMBER_FIELDS:
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
        if not self.owner_id.active and not self._rule_reader(self.env.company).env.su:
            raise UserError(
                self.env._(
                    "%(owner)s, with whose rights %(name)s is asked, is archived: members stay as they are. Save the "
                    "rule again to become its owner.",
                    owner=self.owner_id.name,
                    name=self.name,
                )
            )
        for measure in self.condition_ids.measure_id:
            if not (measure.reviewed and measure.active):
                raise UserError(
                    self.env._(
                        "%(name)s: members stay as they are until %(measure)s is restored and reviewed.",
                        name=self.name,
                        measure=measure.name,
                    )
                )
        self._check_filters()

    # Its SQL

    def _rule_reader(self, company):
        """Return the profiles with the owner's rights and the surroundings of ``company``, never the caller's."""
        cards = self.env["crm.customer"].with_user(self.owner_id or self.env.user)
        return cards.with_context(
            allowed_company_ids=company.ids, active_test=False, tz=company._crm_timezone(), lang="en_US"
        )

    @api.model
    def _cards_query(self):
        """Return the query over the profiles to which rules add their joins."""
        cards = self.env["crm.customer"]
        return Query(self.env, cards._table, cards._table_sql)

    def _rule_sql(self, company, query):
        """Return SQL of whether a profile of ``query`` belongs by rule; the profiles are those of ``company``."""
        self.ensure_one()
        reader = self._rule_reader(company)
        if not reader.env.su and company not in self.owner_id.company_ids:
            return SQL("FALSE")
        parts = [self._visible_sql(reader, query), self._filter_sql(self.rule_domain, reader, query)]
        if self.condition_ids:
            joint = SQL(" AND ") if self.match == "all" else SQL(" OR ")
            parts.append(SQL("(%s)", joint.join(c._condition_sql(company, query) for c in self.condition_ids)))
        parts += self._nested_sql(company)
        rule = SQL("(%s)", SQL(" AND ").join(parts))
        if not self.use_stay_domain:
            return rule
        stays = [self._is_member_sql(self, company), parts[0], self._filter_sql(self.stay_domain, reader, query)]
        return SQL("(%s OR (%s))", rule, SQL(" AND ").join(stays))

    def _visible_sql(self, reader, query):
        """Return SQL of whether the owner may see the profile."""
        if reader.env.su:
            return SQL("TRUE")
        reader.browse().check_access("read")
        allowed = reader.env["ir.rule"]._compute_domain(reader._name, "read")
        sudo = reader.sudo()
        return allowed.optimize_full(sudo)._to_sql(sudo, reader._table, query)

    def _filter_sql(self, text, reader, query):
        domain = self._read_filter(text, self.name).optimize_full(reader)
        return SQL("COALESCE(%s, FALSE)", domain._to_sql(reader, reader._table, query))

    def _nested_sql(self, company):
        """Return the conditions on other segments; they look at who is a member, not at who would be."""
        parts = []
        if self.within_ids:
            parts.append(self._is_member_sql(self.within_ids, company))
        if self.without_ids:
            parts.append(SQL("NOT %s", self._is_member_sql(self.without_ids, company)))
        return parts

    @api.model
    def _is_member_sql(self, segments, company):
        return SQL(
            "(crm_customer.partner_id IN (SELECT m.partner_id FROM crm_segment_member m WHERE m.segment_id = ANY(%s)"
            " AND m.company_id = %s AND m.date_to IS NULL))",
            list(segments._origin.ids),
            company.id,
        )

    def _rule_problem(self):
        """Return in words why these segments cannot be asked now; None when they can."""
        try:
            for segment in self:
                segment._check_computable()
                if segment.kind != "rank":
                    segment._rule_sql(self.env.company, self._cards_query())
        except (UserError, AccessError, *FILTER_ERRORS, KeyError) as error:
            return str(error)
        return None
