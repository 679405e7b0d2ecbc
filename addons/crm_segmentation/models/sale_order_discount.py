"""The discount ceiling of the customer on an order: shown, warned of or refused, as the company decided."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .crm_service_mixin import READ_GROUP, _number

#: In the context of a confirmation by payment. An object, so that no request from outside can claim it.
PAID_ONLINE = object()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    discount_approval_ids = fields.One2many(
        "crm.discount.approval", "order_id", string="Approved Discounts", readonly=True, copy=False
    )
    offered_discount = fields.Float(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Highest discount of the offer as it was last sent, in percent; so much may be accepted, whatever the "
        "ceiling is then. Kept by the system: whoever could write it could allow any discount.",
    )
    discount_notice = fields.Text(
        string="Above the Discount Ceiling",
        compute="_compute_discount_notice",
        groups=READ_GROUP,
        help="Lines that cost less than the customer's discount ceiling allows.",
    )
    discount_check = fields.Selection(
        [("warn", "Warn"), ("block", "Refuse"), ("approved", "Approved or offered")],
        compute="_compute_discount_notice",
        groups=READ_GROUP,
        help="What follows from lines above the discount ceiling; empty when there are none.",
    )

    @api.depends(
        "company_id.crm_discount_check",
        "discount_approval_ids.discount",
        "offered_discount",
        "order_line.discount",
        "order_line.price_subtotal",
        "order_line.price_unit",
        "order_line.product_id",
        "order_line.product_uom_qty",
        "order_line.technical_price_unit",
        "partner_id.commercial_partner_id",
        "state",
    )
    @api.depends_context("lang")
    def _compute_discount_notice(self):
        excess = self.filtered(lambda order: order.state in ("draft", "sent"))._discount_excess()
        for order in self:
            lines = excess.get(order)
            order.discount_notice = lines and order._discount_text(lines)
            order.discount_check = lines and (
                "approved" if order._is_discount_approved(lines) else order.company_id.crm_discount_check
            )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state in ("sent", "sale"))._discount_state_changed()
        return orders

    def write(self, vals):
        moving = self.browse()
        if vals.get("state") in ("sent", "sale"):
            moving = self.filtered(lambda order: order.state != vals["state"])
        former = {order: order.partner_id.commercial_partner_id for order in self if "partner_id" in vals}
        result = super().write(vals)
        passed_on = self.filtered(
            lambda order: order in former and order.partner_id.commercial_partner_id != former[order]
        )
        renewed = self if vals.get("state") == "draft" else passed_on
        renewed.sudo().filtered("offered_discount").offered_discount = 0.0  # what comes now is another offer
        (moving | passed_on.filtered(lambda order: order.state == "sale"))._discount_state_changed()
        return result

    def message_post(self, **kwargs):
        """Sending an offer again offers what it says now."""
        if self.env.context.get("mark_so_as_sent"):
            self.filtered(lambda order: order.state == "sent")._discount_state_changed()
        return super().message_post(**kwargs)

    def action_quotation_send(self):
        self.filtered(lambda order: order.state in ("draft", "sent"))._refuse_discounts()
        return super().action_quotation_send()

    def action_approve_discount(self):
        """Open the dialogue in which a discount above the ceiling is approved, with a reason."""
        self.ensure_one()
        lines = self._discount_excess().get(self, [])
        discount = max((given for _line, given, _limit in lines), default=0.0)
        return self.env["crm.discount.approve"].create({"order_id": self.id, "discount": discount})._open()

    def action_ask_discount_approval(self):
        """Ask the leader of the team, else somebody who may approve, to approve the discounts of this order."""
        self.ensure_one()
        leader = self._get_discount_approver()
        if not leader:
            raise UserError(self.env._("Nobody who may approve discounts works in this company. Ask an administrator."))
        summary = self.env._("Approve a discount above the ceiling")
        pending = self.activity_ids.filtered(lambda activity: activity.summary == summary)
        if not pending:
            note = plaintext2html(self.discount_notice or "")
            self.activity_schedule("mail.mail_activity_data_todo", summary=summary, note=note, user_id=leader.id)
        return True

    def _get_discount_approver(self):
        """Return the leader of the team, else the first who may approve discounts in this company."""
        leader = self.team_id.user_id
        if leader.active:
            return leader
        group_sudo = self.env.ref("crm_segmentation.group_discount_approve").sudo()
        able = group_sudo.all_user_ids.filtered(lambda user: user.active and self.company_id in user.company_ids)
        return (able - self.env.user).sorted("id")[:1]

    # What is allowed, and what is not

    def _is_discount_approved(self, lines):
        """Say whether somebody approved as much, or the customer was offered as much already: an offer stays one."""
        order_sudo = self.sudo()
        customer = order_sudo.partner_id.commercial_partner_id
        approvals = order_sudo.discount_approval_ids.filtered(
            lambda approval: approval.partner_id.commercial_partner_id == customer
        )
        approved = max([order_sudo.offered_discount, *approvals.mapped("discount")])
        return not self._is_more(max(given for _line, given, _limit in lines), approved)

    def _discount_text(self, lines):
        return "\n".join(
            self.env._(
                "%(product)s: %(given)s %%, at most %(limit)s %%",
                product=(line.name or line.product_id.display_name or "").split("\n")[0],
                given=_number(self.env, given),
                limit=_number(self.env, limit),
            )
            for line, given, limit in lines
        )

    # What follows

    def _discount_state_changed(self):
        """Refuse to send or confirm what nobody approved; note what a customer confirms, and what is offered."""
        checked = self.filtered(lambda order: order.company_id.crm_discount_check == "block")
        if not checked:
            return
        offered = checked.filtered(lambda order: order.state == "sent")
        if checked._is_no_employee():
            (checked - offered)._note_online_confirmation()
            # Whoever pays later marks a quotation as sent: that offers nothing that somebody would have to approve.
            offered = offered.filtered(lambda order: not order._is_stopped_online())
        else:
            checked._refuse_discounts()
        for order in offered:
            order._note_offered_discount()

    def _is_no_employee(self):
        """Say whether no employee acts here, but a customer who signs or pays online, or a program by itself."""
        if self.env.context.get("crm_paid_online") is PAID_ONLINE:
            return True
        return self.env.su and (self.env.uid == SUPERUSER_ID or self.env.user.share)

    def _note_offered_discount(self):
        given = [discount for _line, discount in self._given_discounts()]
        self.sudo().offered_discount = max(given, default=0.0)

    def _refuse_discounts(self, only=None):
        """Raise when lines (``only`` these) are above the ceiling of a company that refuses that."""
        excess = self.filtered(lambda order: order.company_id.crm_discount_check == "block")._discount_excess()
        for order, lines in excess.items():
            counted = [line for line in lines if only is None or line[0] in only]
            if counted and not order._is_discount_approved(counted):
                raise UserError(
                    self.env._(
                        "%(order)s gives more discount than this customer's ceiling allows:\n%(lines)s\n"
                        "Lower it, or have it approved: Ask for Approval on the order, or Approve Discount in its menu "
                        "of actions.",
                        order=order.name,
                        lines=order._discount_text(counted),
                    )
                )

    def _note_online_confirmation(self):
        """A customer who accepted is never turned away: the order says so, and somebody looks at it."""
        for order, lines in self._discount_excess().items():
            if order._is_discount_approved(lines):
                continue
            record = order.with_user(SUPERUSER_ID)
            text = self.env._("Confirmed without approval of discounts above the ceiling:")
            record.message_post(
                body=plaintext2html(f"{text}\n{order._discount_text(lines)}"), subtype_xmlid="mail.mt_note"
            )
            user = order.user_id.active and order.user_id or order.team_id.user_id
            if user.active:
                record.activity_schedule("mail.mail_activity_data_warning", summary=text.rstrip(":"), user_id=user.id)

    # Online

    def _is_stopped_online(self):
        """Say whether a customer could accept online what nobody approved and nobody offered."""
        if self.company_id.crm_discount_check != "block":
            return False
        lines = self._discount_excess().get(self)
        return bool(lines) and not self._is_discount_approved(lines)

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._is_stopped_online()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._is_stopped_online()
