from odoo import fields, models


class CrmProcessStage(models.Model):
    """The sheet of one stage in one version of a process: what is expected there, and of whom."""

    _name = "crm.process.stage"
    _description = "Stage Sheet"
    _order = "process_id, sequence, id"
    _rec_name = "stage_id"

    process_id = fields.Many2one("crm.process", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10, help="Place of the stage on the road.")
    stage_id = fields.Many2one("crm.stage", required=True, index=True, ondelete="restrict")
    phase = fields.Selection(related="stage_id.process_phase", store=True)

    _stage_uniq = models.UniqueIndex("(process_id, stage_id)", "The process has a sheet for this stage already.")
