from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Teams that work by a process: what they have won is not over before after-sales is closed.
PROCESS_TEAMS = SQL(
    """(SELECT rel.team_id FROM crm_process_team_rel rel JOIN crm_process process ON process.id = rel.process_id
         WHERE process.active AND process.state = 'effective')"""
)


class ResPartner(models.Model):
    """Where the customer is on the road: by the running opportunity that moved last, of all its contacts."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.phase.mixin"]
    _phase_path = "commercial_partner_id"

    process_phase = fields.Selection(
        help="Phase of the process that the customer's running opportunity is in; with several, the one that moved "
        "last. Won opportunities run until their after-sales is closed."
    )

    cycle_count = fields.Integer(
        string="Cycles",
        compute="_compute_cycle_count",
        groups="sales_team.group_sale_salesman",
        help="Opportunities of this customer and its contacts that belong to a chain of cycles.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_process_phase(self):
        return super()._compute_process_phase()

    def _compute_cycle_count(self):
        self.cycle_count = 0
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            return
        counts = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(self._get_cycle_domain(), ["partner_id"], ["__count"])
        )
        own = set(self.ids)
        for contact, count in counts:
            while contact:
                if contact.id in own:
                    contact.cycle_count += count
                contact = contact.parent_id

    def _get_cycle_domain(self):
        linked = Domain("previous_cycle_id", "!=", False) | Domain("next_cycle_ids", "!=", False)
        return Domain(self._get_contact_opportunities_domain()) & linked

    def action_view_cycles(self):
        """Open the cycles of the customer and its contacts."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_action_cycles")
        action["domain"] = list(self._get_cycle_domain())
        return action

    @api.model
    def _phases_sql(self, keys=None):
        """Return a SELECT of ``(commercial partner, phase)`` of the running opportunity that moved last."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        won = Domain("won_status", "=", "won") & (
            Domain("process_phase", "=", "followup") | Domain("team_id", "in", PROCESS_TEAMS)
        )
        running = Domain("active", "=", True) & Domain("type", "=", "opportunity") & Domain("followup_end", "=", False)
        running &= Domain("won_status", "=", "pending") | won
        if keys is not None:
            running &= Domain("partner_id.commercial_partner_id", "in", keys)
        self.flush_model(["commercial_partner_id"])  # a joined SELECT does not say which columns it reads
        query = leads._search(running, order="id")
        phase = leads._field_to_sql(query.table, "process_phase", query)
        customer = query.make_alias(query.table, "customer")
        link = leads._field_to_sql(query.table, "partner_id", query)
        query.add_join("JOIN", customer, "res_partner", SQL("%s = %s", SQL.identifier(customer, "id"), link))
        key = SQL.identifier(customer, "commercial_partner_id")
        moved = leads._field_to_sql(query.table, "date_last_stage_update", query)
        query.order = SQL("%s, %s DESC NULLS LAST, %s DESC", key, moved, SQL.identifier(query.table, "id"))
        return query.select(SQL("DISTINCT ON (%s) %s AS key", key, key), SQL("%s AS phase", phase))
