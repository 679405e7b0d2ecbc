from odoo import fields, models


class CrmMeasureValue(models.Model):
    """One indicator of one customer in one company, as of the last refresh. Written only by the refresh job."""

    _name = "crm.measure.value"
    _inherit = "crm.cell.mixin"
    _description = "Customer Indicator Value"
    _order = "measure_id, partner_id, id"
    _log_access = False
    _rec_name = "measure_id"

    measure_id = fields.Many2one("crm.measure", string="Indicator", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        help="Empty for documents that belong to no company, such as meetings.",
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, ondelete="cascade", index=True)
    # Not added up: the rows of a group may be averages, ratios, or of different indicators.
    quantity = fields.Float(string="Lifetime", aggregator=None, help="Over all documents up to today.")
    quantity_window = fields.Float(string="Window", aggregator=None, help="Over the window that ends today.")
    quantity_before = fields.Float(string="Window Before", aggregator=None, help="Over the window before that one.")
    documents = fields.Integer(help="Number of documents, lifetime.")
    documents_window = fields.Integer(string="Documents in Window")
    documents_before = fields.Integer(string="Documents in Window Before")
    first_date = fields.Date(help="Date of the first document.")
    last_date = fields.Date(help="Date of the last document.")
    next_edge = fields.Date(
        help="First day on which a figure changes although no document does: one enters or leaves a window."
    )
    rhythm_days = fields.Float(
        string="Rhythm (days)", aggregator=None, help="Median days between two days with documents."
    )
    gap_count = fields.Integer(string="Gaps", aggregator=None, help="Number of gaps between days with documents.")
    last_gap = fields.Integer(
        string="Last Gap (days)", aggregator=None, help="Days between the last two days with documents."
    )

    _edge_idx = models.Index("(measure_id, next_edge) WHERE next_edge IS NOT NULL")
    _customer_uniq = models.UniqueIndex("(measure_id, COALESCE(company_id, 0), partner_id)")
