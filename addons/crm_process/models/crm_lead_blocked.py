from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Opportunities that cannot go on for now."""

    _inherit = "crm.lead"

    # A plain column, so that cards and lists show it without a query
    blocked_since = fields.Datetime(
        readonly=True, copy=False, help="Since when an obstacle keeps the opportunity from going on."
    )
    blocked_reason = fields.Char(compute="_compute_blocked_reason", help="What is in the way, as noted.")
    obstacle_ids = fields.One2many("crm.lead.obstacle", "lead_id", string="Obstacles", copy=False)

    @api.depends("blocked_since", "obstacle_ids.reason_id", "obstacle_ids.note")
    def _compute_blocked_reason(self):
        self.blocked_reason = False
        for lead in self.filtered("blocked_since"):  # nothing is read for the others
            obstacle = lead.obstacle_ids.filtered(lambda obstacle: not obstacle.date_end)[:1]
            lead.blocked_reason = ": ".join(filter(None, [obstacle.reason_id.name, obstacle.note]))

    def action_block(self):
        """Ask what is in the way."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_obstacle_action_new")
        action["context"] = {"default_lead_id": self.id}
        return action

    def action_unblock(self):
        """Note that what was in the way is gone."""
        obstacles = self.obstacle_ids.filtered(lambda obstacle: not obstacle.date_end)
        if not obstacles:
            raise UserError(self.env._("Nothing is in the way of these opportunities."))
        return obstacles.action_remove()

    def _mark_blocked(self):
        """Keep the column in step with the open obstacles."""
        for lead in self.exists():
            since = lead.obstacle_ids.filtered(lambda obstacle: not obstacle.date_end)[:1].date_start
            if lead.blocked_since != since:
                lead.check_access("write")
                lead.sudo().blocked_since = since  # nobody else may

    def _merge_dependences(self, opportunities):
        """Keep the obstacles of merged opportunities; of those still there, the oldest of all remains open."""
        res = super()._merge_dependences(opportunities)
        obstacles_sudo = (self | opportunities).sudo().obstacle_ids  # who may merge may take them along
        still_there = obstacles_sudo.filtered(lambda obstacle: not obstacle.date_end).sorted("date_start")
        still_there[1:].action_remove()
        still_there.flush_recordset()  # one open obstacle at a time, also in between
        obstacles_sudo.write({"lead_id": self.id})
        return res
