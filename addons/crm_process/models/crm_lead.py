from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_stage import PHASES


def _phase_rank(phase):
    """Return SQL for the place of a phase on the road."""
    return SQL("array_position(%s::varchar[], %s)", [key for key, _label in PHASES], phase)


class CrmLead(models.Model):
    """Where an opportunity is on the road, and after-sales as a second won stage.

    Core knows one way to be won: the stage. After-sales is won too, so probability, won status, closing date and
    scoring stay as they are; what core does *on winning* must not happen a second time.
    """

    _inherit = "crm.lead"

    process_phase = fields.Selection(
        related="stage_id.process_phase",
        string="Phase",
        help="Phase of the process the stage belongs to: needs, solution, sale or after-sales.",
    )
    process_id = fields.Many2one(
        "crm.process",
        compute="_compute_process_id",
        compute_sudo=True,
        help="Process the sales team works by now; empty where none is switched on.",
    )
    # After-sales: plain columns, written on entering and on closing
    followup_start = fields.Datetime(
        string="After-sales Since", readonly=True, copy=False, help="When the won opportunity went on to after-sales."
    )
    followup_end = fields.Datetime(
        string="After-sales Closed", readonly=True, copy=False, help="When after-sales was closed with an outcome."
    )
    followup_outcome = fields.Selection(
        [("satisfied", "Satisfied"), ("failed", "Failed")],
        string="After-sales Outcome",
        readonly=True,
        copy=False,
        help="How after-sales ended for the customer. Failed is an outcome of the case; the sale remains won.",
    )
    can_start_followup = fields.Boolean(string="Can Start After-sales", compute="_compute_can_start_followup")

    @api.depends(
        "company_id",
        "kept_process_id",
        "team_id.process_ids.state",
        "team_id.process_ids.active",
        "team_id.process_ids.company_id",
    )
    def _compute_process_id(self):
        for lead in self:
            current = lead.team_id.process_ids.filtered(
                lambda process, lead=lead: (
                    process.active
                    and process.state == "effective"
                    and (not process.company_id or not lead.company_id or process.company_id == lead.company_id)
                )
            )[:1]
            kept = lead.kept_process_id
            lead.process_id = kept if kept and kept._get_family() == current._get_family() else current

    @api.depends("won_status", "active", "type", "stage_id", "process_id", "followup_end")
    def _compute_can_start_followup(self):
        for lead in self:
            lead.can_start_followup = (
                lead.active
                and lead.type == "opportunity"
                and lead.won_status == "won"
                and not lead.followup_end
                and not lead.stage_id._is_followup()
                and bool(lead.process_id)
            )

    @api.depends("team_id", "type")
    def _compute_stage_id(self):
        """Keep a won opportunity won when its team changes: after-sales of the old team is not a stage of the new."""
        leaving = self.filtered(
            lambda lead: lead.team_id and lead.stage_id._is_followup() and lead._is_foreign_stage(lead.team_id)
        )
        for lead in leaving:
            lead.stage_id = lead._get_won_stage(lead.team_id) or lead.stage_id
        return super()._compute_stage_id()

    @api.model_create_multi
    def create(self, vals_list):
        # Not a default: a default would rewrite the whole table when the column is added.
        leads = super().create([{**vals, "cycle_number": vals.get("cycle_number") or 1} for vals in vals_list])
        leads.filtered(lambda lead: lead.stage_id._is_followup() and not lead.followup_start)._stamp_followup()
        return leads

    def write(self, vals):
        """Note when an opportunity enters after-sales."""
        stage = self.env["crm.stage"].browse(vals.get("stage_id") or ())
        if not stage._is_followup():
            return super().write(vals)
        entering = self.filtered(lambda lead: lead.stage_id != stage and not lead.followup_end)
        result = super().write(vals)
        entering._stamp_followup()
        return result

    def action_start_followup(self):
        """Move won opportunities on to after-sales of their team."""
        todo = self.filtered(lambda lead: not (lead.stage_id._is_followup() and lead.won_status == "won"))
        for lead in todo:
            if not lead.can_start_followup:
                raise UserError(
                    self.env._(
                        "“%(name)s” cannot go on to after-sales: it has to be won, and its sales team has to work "
                        "by an effective process.",
                        name=lead.name,
                    )
                )
        for process, leads in todo.grouped("process_id").items():
            leads.write({"stage_id": process.followup_stage_id.id})
        return True

    def action_set_won(self):
        """Leave an opportunity in after-sales where it is: core would send it back to Won."""
        staying = self.filtered(lambda lead: lead.stage_id._is_followup())
        if not staying:
            return super().action_set_won()
        staying.action_unarchive()
        return super(CrmLead, self - staying).action_set_won()

    def _get_rainbowman_message(self):
        """Celebrate winning once: not again on the way to after-sales or back."""
        self.ensure_one()
        if self.followup_start and (not self.date_closed or self.date_closed < self.followup_start):
            return False
        return super()._get_rainbowman_message()

    def _stamp_followup(self):
        if self:
            self.sudo().write({"followup_start": fields.Datetime.now()})

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Win in the stage for winning: after-sales comes after it, not instead of it."""
        if domain and ("is_won", "=", True) in [tuple(term) for term in domain]:
            stages = super()._stage_find(team_id, [*domain, ("process_phase", "!=", "followup")], order, limit)
            if stages:
                return stages
        return super()._stage_find(team_id, domain, order, limit)

    def _is_foreign_stage(self, team):
        teams = self.stage_id.with_context(active_test=False).team_ids
        return bool(teams) and team not in teams

    def _get_won_stage(self, team):
        """Return the stage in which a lead already won stays won in ``team``."""
        return self._stage_find(team_id=team.id, domain=[("is_won", "=", True)])

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        """Keep won opportunities won when they are merged into another team."""
        team = self.env["crm.team"].browse(team_id or ())
        for lead in self.filtered(lambda lead: team and lead.stage_id._is_followup() and lead._is_foreign_stage(team)):
            lead.stage_id = lead._get_won_stage(team) or lead.stage_id
        return super()._merge_opportunity(user_id, team_id, auto_unlink, max_length)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort by phase in the order of the road, not of the alphabet."""
        if field_name != "process_phase":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        return SQL("%s %s %s", _phase_rank(self._field_to_sql(alias, field_name, query)), direction, nulls)

    def _read_group_orderby(self, order, groupby_terms, query):
        """Show groups by phase in the order of the road, too."""
        phase = groupby_terms.get("process_phase")
        if not phase:
            return super()._read_group_orderby(order, groupby_terms, query)
        groupby_terms["process_phase"] = _phase_rank(phase)
        try:
            return super()._read_group_orderby(order, groupby_terms, query)
        finally:
            groupby_terms["process_phase"] = phase

    def _track_subtype(self, init_values):
        """Do not announce a win again when a won opportunity goes on to after-sales."""
        self.ensure_one()
        if "stage_id" in init_values and "won_status" not in init_values and self.stage_id._is_followup():
            return self.env.ref("crm.mt_lead_stage")
        return super()._track_subtype(init_values)
