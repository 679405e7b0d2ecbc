from odoo import api, fields, models
from odoo.fields import Command


class CrmProcess(models.Model):
    """What a process covers: the stages of its teams' pipelines, their sheets, the opportunities in them."""

    _inherit = "crm.process"

    sheet_ids = fields.One2many("crm.process.stage", "process_id", string="Stage Sheets", copy=True)
    stage_ids = fields.Many2many(
        "crm.stage",
        string="Stages",
        compute="_compute_stage_ids",
        help="Stages in the pipelines of the chosen teams. Change the phase of a stage under Stages and Phases.",
    )
    missing_stage_ids = fields.Many2many(
        "crm.stage",
        string="Stages Without a Sheet",
        compute="_compute_missing_stage_ids",
        help="Stages of these pipelines that the process says nothing about.",
    )
    lead_count = fields.Integer(
        string="Opportunities",
        compute="_compute_lead_count",
        groups="sales_team.group_sale_salesman",
        help="Opportunities of the chosen teams that you may see.",
    )

    @api.depends("team_ids")
    def _compute_stage_ids(self):
        for process in self:
            process.stage_ids = self.env["crm.stage"].search(
                ["|", ("team_ids", "=", False), ("team_ids", "in", process.team_ids.ids)]
            )

    @api.depends("stage_ids", "sheet_ids.stage_id")
    def _compute_missing_stage_ids(self):
        for process in self:
            process.missing_stage_ids = process.stage_ids - process.sheet_ids.stage_id if process.team_ids else False

    @api.depends("team_ids")
    def _compute_lead_count(self):
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("team_id", "in", self.team_ids.ids), ("type", "=", "opportunity")], ["team_id"], ["__count"]
            )
        )
        for process in self:
            process.lead_count = sum(counts.get(team, 0) for team in process.team_ids)

    def action_view_leads(self):
        """Open the opportunities of the teams, by phase."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_action_phases")
        action["domain"] = [("team_id", "in", self.team_ids.ids), ("type", "=", "opportunity")]
        return action

    def action_add_sheets(self):
        """Add an empty sheet for each stage that has none, in the order of the pipeline."""
        for process in self:
            stages = process.missing_stage_ids.sorted(lambda stage: (stage.sequence, stage.id))
            last = max(process.sheet_ids.mapped("sequence"), default=0)
            process.sheet_ids = [
                Command.create({"stage_id": stage.id, "sequence": last + 10 * number})
                for number, stage in enumerate(stages, 1)
            ]
