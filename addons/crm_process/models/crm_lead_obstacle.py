from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadObstacle(models.Model):
    """What keeps an opportunity from going on: since when, why, noticed by whom, and when it was out of the way."""

    _name = "crm.lead.obstacle"
    _description = "Obstacle"
    _order = "date_start desc, id desc"
    _rec_name = "reason_id"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True, index=True, ondelete="cascade")
    reason_id = fields.Many2one("crm.obstacle.reason", required=True, ondelete="restrict")
    note = fields.Char(help="What exactly is missing, and who could help.")
    date_start = fields.Datetime(
        string="Blocked Since", required=True, default=fields.Datetime.now, help="May lie before today."
    )
    date_end = fields.Datetime(
        string="Removed", readonly=True, copy=False, help="Empty while the opportunity is blocked."
    )
    end_user_id = fields.Many2one("res.users", string="Removed By", readonly=True, copy=False)
    create_uid = fields.Many2one("res.users", string="Noticed By", readonly=True)
    stage_id = fields.Many2one(
        "crm.stage", readonly=True, copy=False, index="btree_not_null", help="Stage when it was blocked."
    )
    company_id = fields.Many2one(related="lead_id.company_id")

    _open_uniq = models.UniqueIndex("(lead_id) WHERE date_end IS NULL", "The opportunity is marked as blocked already.")
    _ends_after_start = models.Constraint(
        "CHECK (date_end >= date_start)", "An obstacle cannot be removed before it was there."
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = self.env["crm.lead"]
        obstacles = super().create(
            [{**vals, "stage_id": leads.browse(vals.get("lead_id")).stage_id.id} for vals in vals_list]
        )
        obstacles._check_begun()
        obstacles._mark_leads()
        return obstacles

    def write(self, vals):
        result = super().write(vals)
        if "date_start" in vals:
            self._check_begun()
        if not {"date_start", "date_end", "lead_id"}.isdisjoint(vals):
            self._mark_leads()
        return result

    def unlink(self):
        leads = self.lead_id
        result = super().unlink()
        leads._mark_blocked()
        return result

    def action_remove(self):
        """Note that the obstacle is out of the way."""
        self.filtered(lambda obstacle: not obstacle.date_end).write(
            {"date_end": fields.Datetime.now(), "end_user_id": self.env.uid}
        )
        return {"type": "ir.actions.act_window_close"}

    def action_save(self):
        """Close the window; saving has marked the opportunity."""
        return {"type": "ir.actions.act_window_close"}

    def _check_begun(self):
        if any(obstacle.date_start > fields.Datetime.now() for obstacle in self):
            raise UserError(self.env._("An opportunity cannot be blocked since a day to come."))

    def _mark_leads(self):
        self.lead_id._mark_blocked()
