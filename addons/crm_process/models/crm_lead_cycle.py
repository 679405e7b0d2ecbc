from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmLead(models.Model):
    """The loop: the end of after-sales opens the next cycle with what was learnt as its input."""

    _inherit = "crm.lead"

    # Plain columns, empty on leads that were there before
    previous_cycle_id = fields.Many2one(
        "crm.lead",
        string="Former Cycle",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Opportunity whose after-sales opened this one.",
    )
    next_cycle_ids = fields.One2many(
        "crm.lead",
        "previous_cycle_id",
        string="Next Cycles",
        copy=False,
        context={"active_test": False},
        help="Opportunities opened when after-sales of this one was closed.",
    )
    cycle_number = fields.Integer(
        string="Cycle",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Which time round the process this is with the customer: 1 for the first opportunity, 2 for the one "
        "opened at the end of its after-sales.",
    )
    next_cycle_date = fields.Date(
        string="Next Cycle On", readonly=True, copy=False, help="Day agreed for the start of the next cycle."
    )
    cycle_count = fields.Integer(
        string="Cycles", compute="_compute_cycle_count", help="Opportunities in the same chain of cycles, this one too."
    )
    can_close_followup = fields.Boolean(string="Can Close After-sales", compute="_compute_can_close_followup")

    _cycle_number_positive = models.Constraint("CHECK (cycle_number > 0)", "The first cycle is number 1.")

    @api.depends("previous_cycle_id", "next_cycle_ids")
    def _compute_cycle_count(self):
        chains = self._get_cycle_ids()
        readable = self._browse_all(set().union(*chains.values()))._filtered_access("read")
        for lead in self:
            lead.cycle_count = len(chains.get(lead._origin.id, set()).intersection(readable.ids)) or 1

    @api.depends("won_status", "active", "stage_id", "next_cycle_ids")
    def _compute_can_close_followup(self):
        for lead in self:
            lead.can_close_followup = (
                lead.active
                and lead.won_status == "won"
                and lead.stage_id._is_followup()
                and not lead.sudo().next_cycle_ids  # a colleague may have the next cycle
            )

    @api.constrains("previous_cycle_id")
    def _check_previous_cycle(self):
        if self._has_cycle("previous_cycle_id"):
            raise ValidationError(self.env._("An opportunity cannot be a former cycle of itself."))

    def action_close_followup(self):
        """Ask how after-sales ended and what goes into the next cycle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_cycle_close_action")
        action["context"] = {"default_lead_id": self.id, "dialog_size": "medium"}
        return action

    def action_view_cycles(self):
        """Open all opportunities of the chain."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_action_cycles")
        action["domain"] = [("id", "in", sorted(set().union(*self._get_cycle_ids().values())))]
        return action

    def _field_to_sql(self, alias, field_expr, query=None):
        """Read leads older than the addon as first cycles, without ever writing their rows."""
        sql = super()._field_to_sql(alias, field_expr, query)
        return SQL("COALESCE(%s, 1)", sql) if field_expr == "cycle_number" else sql

    def _browse_all(self, ids):
        return self.with_context(active_test=False).browse(sorted(ids))

    def _get_cycle_ids(self):
        """Return the ids of former and later cycles, archived ones too: ``{lead id: {ids}}``."""
        self.env["crm.lead"].flush_model(["previous_cycle_id"])
        chains = {lead_id: {lead_id} for lead_id in self._origin.ids}
        if not chains:
            return chains
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE chain (lead_id, id) AS (
                    SELECT id, id FROM crm_lead WHERE id IN %(ids)s
                     UNION
                    SELECT chain.lead_id, step.id
                      FROM chain
                CROSS JOIN LATERAL (
                           SELECT previous_cycle_id AS id FROM crm_lead
                            WHERE id = chain.id AND previous_cycle_id IS NOT NULL
                            UNION ALL
                           SELECT id FROM crm_lead WHERE previous_cycle_id = chain.id
                           ) step
                )
                SELECT lead_id, id FROM chain
                """,
                ids=tuple(chains),
            )
        )
        for lead_id, cycle_id in rows:
            chains[lead_id].add(cycle_id)
        return chains

    def _close_followup(self, outcome, inputs):
        """Close after-sales with an outcome; the opportunity stays won.

        :param inputs: ``[(heading, text)]`` of what was delivered, learnt and wished, noted on the opportunity
        """
        self.ensure_one()
        if not self.followup_end:
            self.check_access("write")
            self.sudo().write({"followup_end": fields.Datetime.now(), "followup_outcome": outcome})
            label = dict(self._fields["followup_outcome"]._description_selection(self.env))[outcome]
            self.message_post(
                body=Markup("<p>%s</p>%s")
                % (self.env._("After-sales closed: %(outcome)s", outcome=label), self._format_inputs(inputs)),
                subtype_xmlid="mail.mt_note",
            )

    def _start_next_cycle(self, inputs, start_date):
        """Return the opportunity of the next cycle, opened now if nobody did so before."""
        self.ensure_one()
        following_sudo = self.sudo().next_cycle_ids  # a colleague may have opened it
        if following_sudo:
            return following_sudo[:1].with_env(self.env)
        # Two clicks at once: both transactions write this row, so the second one is run again and finds the cycle.
        self.next_cycle_date = start_date
        self.flush_recordset(["next_cycle_date"])
        # Nobody typed these values: what the process requires from the start is noted as missing, not refused.
        lead = self._with_own_move().create(self._prepare_next_cycle_values(inputs)).with_env(self.env)
        lead.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=start_date,
            summary=self.env._("Start cycle %(number)s", number=lead.cycle_number),
            user_id=(lead.user_id or self.env.user).id,
        )
        return lead

    def _prepare_next_cycle_values(self, inputs):
        """Return the values of the next cycle: same customer, team and salesperson, nothing promised yet."""
        team = self.team_id if self.team_id.active else self.env["crm.team"]
        values = {
            "name": self.name,
            "type": "opportunity",
            "stage_id": self._get_first_stage(team).id,
            "team_id": team.id,
            # As in core's copy: nobody who left gets new work.
            "user_id": self.user_id.id if self.user_id.active else False,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "tag_ids": [fields.Command.set(self.tag_ids.ids)],
            "previous_cycle_id": self.id,
            "cycle_number": self.cycle_number + 1,
            "description": self._format_inputs(inputs),
        }
        if not self.partner_id:
            for name in ("contact_name", "partner_name", "email_from", "phone", "function", "website"):
                values[name] = self[name]
        return values

    def _get_first_stage(self, team):
        """Return the first stage of the needs phase in the pipeline of ``team``, else its first stage."""
        empty = self.env["crm.lead"]
        return empty._stage_find(team_id=team.id, domain=[("process_phase", "=", "needs")]) or empty._stage_find(
            team_id=team.id, domain=[("fold", "=", False)]
        )

    def _format_inputs(self, inputs):
        """Return what people typed as safe HTML, line by line."""
        return Markup().join(
            Markup("<p><strong>%s</strong><br/>%s</p>") % (heading, Markup("<br/>").join(text.strip().splitlines()))
            for heading, text in inputs
            if text and text.strip()
        )

    def _merge_dependences(self, opportunities):
        """Hand the former and next cycles of merged opportunities over, without closing the chain to a ring."""
        res = super()._merge_dependences(opportunities)
        merged_sudo = (self | opportunities).sudo()  # cycles of colleagues keep their place too
        former_sudo = merged_sudo.previous_cycle_id - merged_sudo
        later_sudo = merged_sudo.next_cycle_ids - merged_sudo
        if not former_sudo and not later_sudo and max(merged_sudo.mapped("cycle_number")) == self.cycle_number:
            return res
        former_sudo = self.sudo().previous_cycle_id & former_sudo or former_sudo.sorted("cycle_number")[-1:]
        before_sudo = former_sudo
        while step_sudo := before_sudo.previous_cycle_id - before_sudo:
            before_sudo |= step_sudo
        for lead_sudo in later_sudo & before_sudo:
            lead_sudo.previous_cycle_id = lead_sudo.previous_cycle_id.previous_cycle_id - merged_sudo
        self.sudo().write(
            {
                "previous_cycle_id": former_sudo.id,
                "cycle_number": max(merged_sudo.mapped("cycle_number")),
            }
        )
        (later_sudo - before_sudo).previous_cycle_id = self
        return res
