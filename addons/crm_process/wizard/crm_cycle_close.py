from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class CrmCycleClose(models.TransientModel):
    _name = "crm.cycle.close"
    _description = "Close After-sales"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True, readonly=True, ondelete="cascade")
    followup_end = fields.Datetime(related="lead_id.followup_end")
    outcome = fields.Selection(
        [("satisfied", "Satisfied"), ("failed", "Failed")],
        default=lambda self: self._default_outcome(),
        required=True,
        help="How after-sales ended for the customer. Failed does not undo the sale: the opportunity remains won.",
    )
    delivered = fields.Text(
        string="What was delivered?",
        default=lambda self: self._default_delivered(),
        help="What the customer got in this cycle; begins with what the orders say.",
    )
    learnt = fields.Text(string="What was learnt?", help="What to do again, and what to do differently.")
    wishes = fields.Text(string="Open wishes", help="What the customer asked for that this cycle did not cover.")
    start_date = fields.Date(
        string="Start next cycle on",
        default=fields.Date.context_today,
        required=True,
        help="The salesperson finds an activity for this day on the next opportunity.",
    )

    def _default_outcome(self):
        lead = self.env["crm.lead"].browse(self.env.context.get("default_lead_id"))
        return lead.followup_outcome or "satisfied"

    def _default_delivered(self):
        """Return what was delivered on the orders the user may see, a line for each product."""
        lines = self.env["sale.order.line"].search(
            [
                ("order_id.opportunity_id", "=", self.env.context.get("default_lead_id", 0)),
                ("state", "=", "sale"),
                ("qty_delivered", ">", 0),
            ],
            limit=50,
        )
        texts = []
        for product, sold in lines.grouped("product_id").items():
            quantity = formatLang(self.env, sum(sold.mapped("qty_delivered")), digits=0)
            texts.append(f"{quantity} {sold.product_uom_id[:1].name} {product.display_name}")
        return "\n".join(texts) or False

    def action_close(self):
        """Close after-sales and leave it at that."""
        self._get_lead()._close_followup(self.outcome, self._get_inputs())
        return {"type": "ir.actions.act_window_close"}

    def action_close_and_start(self):
        """Close after-sales and open the next cycle; asked twice, it opens the one there is."""
        lead = self._get_lead()
        inputs = self._get_inputs()
        lead._close_followup(self.outcome, inputs)
        following = lead._start_next_cycle(inputs, self.start_date)
        if not following.has_access("read"):
            raise UserError(self.env._("A colleague has opened the next cycle of “%(name)s” already.", name=lead.name))
        return following.redirect_lead_opportunity_view()

    def _get_lead(self):
        self.ensure_one()
        if not self.lead_id.can_close_followup and not self.lead_id.sudo().next_cycle_ids:  # maybe a colleague's
            raise UserError(
                self.env._(
                    "“%(name)s” is not in after-sales, so there is nothing to close.", name=self.lead_id.display_name
                )
            )
        return self.lead_id

    def _get_inputs(self):
        """Return what people typed under its heading."""
        return [
            (self.env._("Delivered"), self.delivered),
            (self.env._("Learnt"), self.learnt),
            (self.env._("Open wishes"), self.wishes),
        ]
