from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from .crm_lead_gate import Before

#: What documents of an opportunity can say, in the order of the road.
DOCUMENT_EVENTS = [
    ("quotation", "Quotation Sent"),
    ("order", "Order Confirmed"),
    ("delivery", "Delivered"),
    ("invoice", "Invoiced"),
    ("payment", "Paid"),
]

#: Where a transaction keeps, until it ends, which documents may move a case: ``{(model, id): events}``
NOTED_DOCUMENTS = "crm_process.documents"


class CrmLead(models.Model):
    """Documents of the ERP move the case of their opportunity where its process says so.

    Documents only note that they changed. When the transaction ends one query says what is true of the opportunities
    by then, and each goes at once as far as its documents have come. No document is ever held up by its opportunity.
    """

    _inherit = "crm.lead"

    @api.model
    def _note_documents(self, documents, *events):
        """Note that ``documents``, orders or invoices, came as far as ``events``."""
        if not documents or not self.env["crm.process"]._document_index():
            return
        precommit = self.env.cr.precommit
        if NOTED_DOCUMENTS not in precommit.data:
            precommit.data[NOTED_DOCUMENTS] = defaultdict(set)
            precommit.add(self.sudo()._follow_documents)  # whoever sends, delivers or pays need not see the case
        for document_id in documents.ids:
            precommit.data[NOTED_DOCUMENTS][documents._name, document_id].update(events)

    @api.model
    def _follow_documents(self):
        """Move the cases of the documents noted in this transaction."""
        noted = self.env.cr.precommit.data.pop(NOTED_DOCUMENTS, {})
        names = self._get_document_names(noted)
        index = self.env["crm.process"]._document_index()
        leads = self.browse(sorted({lead_id for lead_id, _event in names}))
        leads = leads.filtered(
            lambda lead: (
                lead.active and lead.type == "opportunity" and not lead.followup_end and lead.team_id.id in index
            )
        )
        facts = leads._get_document_facts() if leads else {}
        for lead in leads:
            events = {event for event in facts.get(lead.id, ()) if (lead.id, event) in names}
            sheet = lead.process_id._get_document_sheet(events)
            if sheet and lead.stage_id != sheet.stage_id:
                lead._move_by_document(sheet, names[lead.id, sheet.document_event])
        self.env.flush_all()  # it is the end of the transaction

    @api.model
    def _get_document_names(self, noted):
        """Return ``{(opportunity id, event): name of the document}``; invoices lead to theirs by one query."""
        ids = defaultdict(list)
        for model, document_id in noted:
            ids[model].append(document_id)
        found = [
            ("sale.order", order.id, order.name, order.opportunity_id.id)
            for order in self.env["sale.order"].browse(ids["sale.order"]).exists()
        ]
        if ids["account.move"]:
            self.env["account.move"].flush_model(["name"])
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT 'account.move', move.id, move.name, sale.opportunity_id
                      FROM account_move move
                      JOIN account_move_line line ON line.move_id = move.id
                      JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                      JOIN sale_order_line ordered ON ordered.id = rel.order_line_id
                      JOIN sale_order sale ON sale.id = ordered.order_id
                     WHERE move.id IN %s AND sale.opportunity_id IS NOT NULL
                    """,
                    tuple(ids["account.move"]),
                )
            )
            found += rows
        return {
            (lead_id, event): name
            for model, document_id, name, lead_id in found
            if lead_id
            for event in noted[model, document_id]
        }

    def _get_document_facts(self):
        """Return ``{opportunity id: events that are true of its documents}``, by one query."""
        self._flush_documents()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sale.opportunity_id, BOOL_OR(sale.state IN ('sent', 'sale')), BOOL_OR(sale.state = 'sale'),
                       BOOL_AND(goods.delivered) FILTER (WHERE sale.state = 'sale'),
                       BOOL_AND(sale.invoice_status IN ('invoiced', 'upselling')) FILTER (WHERE sale.state = 'sale')
                       AND SUM(bill.posted) > 0 AND SUM(bill.draft) = 0 AS invoiced,
                       BOOL_AND(sale.invoice_status IN ('invoiced', 'upselling')) FILTER (WHERE sale.state = 'sale')
                       AND SUM(bill.posted) > 0 AND SUM(bill.draft) = 0 AND SUM(bill.unpaid) = 0 AS paid
                  FROM sale_order sale
             LEFT JOIN LATERAL (%(goods)s) goods ON sale.state = 'sale'
             LEFT JOIN LATERAL (%(bill)s) bill ON sale.state = 'sale'
                 WHERE sale.opportunity_id IN %(leads)s
                 GROUP BY sale.opportunity_id
                """,
                goods=self._goods_sql(),
                bill=self._bill_sql(),
                leads=tuple(self.ids),
            )
        )
        events = [event for event, _label in DOCUMENT_EVENTS]
        return {
            lead_id: {event for event, true in zip(events, values, strict=True) if true} for lead_id, *values in rows
        }

    @api.model
    def _goods_sql(self):
        """Return a SELECT of whether ``sale`` is delivered: its goods, or all its lines where there are none."""
        return SQL(
            """
            SELECT CASE WHEN BOOL_OR(template.type = 'consu')
                        THEN BOOL_AND(line.qty_delivered >= line.product_uom_qty) FILTER (WHERE template.type = 'consu')
                        ELSE BOOL_AND(line.qty_delivered >= line.product_uom_qty) END AS delivered
              FROM sale_order_line line
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE line.order_id = sale.id AND line.display_type IS NULL AND line.is_downpayment IS NOT TRUE
               AND line.product_uom_qty > 0 AND template.type != 'combo'
            """
        )

    @api.model
    def _bill_sql(self):
        """Return a SELECT of how many invoices of ``sale`` are posted, unpaid and drafts."""
        return SQL(
            """
            SELECT COUNT(*) FILTER (WHERE move.state = 'posted') AS posted,
                   COUNT(*) FILTER (WHERE move.state = 'draft') AS draft,
                   COUNT(*) FILTER (WHERE move.state = 'posted'
                                      AND move.payment_state NOT IN ('paid', 'in_payment', 'reversed')) AS unpaid
              FROM account_move move
             WHERE move.move_type = 'out_invoice'
               AND move.id IN (SELECT item.move_id
                                 FROM sale_order_line line
                                 JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                                 JOIN account_move_line item ON item.id = rel.invoice_line_id
                                WHERE line.order_id = sale.id)
            """
        )

    def _move_by_document(self, sheet, name):
        """Move the case into the stage of ``sheet`` because of the document ``name``, or say why it stays."""
        process = self.process_id
        if process._is_way_back(self.stage_id, sheet.stage_id) and not sheet.document_back:
            return
        events = dict(sheet._fields["document_event"]._description_selection(self.env))
        reason = f"{name} ({events[sheet.document_event]})"
        self._try_entry(
            lambda: self._move_or_stay(sheet, reason),
            self.env._(
                "%(document)s could not move the case to “%(stage)s”.", document=reason, stage=sheet.stage_id.name
            ),
        )

    def _move_or_stay(self, sheet, reason):
        process = self.process_id
        missing = self._get_document_problems(process, sheet) if process.document_missing == "stay" else []
        if missing:
            texts = {"document": reason, "stage": sheet.stage_id.name, "missing": "; ".join(missing)}
            self._message_log(
                body=self.env._("%(document)s: not moved to “%(stage)s”. What is missing: %(missing)s", **texts)
            )
        else:
            self._move_with_reason(sheet.stage_id, reason)

    def _get_document_problems(self, process, sheet):
        """Return what a person could not move the case on without; who moves does not matter here."""
        before = {self: Before(self.stage_id, process, self.won_status)}
        missing = self._get_missing_at_exit(before)[self]
        road = process._get_sheet(self.stage_id)._get_road_problems(sheet.stage_id)
        return [*(output._describe_missing() for output in missing), *road]

    def _move_with_reason(self, stage, reason):
        self.write({"stage_id": stage.id})
        self.env["crm.stage.log"]._mark_reason(self.ids, reason)
        self._message_log(body=self.env._("Moved to “%(stage)s” by %(document)s.", stage=stage.name, document=reason))
