from odoo import api, fields, models
from odoo.tools import SQL

from .crm_customer_lifecycle import LIFECYCLES

READ_GROUP = "crm_segmentation.group_insight_read"

#: Columns of the profile that the panel shows, by the name of the panel's field.
PANEL_COLUMNS = {
    "panel_lifecycle": "lifecycle",
    "panel_last_purchase_date": "last_purchase_date",
    "panel_expected_purchase_date": "expected_purchase_date",
    "panel_revenue": "monetary",
    "panel_currency_id": "currency_id",
}

#: What is put together from more than one column.
PANEL_EXTRAS = ("panel_class", "panel_rfm_cell", "panel_profile_res_id", "panel_revenue_change")


class CrmCustomerPanelMixin(models.AbstractModel):
    """What staff should know about the customer of the document in front of them.

    Nothing is stored and nothing can be searched, sorted or grouped by, so that whoever may not read the profile cannot
    ask about it in a roundabout way either. Only forms show these fields: lists cost nothing more.
    """

    _name = "crm.customer.panel.mixin"
    _description = "Panel of the Customer Profile"

    panel_profile_res_id = fields.Integer(
        string="Customer Profile",
        compute="_compute_customer_panel",
        groups=READ_GROUP,
        help="Database id of the profile; a number, because a link would cost every form the queries for its name.",
    )
    panel_class = fields.Char(
        string="Class",
        compute="_compute_customer_panel",
        groups=READ_GROUP,
        help="Class by share of revenue, in the company of this document.",
    )
    panel_lifecycle = fields.Selection(
        LIFECYCLES,
        string="Lifecycle",
        compute="_compute_customer_panel",
        groups=READ_GROUP,
        help="Judged by the customer's own rhythm between purchases.",
    )
    panel_rfm_cell = fields.Char(
        string="RFM Name",
        compute="_compute_customer_panel",
        groups=READ_GROUP,
        help="Name for how recently, how often and for how much the customer buys.",
    )
    panel_last_purchase_date = fields.Date(string="Last Purchase", compute="_compute_customer_panel", groups=READ_GROUP)
    panel_expected_purchase_date = fields.Date(
        string="Next Purchase Expected",
        compute="_compute_customer_panel",
        groups=READ_GROUP,
        help="Last purchase plus the rhythm between purchases.",
    )
    panel_revenue = fields.Monetary(
        string="Revenue",
        compute="_compute_customer_panel",
        currency_field="panel_currency_id",
        groups=READ_GROUP,
        help="Untaxed, less credit notes, in the window of the profile; company currency.",
    )
    panel_revenue_change = fields.Monetary(
        string="Change",
        compute="_compute_customer_panel",
        currency_field="panel_currency_id",
        groups=READ_GROUP,
        help="Revenue of this window less that of the window before.",
    )
    panel_currency_id = fields.Many2one("res.currency", compute="_compute_customer_panel", groups=READ_GROUP)

    @api.depends("partner_id.commercial_partner_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_customer_panel(self):
        """Fill the panels of all documents with one query."""
        rows = self._panel_rows()
        for record in self:
            partner = record.partner_id.commercial_partner_id
            row = rows.get((partner._origin.id, record._panel_company().id), {})
            for name in (*PANEL_COLUMNS, *PANEL_EXTRAS):
                record[name] = row.get(name, False)

    def _panel_company(self):
        """Return the company whose profile is shown: the document's own, else the one the reader works in."""
        self.ensure_one()
        return self.company_id or self.env.company

    def _panel_rows(self):
        """Return ``{(partner id, company id): values of the panel}``, read with the reader's rights."""
        profiles = self.env["crm.customer"]
        companies = self.env["res.company"].union(*(record._panel_company() for record in self))
        partners = self.partner_id.commercial_partner_id
        domain = [("partner_id", "in", partners._origin.ids), ("company_id", "in", companies.ids)]
        query = profiles._search(domain)
        columns = {
            **{name: profiles._field_to_sql(query.table, path, query) for name, path in PANEL_COLUMNS.items()},
            "before": profiles._field_to_sql(query.table, "monetary_before", query),
            "panel_class": self._panel_name_sql(query, "segment_id"),
            "panel_rfm_cell": self._panel_name_sql(query, "rfm_cell_id"),
            "panel_profile_res_id": SQL.identifier(query.table, "id"),
            "partner": SQL.identifier(query.table, "partner_id"),
            "company": SQL.identifier(query.table, "company_id"),
        }
        rows = [dict(zip(columns, row, strict=True)) for row in self.env.execute_query(query.select(*columns.values()))]
        for row in rows:
            row["panel_revenue_change"] = (row["panel_revenue"] or 0) - (row["before"] or 0)
        return {(row["partner"], row["company"]): row for row in rows}

    @api.model
    def _panel_name_sql(self, query, path):
        """Return SQL of the name behind a link of the profile, in the reader's language, over one more join."""
        profiles = self.env["crm.customer"]
        named = self.env[profiles._fields[path].comodel_name]
        link = profiles._field_to_sql(query.table, path, query)
        alias = query.make_alias(query.table, f"{path}_name")
        query.add_join("LEFT JOIN", alias, named._table, SQL("%s = %s", SQL.identifier(alias, "id"), link))
        return named._field_to_sql(alias, "name", query)

    def action_open_customer_profile(self):
        """Open the profile of this document's customer, in the document's company."""
        self.ensure_one()
        self.env["crm.customer"].check_access("read")
        return self.env["crm.customer"].browse(self.panel_profile_res_id or []).get_formview_action()
