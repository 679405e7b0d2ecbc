from odoo import fields, models


class CrmLeadCheck(models.Model):
    """An output of a case that was ticked off or approved: by whom, and when. Written by the case only."""

    _name = "crm.lead.check"
    _description = "Output Ticked Off"
    _order = "checked_on desc, id desc"
    _rec_name = "name"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True, ondelete="cascade", index=True)
    output_key = fields.Char(required=True)
    name = fields.Char(string="Output", required=True)
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")
    checked_on = fields.Datetime(string="On", required=True, default=fields.Datetime.now)

    _output_uniq = models.UniqueIndex("(lead_id, output_key)", "This output is ticked off already.")
