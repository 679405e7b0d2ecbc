"""The service due to a customer: what was agreed with it first, then what its segments say, field by field."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.policy import first_defined

#: What a policy defines, by the column of a segment or an agreement it is read from.
POLICY_COLUMNS = {
    "response_hours": SQL("NULLIF(policy.policy_response_hours, 0)"),
    "contact_days": SQL("NULLIF(policy.policy_contact_days, 0)"),
    "channel": SQL("policy.policy_channel"),
    "ceiling": SQL("CASE WHEN policy.policy_limits_discount THEN COALESCE(policy.policy_discount_ceiling, 0) END"),
}
#: What else is read without the ORM, and may have been typed a moment ago.
ALSO_READ = {
    "crm.segment": ("active", "sequence", "scheme_id"),
    "crm.segment.scheme": ("active", "sequence"),
    "crm.courtesy": ("active", "sequence"),
    "crm.policy.override": ("partner_id", "date_end"),
    "res.partner": ("commercial_partner_id",),
}
POLICY_NAMES = (*POLICY_COLUMNS, "team_id", "team", "courtesies", "courtesy_ids", "treatment")


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    @api.model
    def _service_policies(self, partners, company):
        """Return ``{partner id: (values, sources)}`` of the service due to these customers in one company.

        Read with one query and the reader's rights: a segment only some may see decides for them only. What the system
        works out for everybody (``su``) leaves such segments out, because its results are seen by all.

        :param partners: commercial partners
        """
        policies = self._policies(partners, company)
        return {partner: policies[partner, company] for partner, company in policies}

    @api.model
    def _policies(self, partners, companies):
        """Return ``{(partner id, company id): ({name: value}, {name: source})}``; who has no policy is missing.

        :param partners: commercial partners, or None for all
        """
        if not companies or (partners is not None and not partners._origin):
            return {}
        ids = None if partners is None else partners._origin.ids
        agreed, segments = self._agreed_sql(ids, companies), self._segments_sql(ids, companies)
        columns = ("partner", "company", "source", "date_end", "place", *POLICY_NAMES)
        rows = self.env.execute_query(SQL("%s UNION ALL %s ORDER BY place, 1, 2", agreed, segments))
        by_customer = {}
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            if row["date_end"] is None or self._still_holds(row):
                by_customer.setdefault((row["partner"], row["company"]), []).append(row)
        return {customer: first_defined(found, POLICY_NAMES) for customer, found in by_customer.items()}

    @api.model
    def _still_holds(self, row):
        """Name an agreement and say whether it holds where the company is; its time zone counts on the last day."""
        row["source"] = self.env._("agreed with this customer")
        if row["date_end"] > fields.Date.today():
            return True
        return row["date_end"] >= self.env["res.company"].browse(row["company"])._crm_today()

    @api.model
    def _segments_sql(self, ids, companies):
        """Return a SELECT of one row for each open stay in a segment: scheme's sequence first, then the segment's."""
        members = self.env["crm.segment.member"]
        domain = Domain("company_id", "in", companies.ids) & Domain("date_to", "=", False)
        if ids is not None:
            domain &= Domain("partner_id", "in", ids)
        if self.env.su:
            segments = self.env["crm.segment"].with_context(active_test=False).search([])
            domain &= Domain("segment_id", "not in", segments._is_restricted().ids)
        query = members._search(domain)
        stay = SQL.identifier(query.table)
        query.add_join("JOIN", "policy", "crm_segment", SQL("policy.id = %s.segment_id AND policy.active", stay))
        query.add_join("JOIN", "scheme", "crm_segment_scheme", SQL("scheme.id = policy.scheme_id AND scheme.active"))
        segment = self.env["crm.segment"]
        place = SQL("ARRAY[1, scheme.sequence, scheme.id, policy.sequence, policy.id] AS place")
        return query.select(
            SQL("%s.partner_id", stay),
            SQL("%s.company_id", stay),
            segment._field_to_sql("policy", "name", query),
            SQL("NULL::date"),
            place,
            *self._policy_sql(segment, query, SQL("%s.company_id", stay)),
        )

    @api.model
    def _agreed_sql(self, ids, companies):
        """Return a SELECT of the agreements that may still hold, wherever the companies are; the newest first."""
        overrides = self.env["crm.policy.override"]
        yesterday = fields.Date.subtract(fields.Date.today(), days=1)
        domain = Domain("company_id", "in", companies.ids) & Domain("date_end", ">=", yesterday)
        query = overrides._search(domain)
        agreement = SQL.identifier(query.table)
        query.add_join("JOIN", "policy", "crm_policy_override", SQL("policy.id = %s.id", agreement))
        # Not the partner as it was written: a contact may have got another company since.
        query.add_join("JOIN", "customer", "res_partner", SQL("customer.id = policy.partner_id"))
        if ids is not None:
            query.add_where("customer.commercial_partner_id = ANY(%s)", [list(ids)])
        columns = dict(zip(POLICY_NAMES, self._policy_sql(overrides, query, SQL("policy.company_id")), strict=True))
        columns["contact_days"] = SQL(
            "CASE WHEN policy.policy_no_contact THEN 0 ELSE %s END", POLICY_COLUMNS["contact_days"]
        )
        return query.select(
            SQL("customer.commercial_partner_id"),
            SQL("policy.company_id"),
            SQL("NULL"),
            SQL("policy.date_end"),
            SQL("ARRAY[0, -policy.id, 0, 0, 0] AS place"),
            *columns.values(),
        )

    @api.model
    def _policy_sql(self, model, query, company):
        """Return the SQL of what a row of alias ``policy`` defines, in the order of ``POLICY_NAMES``."""
        teams = self.env["crm.team"]
        in_company = SQL("team.company_id IS NULL OR team.company_id = %s", company)
        query.add_join("LEFT JOIN", "team", "crm_team", SQL("team.id = policy.policy_team_id AND (%s)", in_company))
        name = self.env["crm.courtesy"]._field_to_sql("courtesy", "name", query)
        treatment = model._field_to_sql("policy", "policy_treatment", query)
        flushed = SQL("", to_flush=list(self._policy_fields(model)))
        return [
            SQL("%s%s", flushed, POLICY_COLUMNS["response_hours"]),
            *list(POLICY_COLUMNS.values())[1:],
            SQL("team.id"),
            teams._field_to_sql("team", "name", query),
            self._courtesies_sql(model, SQL("STRING_AGG(%s, ', ' ORDER BY courtesy.sequence, courtesy.id)", name)),
            self._courtesies_sql(model, SQL("ARRAY_AGG(courtesy.id ORDER BY courtesy.sequence, courtesy.id)")),
            SQL("NULLIF(%s, '')", treatment),
        ]

    @api.model
    def _courtesies_sql(self, model, aggregate):
        """Return a subquery with an aggregate over the courtesies that a row of alias ``policy`` offers."""
        link = model._fields["policy_courtesy_ids"]
        return SQL(
            "(SELECT %s FROM %s link"
            " JOIN crm_courtesy courtesy ON courtesy.id = link.%s AND courtesy.active WHERE link.%s = policy.id)",
            aggregate,
            SQL.identifier(link.relation),
            SQL.identifier(link.column2),
            SQL.identifier(link.column1),
        )

    @api.model
    def _policy_fields(self, model):
        """Yield the fields that must be written to the database before it is asked."""
        yield from (field for name, field in model._fields.items() if name.startswith("policy_") and field.store)
        for name, columns in ALSO_READ.items():
            yield from (self.env[name]._fields[column] for column in columns)
