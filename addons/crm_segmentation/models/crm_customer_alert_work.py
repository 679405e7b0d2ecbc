"""What people do with an alert: contact, reason, outcome, and who else the talk led to."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class CrmCustomerAlert(models.Model):
    _inherit = "crm.customer.alert"

    related_ids = fields.Many2many(
        "crm.partner.relation.side",
        string="Related Customers",
        compute="_compute_related_ids",
        help="Who is related to this customer today, and can be spoken to as well.",
    )
    value_saved = fields.Monetary(
        string="Value Counted",
        compute="_compute_value_saved",
        help="Won opportunities, confirmed orders, and what was kept or won back. Nothing says that it would have been "
        "lost otherwise: the report compares with customers who were left out on purpose.",
    )

    can_work = fields.Boolean(
        compute="_compute_can_work", help="Whether you may work on it: yours, your team's, or nobody's yet."
    )

    @api.depends("partner_id")
    def _compute_related_ids(self):
        sides = self.env["crm.partner.relation.side"].search(
            [("commercial_partner_id", "in", self.partner_id.ids), ("is_current", "=", True)]
        )
        by_customer = sides.grouped("commercial_partner_id")
        for alert in self:
            alert.related_ids = by_customer.get(alert.partner_id, sides.browse())

    @api.depends("outcome_ids.value")
    def _compute_value_saved(self):
        for alert in self:
            alert.value_saved = sum(alert.outcome_ids.mapped("value"))

    @api.depends_context("uid")
    def _compute_can_work(self):
        mine = self._filtered_access("write")
        for alert in self:
            alert.can_work = alert in mine

    def _step(self, values):
        """Write what only these buttons write, for who may work on the alert."""
        self.check_access("write")
        self.sudo().write(values)

    def _get_open(self):
        return self.filtered(lambda alert: alert.state != "closed")

    # Steps

    def action_contacted(self):
        """Note that somebody spoke to the customer, and when."""
        now = fields.Datetime.now()
        for alert in self.filtered(lambda alert: alert.state == "new"):
            hours = (now - (alert.raised_at or now)).total_seconds() / 3600
            alert._step({"state": "contacted", "contacted_at": now, "hours_to_contact": hours})
            alert.activity_ids.filtered(lambda a: a.user_id == self.env.user).action_feedback()
            if not alert.user_id and self._can_own(self.env.user, alert.company_id, alert.sudo().measure_ids):
                alert.user_id = self.env.user

    def action_reason(self):
        """Note that the reason is known, and when."""
        for alert in self.filtered(lambda alert: alert.state in ("new", "contacted")):
            if not alert.reason_id:
                raise UserError(self.env._("Choose the reason first: it is in the list, or add it there."))
            alert.action_contacted()
            alert._step({"state": "reason", "reason_at": alert.reason_at or fields.Datetime.now()})

    def action_close(self):
        """Close alerts that have a reason and say what came of them."""
        for alert in self._get_open():
            if not alert.reason_id:
                raise UserError(self.env._("%(alert)s: a reason is missing.", alert=alert.display_name))
            if not alert.outcome_ids:
                raise UserError(
                    self.env._(
                        "%(alert)s: say what came of it in at least one line. Nothing wrong is an outcome too.",
                        alert=alert.display_name,
                    )
                )
            alert.action_reason()
            alert._step({"state": "closed", "closed_at": fields.Datetime.now()})
            alert.activity_ids.unlink()

    def action_false_alarm(self):
        """Close alerts in one step: looked at, and nothing was wrong."""
        reason = self.env.ref("crm_segmentation.alert_reason_nothing")
        for alert in self._get_open():
            alert.reason_id = alert.reason_id or reason
            if not alert.outcome_ids:
                alert.outcome_ids = [fields.Command.create({"kind": "nothing"})]
        self.action_close()

    def action_reopen(self):
        """Take an alert up again; there can be one open alert of a rule for a customer."""
        for alert in self - self._get_open():
            state = "reason" if alert.reason_id else "contacted" if alert.contacted_at else "new"
            alert._step({"state": state, "closed_at": False})

    def action_take(self):
        """Take alerts that nobody, or somebody else of the team, is in charge of."""
        self.user_id = self.env.user

    # Documents and people

    def action_open_documents(self):
        """Open what the alert is about: its documents, or all of the customer's that were judged."""
        self.ensure_one()
        documents = self._get_found_documents()
        if len(documents) == 1:
            return documents.action_open_document()
        if documents:
            return {
                "type": "ir.actions.act_window",
                "name": self.display_name,
                "res_model": documents[0].res_model,
                "view_mode": "list,form",
                "domain": [("id", "in", documents.mapped("res_id"))],
                "context": {"create": False},
            }
        measure = self.rule_id.measure_id or self.env["crm.customer"]._standard_measure("revenue")
        return measure._documents_action(self.partner_id, measure._company_of_values(self.company_id))

    def _get_found_documents(self):
        """Return the findings about documents of one kind: of the alert's own, else of the first."""
        documents = self.finding_ids.filtered("res_id")
        own = documents.filtered(lambda finding: finding.key == self.key) or documents[:1]
        return documents.filtered(lambda finding: finding.res_model == own[:1].res_model)

    def action_open_profile(self):
        """Open the profile of the customer in the company of the alert."""
        self.ensure_one()
        profile = self.env["crm.customer"].search(
            [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)]
        )
        return (profile or self.partner_id).get_formview_action()

    def action_write(self):
        """Write to the customer; the mail says nothing of the alert."""
        self.ensure_one()
        return self._compose(self.partner_id)

    def _compose(self, partner):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to %(name)s", name=partner.display_name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": partner.ids,
                "default_partner_ids": partner.ids,
                "default_composition_mode": "comment",
            },
        }

    def action_new_opportunity(self):
        """Begin an opportunity for this customer that counts for the alert when it is won."""
        self.ensure_one()
        return self._new_opportunity(self.partner_id)

    def _new_opportunity(self, partner):
        """Create an opportunity for somebody, note it as outcome, and open it."""
        self.check_access("write")
        known = "\n".join(filter(None, [self.reason_id.name, self.learnt]))
        lead = self.env["crm.lead"].create(
            {
                "description": plaintext2html(known) if known else False,
                "name": self.env._("%(name)s's opportunity", name=partner.name or partner.display_name),
                "type": "opportunity",
                "partner_id": partner.id,
                "user_id": self.env.uid,
                "company_id": self.company_id.id,
            }
        )
        self.env["crm.alert.outcome"].create(
            {"alert_id": self.id, "kind": "opportunity", "partner_id": partner.id, "lead_id": lead.id}
        )
        return lead.get_formview_action()

    def action_add_person(self):
        """Add somebody learnt of in the talk, with the relation, in one dialogue."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Somebody the Customer Spoke Of"),
            "res_model": "crm.partner.relation.add",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.partner_id.id, "default_alert_id": self.id},
        }
