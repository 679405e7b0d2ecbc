import logging
from contextlib import contextmanager

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

GROUPS = ("crm_cost.group_profit_reader", "crm_cost.group_profit_manager")


class CrmCostAccessLog(models.Model):
    """Who was given, or lost, the right to see what customers earn. Written by the system, changed by nobody."""

    _name = "crm.cost.access.log"
    _inherit = "crm.cell.mixin"
    _description = "Profitability Access Log"
    _order = "id desc"
    _rec_name = "user_name"

    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null", index="btree_not_null")
    user_name = fields.Char(readonly=True, help="Kept when the user is deleted.")
    group_name = fields.Char(string="Right", readonly=True)
    change = fields.Selection([("granted", "Granted"), ("revoked", "Revoked")], required=True, readonly=True)
    create_uid = fields.Many2one("res.users", string="Changed by", readonly=True)
    create_date = fields.Datetime(string="On", readonly=True)

    @api.model
    def _holders(self):
        """Return ``{group: users}`` of the profitability groups, however the users came by them.

        Archived users cannot sign in: they hold nothing until somebody brings them back.
        """
        groups = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in GROUPS]
        return {
            group: group.sudo().with_context(active_test=False).all_implied_by_ids.user_ids.filtered("active")
            for group in groups
            if group
        }

    @api.model
    @contextmanager
    def _watch(self, vals_list, names):
        """Log what an operation with these values changes in the profitability groups."""
        if not any(names & vals.keys() for vals in vals_list):
            yield
            return
        before = self._holders()
        yield
        self.env["res.groups"].invalidate_model()
        for group, users in self._holders().items():
            old = before.get(group, users.browse())
            self._record(group, users - old, "granted")
            self._record(group, (old - users).exists(), "revoked")

    @api.model
    def _record_deleted(self, users):
        """Log what deleted users held, while they can still be named."""
        for group, holders in self._holders().items():
            self._record(group, holders & users, "revoked")

    def _record(self, group, users, change):
        for user in users:
            _logger.info("Customer Profitability: %s %s for %s by uid %s", group.name, change, user.login, self.env.uid)
            self.sudo().create(
                {
                    "user_id": user.id,
                    "user_name": f"{user.name} ({user.login})",
                    "group_name": group.name,
                    "change": change,
                }
            )
