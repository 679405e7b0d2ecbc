from odoo import fields, models


class CrmMeasureMissingRate(models.Model):
    """Documents in a foreign currency that an indicator leaves out, because their day has no exchange rate."""

    _name = "crm.measure.missing.rate"
    _description = "Missing Exchange Rate"
    _order = "measure_id, company_id, currency_id, id"
    _log_access = False
    _rec_name = "currency_id"

    measure_id = fields.Many2one("crm.measure", string="Indicator", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", required=True, ondelete="cascade")
    documents = fields.Integer(help="Number of documents that the indicator leaves out.")
    first_date = fields.Date(help="Date of the first of these documents: a rate is needed from this day on.")
    last_date = fields.Date(help="Date of the last of these documents.")
