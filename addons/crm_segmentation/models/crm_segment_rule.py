"""The rule of a segment: what it needs of other segments, and its SQL."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..tools.levels import levels

#: Fields of profile and contact that show the class of the segmentation on the profile.
CLASS_FIELDS = {"segment_id", "customer_segment_id"}


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
        paths = {part for domain in domains for path in _paths(domain) for part in path.split(".")}
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

    # Its SQL

    def _rule_reader(self, company):
        """Return the profiles with the owner's rights and the surroundings of ``company``, never the caller's."""
        surroundings = {
            "allowed_company_ids": company.ids,
            "active_test": False,
            "tz": company._crm_timezone(),
            "lang": "en_US",
        }
        owner = self.owner_id or self.env.user
        return self.env["crm.customer"].with_env(self.env(user=owner, su=False, context=surroundings))

    def _owner_sees(self, company):
        """Say whether the owner works in ``company``: else nobody can be found there."""
        owner = self.owner_id or self.env.user
        return owner._is_superuser() or company in owner.sudo().company_ids

    @api.model
    def _cards_query(self):
        """Return the query over the profiles to which rules add their joins."""
        cards = self.env["crm.customer"]
        return Query(self.env, cards._table, cards._table_sql)

    def _rule_sql(self, company, query):
        """Return SQL of whether a profile of ``query`` belongs by rule; the profiles are those of ``company``."""
        self.ensure_one()
        if not self._owner_sees(company):
            return SQL("FALSE")
        reader = self._rule_reader(company)
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


def _paths(domain):
    """Return the paths that a filter asks about, those of the filters inside it too."""
    for leaf in domain.iter_conditions():
        yield leaf.field_expr
        if leaf.operator in ("any", "not any", "any!", "not any!"):
            yield from _paths(Domain(leaf.value))
