from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_lifecycle import LIFECYCLES

READ_GROUP = "crm_segmentation.group_insight_read"


def _search_card(name):
    """Return the search method of the partner field that shows a column of the customer profile."""
    return lambda self, operator, value: self._search_customer_card(name, operator, value)


class ResPartner(models.Model):
    """What staff may know about the customer, on the contact: read from the profile of the current company.

    Nothing is stored here. A group on a field guards reading only; searching, grouping and sorting by a computed field
    are answered by its search method and its SQL, so both check the access themselves.
    """

    _inherit = "res.partner"

    customer_card_id = fields.Many2one(
        "crm.customer",
        string="Customer Profile",
        compute="_compute_customer_card",
        search="_search_customer_card_id",
        groups=READ_GROUP,
        help="Profile of this customer in the current company.",
    )
    customer_segment_id = fields.Many2one(
        "crm.segment",
        string="Customer Class",
        compute="_compute_customer_card",
        search=_search_card("customer_segment_id"),
        groups=READ_GROUP,
        help="Class by share of revenue in the current company.",
    )
    customer_rfm_code = fields.Integer(
        string="RFM",
        compute="_compute_customer_card",
        search=_search_card("customer_rfm_code"),
        groups=READ_GROUP,
        aggregator=None,
        help="Recency, frequency and money from 111 to 555; 5 is best.",
    )
    customer_last_purchase_date = fields.Date(
        string="Last Purchase",
        compute="_compute_customer_card",
        search=_search_card("customer_last_purchase_date"),
        groups=READ_GROUP,
    )
    customer_frequency = fields.Integer(
        string="Purchase Days",
        compute="_compute_customer_card",
        search=_search_card("customer_frequency"),
        groups=READ_GROUP,
        help="Distinct days with a purchase in the window of the profile.",
    )
    customer_lifecycle = fields.Selection(
        LIFECYCLES,
        compute="_compute_customer_card",
        search=_search_card("customer_lifecycle"),
        groups=READ_GROUP,
        help="In the current company, judged by the customer's own rhythm between purchases.",
    )
    customer_rfm_cell_id = fields.Many2one(
        "crm.rfm.cell",
        string="RFM Name",
        compute="_compute_customer_card",
        search=_search_card("customer_rfm_cell_id"),
        groups=READ_GROUP,
        help="Name for how recently, how often and for how much the customer buys in the current company.",
    )
    customer_expected_purchase_date = fields.Date(
        string="Next Purchase Expected",
        compute="_compute_customer_card",
        search=_search_card("customer_expected_purchase_date"),
        groups=READ_GROUP,
        help="Last purchase plus the rhythm between purchases, in the current company.",
    )
    customer_relationship_kind = fields.Selection(
        lambda self: self.env["crm.customer"]._fields["relationship_kind"]._description_selection(self.env),
        string="Kind of Customer",
        compute="_compute_customer_card",
        search=_search_card("customer_relationship_kind"),
        groups=READ_GROUP,
        help="Relationship customers want a lasting partner, transaction customers shop on price.",
    )

    def _customer_card_columns(self):
        """Return ``{field of the contact: field of the profile}``; other addons add theirs."""
        return {
            "customer_card_id": "id",
            "customer_segment_id": "segment_id",
            "customer_rfm_code": "rfm_code",
            "customer_last_purchase_date": "last_purchase_date",
            "customer_frequency": "frequency",
            "customer_lifecycle": "lifecycle",
            "customer_rfm_cell_id": "rfm_cell_id",
            "customer_expected_purchase_date": "expected_purchase_date",
            "customer_relationship_kind": "relationship_kind",
        }

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_customer_card(self):
        """Read the profiles of all contacts with one query; a contact shows the profile of its company."""
        profile = self.env["crm.customer"]
        columns = self._customer_card_columns()
        query = profile._search(
            [("partner_id", "in", self.commercial_partner_id.ids), ("company_id", "=", self.env.company.id)]
        )
        paths = ("partner_id", *columns.values())
        selected = [profile._field_to_sql(query.table, path, query) for path in paths]
        names = self._customer_card_names(query, dict(zip(paths, selected, strict=True)))
        found = self.env.execute_query(query.select(*selected, *names.values()))
        rows = {partner: values for partner, *values in found}
        self._keep_names(names, [dict(zip((*paths, *names), row, strict=True)) for row in found])
        none = [False] * len(columns)
        for partner in self:
            values = rows.get(partner.commercial_partner_id.id, none)
            for name, value in zip(columns, values, strict=False):
                partner[name] = value or False

    def _customer_card_names(self, query, selected):
        """Return ``{(column of the profile, its model): SQL of the name}``, joined to the query of the profiles.

        Every contact's form shows class and RFM name: read one by one, they are two queries more.
        """
        names = {}
        for column, model in (("segment_id", "crm.segment"), ("rfm_cell_id", "crm.rfm.cell")):
            alias = query.make_alias(query.table, f"{column}_name")
            same = SQL("%s = %s", selected[column], SQL.identifier(alias, "id"))
            query.add_join("LEFT JOIN", alias, self.env[model]._table, same)
            names[column, model] = self.env[model]._field_to_sql(alias, "name", query)
        return names

    def _keep_names(self, names, rows):
        """Put the names that came with the profiles where reading them finds them."""
        for column, model in names:
            known = {row[column]: row[column, model] for row in rows if row[column]}
            self.env[model]._fields["name"]._insert_cache(self.env[model].browse(known), known.values())

    def _search_customer_card_id(self, operator, value):
        return self._search_customer_card("customer_card_id", operator, value)

    def _search_customer_card(self, name, operator, value):
        """Search contacts by a column of their profile in the current company."""
        self._check_field_access(self._fields[name], "read")
        cards = Domain("company_id", "=", self.env.company.id)
        column = self._customer_card_columns()[name]
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in" and False in value:
            # Asked for an empty column: contacts without a profile have one too.
            filled = self._has_customer_card(cards & Domain(column, "!=", False))
            return ~filled | self._has_customer_card(cards & Domain(column, "in", [v for v in value if v]))
        return self._has_customer_card(cards & Domain(column, operator, value))

    def _has_customer_card(self, cards):
        """Return the domain of the contacts whose customer has a profile that meets the domain ``cards``."""
        profile = self.env["crm.customer"]
        query = profile._search(cards)
        return Domain(
            "commercial_partner_id",
            "in",
            query.subselect(profile._field_to_sql(query.table, "partner_id", query)),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the profile's columns: one join on customer and current company."""
        column = self._customer_card_columns().get(field_expr)
        if not column or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        card = query.make_alias(alias, "company_profile")
        same_customer = SQL(
            "%s = %s AND %s = %s",
            SQL.identifier(card, "partner_id"),
            SQL.identifier(alias, "commercial_partner_id"),
            SQL.identifier(card, "company_id"),
            self.env.company.id,
        )
        query.add_join("LEFT JOIN", card, "crm_customer", same_customer)
        return self.env["crm.customer"]._field_to_sql(card, column, query)

    def action_open_customer_card(self):
        """Open the profile of this customer in the current company."""
        self.ensure_one()
        return self.customer_card_id.get_formview_action()
