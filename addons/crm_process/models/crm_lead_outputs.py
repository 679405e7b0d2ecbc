from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmLead(models.Model):
    """What a case still owes before it may move on, and who ticks what off."""

    _inherit = "crm.lead"

    check_ids = fields.One2many("crm.lead.check", "lead_id", string="Ticked Off", readonly=True)
    # A plain column, so that moving a case that owes nothing asks nothing; what it owes in a table of its own
    outputs_owed = fields.Boolean(readonly=True, copy=False, help="It owes outputs of a stage it has left.")
    owed_sheet_ids = fields.Many2many(
        "crm.process.stage",
        "crm_lead_owed_sheet_rel",
        string="Outputs Missing From",
        readonly=True,
        copy=False,
        help="Stages the opportunity left, by a move of Odoo's own or an import, although something was missing. The "
        "next move has to bring it.",
    )
    outputs_missing = fields.Text(
        compute="_compute_outputs_missing",
        help="What the process asks for before people may move the opportunity on.",
    )
    has_outputs = fields.Boolean(compute="_compute_outputs_missing")
    can_override = fields.Boolean(compute="_compute_can_override")

    @api.depends("stage_id", "team_id", "company_id", "kept_process_id", "outputs_owed", "owed_sheet_ids", "check_ids")
    def _compute_outputs_missing(self):
        """Ask the index first: leads of teams without a gate cost nothing."""
        index = self.env["crm.process"]._gate_index()
        gated = self.filtered(lambda lead: lead.stage_id.id in index.get(lead.team_id.id, ()) or lead.outputs_owed)
        (self - gated).update({"outputs_missing": False, "has_outputs": False})
        gated_sudo = gated.sudo()  # an output may be a document its reader may not open
        required = {lead: lead._get_required_outputs() for lead in gated_sudo}
        missing = gated_sudo._get_missing_outputs(required)
        for lead, lead_sudo in zip(gated, gated_sudo, strict=True):
            lead.has_outputs = bool(required[lead_sudo])
            texts = [output._describe_missing() for output in missing[lead_sudo]]
            if lead_sudo.outputs_owed:
                texts += lead_sudo._get_missing_start_fields(lead_sudo.process_id)
            lead.outputs_missing = "\n".join(texts) or False

    @api.depends("stage_id", "team_id", "process_id")
    @api.depends_context("uid")
    def _compute_can_override(self):
        """Offer it wherever a rule may stand in the way: something missing, a stage skipped, a stage not allowed."""
        index = self.env["crm.process"]._gate_index()
        for lead in self:
            ruled = lead.stage_id.id in index.get(lead.team_id.id, ())
            lead.can_override = ruled and lead.process_id._get_sheet(lead.stage_id)._may_override(self.env.user)

    def action_open_outputs(self):
        """Open the list of what this stage has to bring."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_outputs_action")
        return {**action, "context": {"default_lead_id": self.id, "dialog_size": "extra-large"}}

    def action_override(self):
        """Ask where to and why."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_override_action")
        return {**action, "context": {"default_lead_id": self.id}}

    def _get_required_outputs(self):
        """Return the outputs asked for before the case moves on: of its stage, and what it owes."""
        self.ensure_one()
        sheets = self.process_id._get_sheet(self.stage_id) | self.owed_sheet_ids
        return sheets.output_ids.filtered("evidence")

    def _get_missing_outputs(self, required):
        """Return ``{lead: outputs that are not there}``; one query, whatever the number of leads and outputs.

        :param required: ``{lead: outputs}``
        """
        missing = dict.fromkeys(self, self.env["crm.process.io"])
        by_output = {}
        for lead, outputs in required.items():
            for output in outputs:
                by_output[output] = by_output.get(output, self.browse()) | lead
        for output, leads in self.env["crm.process.io"]._get_missing_of(by_output):
            for lead in leads:
                missing[lead] |= output
        return missing

    def _check_off(self, outputs, done=True):
        """Tick outputs off for the user, or take that back."""
        self.ensure_one()
        self.check_access("write")
        for output in outputs:
            if not output._may_check(self.env.user):
                raise AccessError(self.env._("“%(output)s” is for others to tick off or approve.", output=output.name))
        checks_sudo = self.sudo().check_ids  # written here only, so that nobody signs for somebody else
        known = {check.output_key: check for check in checks_sudo}
        if not done:
            checks_sudo.filtered(lambda check: check.output_key in outputs.mapped("key")).unlink()
            return
        checks_sudo.create(
            [
                {"lead_id": self.id, "output_key": output.key, "name": output.name, "user_id": self.env.uid}
                for output in outputs
                if output.key not in known
            ]
        )

    def _merge_dependences(self, opportunities):
        """Keep what was ticked off on the merged cases."""
        result = super()._merge_dependences(opportunities)
        known = set(self.sudo().check_ids.mapped("output_key"))
        for check_sudo in (opportunities - self).sudo().check_ids:
            if check_sudo.output_key not in known:
                known.add(check_sudo.output_key)
                check_sudo.lead_id = self
        return result
