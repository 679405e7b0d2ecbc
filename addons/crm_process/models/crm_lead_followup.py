from odoo import api, fields, models
from odoo.tools import SQL

#: Indicator of the satisfaction addon that after-sales shows, where there is one.
SATISFACTION = "satisfaction_score"


class CrmLead(models.Model):
    """What the documents say of the time after winning: delivery, invoices, payment, satisfaction, care.

    Nothing is stored, nothing can be searched or grouped by, and only orders count that the reader may see.
    """

    _inherit = "crm.lead"

    delivered_rate = fields.Float(
        string="Delivered",
        compute="_compute_documents",
        help="Share of the ordered quantities that is delivered: goods, or all lines of orders without goods.",
    )
    ordered_amount = fields.Monetary(
        string="Ordered",
        compute="_compute_documents",
        currency_field="company_currency",
        help="Confirmed orders with taxes, in company currency at the rate of the order. Orders of companies with "
        "another currency are left out.",
    )
    invoiced_amount = fields.Monetary(
        string="Invoiced",
        compute="_compute_documents",
        currency_field="company_currency",
        help="Posted invoices less credit notes, with taxes, as booked.",
    )
    unpaid_amount = fields.Monetary(
        string="Unpaid", compute="_compute_documents", currency_field="company_currency", help="What is left to pay."
    )
    unpaid_since = fields.Date(
        string="Due Since", compute="_compute_documents", help="Due date of the oldest invoice that is not paid."
    )
    documents_note = fields.Char(
        compute="_compute_documents", help="Why an amount is missing: an order without an exchange rate."
    )
    care_count = fields.Integer(
        string="Contacts After Winning",
        compute="_compute_care",
        help="Meetings held and messages or calls of the team since the opportunity was won.",
    )
    care_date = fields.Datetime(string="Last Contact", compute="_compute_care", help="The last one of them.")
    satisfaction_text = fields.Char(
        string="Satisfaction",
        compute="_compute_satisfaction",
        help="Recommendation score of the customer since the opportunity was won, where satisfaction is asked for.",
    )

    @api.depends("company_id", "company_currency", "stage_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_documents(self):
        """Read the documents of all opportunities with one query."""
        names = ("ordered_amount", "delivered_rate", "invoiced_amount", "unpaid_amount", "unpaid_since")
        rows = {lead_id: values for lead_id, *values in self._read_documents()}
        for lead in self:
            *values, unknown = rows.get(lead._origin.id, (0, 0, 0, 0, False, 0))
            for name, value in zip(names, values, strict=True):
                lead[name] = value or False
            lead.documents_note = (
                self.env._("%(count)s orders have no exchange rate and are left out.", count=unknown)
                if unknown
                else False
            )

    def _read_documents(self):
        """Return rows of ``(opportunity id, ordered, delivered, invoiced, unpaid, due, orders without a rate)``."""
        if not self._origin.ids:
            return []
        orders = self.env["sale.order"]._search([("opportunity_id", "in", self._origin.ids), ("state", "=", "sale")])
        self._flush_documents()
        return self.env.execute_query(
            SQL(
                """
                WITH sold AS MATERIALIZED (
                    SELECT sale.id, sale.opportunity_id, sale.amount_total / NULLIF(sale.currency_rate, 0) AS amount
                      FROM sale_order sale JOIN res_company company ON company.id = sale.company_id
                     WHERE sale.id IN %(orders)s AND company.currency_id = ANY(%(currencies)s)
                ), goods AS (%(goods)s), bill AS (%(bills)s)
                SELECT sold.opportunity_id, SUM(sold.amount), MAX(goods.delivered), MAX(bill.amount), MAX(bill.unpaid),
                       MAX(bill.due), COUNT(*) FILTER (WHERE sold.amount IS NULL)
                  FROM sold LEFT JOIN goods USING (opportunity_id) LEFT JOIN bill USING (opportunity_id)
                 GROUP BY 1
                """,
                orders=orders.subselect(),
                currencies=self.company_currency.ids,
                goods=self._sold_goods_sql(),
                bills=self._sold_bills_sql(),
            )
        )

    @api.model
    def _sold_goods_sql(self):
        """Return a SELECT of how much of ``sold`` is delivered: goods, or all lines where there are none."""
        return SQL(
            """
            SELECT sold.opportunity_id,
                   COALESCE(AVG(LEAST(line.qty_delivered / line.product_uom_qty, 1))
                            FILTER (WHERE template.type = 'consu'),
                            AVG(LEAST(line.qty_delivered / line.product_uom_qty, 1))) AS delivered
              FROM sold
              JOIN sale_order_line line ON line.order_id = sold.id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE line.display_type IS NULL AND line.is_downpayment IS NOT TRUE AND line.product_uom_qty > 0
               AND template.type != 'combo'
             GROUP BY 1
            """
        )

    @api.model
    def _sold_bills_sql(self):
        """Return a SELECT of what is invoiced and unpaid of ``sold``; an invoice of two orders counts once."""
        return SQL(
            """
            SELECT opportunity_id, SUM(amount_total_signed) AS amount, SUM(amount_residual_signed) AS unpaid,
                   MIN(invoice_date_due) FILTER (WHERE amount_residual_signed > 0) AS due
              FROM (
                    SELECT DISTINCT sold.opportunity_id, move.id, move.amount_total_signed, move.amount_residual_signed,
                           move.invoice_date_due
                      FROM sold
                      JOIN sale_order_line line ON line.order_id = sold.id
                      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                      JOIN account_move_line item ON item.id = rel.invoice_line_id
                      JOIN account_move move ON move.id = item.move_id AND move.state = 'posted'
                   ) move
             GROUP BY 1
            """
        )

    @api.depends("date_closed", "won_status")
    def _compute_care(self):
        """Count contacts with one query, whatever the number of opportunities."""
        self.update({"care_count": 0, "care_date": False})
        won = self.filtered(lambda lead: lead.won_status == "won" and lead.date_closed and lead._origin.id)
        if not won:
            return
        self.env["mail.message"].flush_model(["date", "model", "res_id", "author_id"])
        self.env["calendar.event"].flush_model(["opportunity_id", "stop", "active"])
        self.flush_model(["date_closed"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lead.id, COUNT(*), MAX(contact.at)
                  FROM crm_lead lead
                  JOIN LATERAL (
                       SELECT message.date AS at FROM mail_message message
                        WHERE message.model = 'crm.lead' AND message.res_id = lead.id
                          AND (message.mail_activity_type_id IS NOT NULL
                               OR (message.message_type IN ('comment', 'email_outgoing')
                                   AND message.is_internal IS NOT TRUE))
                          AND message.author_id IN (SELECT partner_id FROM res_users WHERE share IS NOT TRUE)
                        UNION ALL
                       SELECT stop FROM calendar_event
                        WHERE opportunity_id = lead.id AND active AND stop <= %s
                       ) contact ON contact.at > lead.date_closed
                 WHERE lead.id IN %s
                 GROUP BY lead.id
                """,
                fields.Datetime.now(),
                tuple(won._origin.ids),
            )
        )
        found = {lead_id: values for lead_id, *values in rows}
        for lead in won:
            lead.care_count, lead.care_date = found.get(lead._origin.id, (0, False))

    @api.depends("partner_id", "won_status", "date_closed")
    @api.depends_context("uid")
    def _compute_satisfaction(self):
        """Ask the indicator, where the addon that fills it is there and its values are for the reader."""
        self.satisfaction_text = False
        measure = self.env["crm.measure"].search([("code", "=", SATISFACTION)], limit=1)
        if not measure or measure._hidden():
            return
        for lead in self.filtered(lambda lead: lead.won_status == "won" and lead.date_closed and lead.partner_id):
            customer = lead.partner_id.commercial_partner_id
            company = lead.company_id or self.env.company
            since = lead.date_closed.date()
            try:
                with self.env.cr.savepoint(flush=False):
                    known = company if measure.company_path else company.browse()
                    value = measure._values(since, company._crm_today(), known, customer).get(customer.id)
            except Exception:  # noqa: BLE001 - the definition of an indicator can break in any way
                value = None
            if value is not None:
                lead.satisfaction_text = measure._format_figure(value, company)

    @api.model
    def _flush_documents(self):
        """Write what is still to be written of the documents that are read by SQL."""
        for model, names in (
            ("sale.order", ["state", "opportunity_id", "invoice_status", "amount_total", "currency_rate"]),
            ("sale.order.line", ["qty_delivered", "product_uom_qty", "product_id", "display_type", "is_downpayment"]),
            ("account.move", ["state", "payment_state", "move_type", "amount_total_signed", "amount_residual_signed"]),
        ):
            self.env[model].flush_model(names)
