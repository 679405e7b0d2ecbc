from odoo import api, fields, models

from .crm_lead_gate import GATE, IMPORT, OWN_MOVE


class CrmLead(models.Model):
    """Where moves come from: what Odoo does itself, what is imported, and how cases are won and lost."""

    _inherit = "crm.lead"

    # Plain columns
    won_reason_id = fields.Many2one(
        "crm.won.reason", index="btree_not_null", ondelete="restrict", copy=False, tracking=True, help="Why it was won."
    )
    competitor_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        tracking=True,
        help="Against whom it was won or lost.",
    )

    @api.model
    def load(self, fields, data):
        """Let the process decide about incomplete rows: only a real import says that it is one."""
        result = super(CrmLead, self.with_context(**{GATE: IMPORT})).load(fields, data)
        heading = self._get_refusal_heading()
        refusals = [row for row in result["messages"] if str(row.get("message")).startswith(heading)]
        if len(refusals) > 1:
            # Core repeats the refusal of the whole batch for its first row, refused or not; each row has its own.
            result["messages"].remove(refusals[0])
        return result

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        lead = super(CrmLead, self._with_own_move()).message_new(msg_dict, custom_values)
        return lead.with_env(self.env)

    def convert_opportunity(self, partner, user_ids=False, team_id=False):
        return super(CrmLead, self._with_own_move()).convert_opportunity(partner, user_ids, team_id)

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        merged = super(CrmLead, self._with_own_move())._merge_opportunity(user_id, team_id, auto_unlink, max_length)
        return merged.with_env(self.env)

    def action_set_lost(self, **additional_values):
        """Write the reason before core archives: a case without probability is lost from that moment."""
        if additional_values and self._get_gated({"active": False}):
            self.write(dict(additional_values))
        return super().action_set_lost(**additional_values)

    def action_set_won_rainbowman(self):
        """Ask why it is won where the process wants to know."""
        self.ensure_one()
        if self.won_status != "won" and not self.won_reason_id and self.sudo().process_id.require_won_reason:
            action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_won_action")
            return {**action, "context": {"default_lead_id": self.id}}
        return super().action_set_won_rainbowman()

    def _with_own_move(self):
        return self.with_context(**{GATE: OWN_MOVE})
