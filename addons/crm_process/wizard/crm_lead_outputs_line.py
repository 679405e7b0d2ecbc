from odoo import fields, models


class CrmLeadOutputsLine(models.TransientModel):
    _name = "crm.lead.outputs.line"
    _description = "Output of a Stage, for One Opportunity"

    wizard_id = fields.Many2one("crm.lead.outputs", required=True, ondelete="cascade")
    output_id = fields.Many2one("crm.process.io", required=True, readonly=True, ondelete="cascade")
    done = fields.Boolean()
    may_check = fields.Boolean(readonly=True)
    note = fields.Char(string="Missing", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    checked_on = fields.Datetime(string="On", readonly=True)
