from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.crm_lead_gate import GATE, OVERRIDE


class CrmLeadOverride(models.TransientModel):
    _name = "crm.lead.override"
    _description = "Move in Spite of Missing Outputs"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True, readonly=True, ondelete="cascade")
    outputs_missing = fields.Text(related="lead_id.outputs_missing")
    stage_ids = fields.Many2many("crm.stage", compute="_compute_stage_ids")
    stage_id = fields.Many2one(
        "crm.stage", string="Move To", required=True, domain="[('id', 'in', stage_ids)]", help="Where it goes."
    )
    reason = fields.Text(
        required=True, help="Why the opportunity may go on. It is noted in its history with your name."
    )

    @api.depends("lead_id")
    def _compute_stage_ids(self):
        for wizard in self:
            lead = wizard.lead_id
            wizard.stage_ids = lead._stage_find(team_id=lead.team_id.id, limit=None) - lead.stage_id

    def action_move(self):
        """Move the opportunity on, with the reason in its history; only for who may override the stage."""
        self.ensure_one()
        lead = self.lead_id
        sheet = lead.process_id._get_sheet(lead.stage_id)
        if not sheet or not sheet._may_override(self.env.user):
            raise AccessError(
                self.env._("The sheet of “%(stage)s” does not let you override it.", stage=lead.stage_id.name)
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give a reason."))
        missing, former = lead.outputs_missing, lead.stage_id
        lead.with_context(**{GATE: OVERRIDE}).write({"stage_id": self.stage_id.id})
        lead.message_post(body=self._format_note(missing, former), subtype_xmlid="mail.mt_note")
        return {"type": "ir.actions.act_window_close"}

    def _format_note(self, missing, former):
        heading = self.env._(
            "Moved from “%(former)s” to “%(stage)s” in spite of missing outputs",
            former=former.name,
            stage=self.stage_id.name,
        )
        lines = Markup("<br/>").join((missing or "").splitlines())
        reason = Markup("<br/>").join(self.reason.strip().splitlines())
        return Markup("<p><strong>%s</strong></p><p>%s</p><p>%s</p>") % (heading, lines, reason)
