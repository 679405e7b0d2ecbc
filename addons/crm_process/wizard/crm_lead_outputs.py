from odoo import api, fields, models
from odoo.fields import Command


class CrmLeadOutputs(models.TransientModel):
    """What a stage has to bring, for one case: what is there, and what can be ticked off here."""

    _name = "crm.lead.outputs"
    _description = "Outputs of a Stage"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.One2many(
        "crm.lead.outputs.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )

    @api.depends("lead_id")
    def _compute_line_ids(self):
        self.lead_id.sudo(False).check_access("read")  # what is stored is computed by the system
        for wizard in self:
            lead_sudo = wizard.lead_id.sudo()  # an output may be a document its reader may not open
            outputs = lead_sudo._get_required_outputs() if lead_sudo else self.env["crm.process.io"]
            missing = lead_sudo._get_missing_outputs({lead_sudo: outputs}) if lead_sudo else {}
            checks = {check.output_key: check for check in lead_sudo.check_ids}
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(self._prepare_line(output, output not in missing[lead_sudo], checks.get(output.key)))
                    for output in outputs
                ),
            ]

    def _prepare_line(self, output, done, check):
        return {
            "output_id": output.id,
            "done": done,
            "may_check": output._may_check(self.env.user),
            "note": output._describe_missing() if not done else False,
            "user_id": check.user_id.id if check else False,
            "checked_on": check.checked_on if check else False,
        }

    def action_save(self):
        """Tick off what was ticked."""
        self.ensure_one()
        changed = self.line_ids.filtered(lambda line: line.output_id._may_check(self.env.user))
        keys = set(self.lead_id.sudo().check_ids.mapped("output_key"))
        on = changed.filtered(lambda line: line.done and line.output_id.key not in keys).output_id
        off = changed.filtered(lambda line: not line.done and line.output_id.key in keys).output_id
        if on:
            self.lead_id._check_off(on)
        if off:
            self.lead_id._check_off(off, done=False)
        return {"type": "ir.actions.act_window_close"}
