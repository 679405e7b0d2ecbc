"""Versions of a month: a closed one never changes, reopening starts the next one beside it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

#: What may still be written in a closed month: which version is read, and what came after it.
AFTER_CLOSING = {
    "shown",
    "replaced",
    "checked_at",
    "last_error",
    "late_amount",
    "late_count",
    "late_customers",
    "late_changed_at",
    "verified_at",
    "verify_findings",
}


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    version = fields.Integer(
        required=True, default=1, readonly=True, copy=False, aggregator=None, help="Reopening a month adds the next."
    )
    previous_id = fields.Many2one(
        "crm.cost.period",
        string="Version Before",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
        help="The closed version this one is going to replace.",
    )
    shown = fields.Boolean(
        string="Read by Reports",
        default=True,
        readonly=True,
        copy=False,
        help="Reports read one version of a month: the latest closed one, or the figures in work when you say so.",
    )
    replaced = fields.Boolean(
        string="Replaced by a Later Version", readonly=True, copy=False, help="A later version has been closed."
    )
    reason = fields.Text(
        string="Reason for Reopening", readonly=True, copy=False, help="Why the month was opened again."
    )
    version_ids = fields.Many2many(
        "crm.cost.period", string="Versions", compute="_compute_version_ids", help="All versions of this month."
    )
    profit_change = fields.Monetary(
        string="Change to the Version Before",
        compute="_compute_profit_change",
        help="Profit of the ledger in this version less that of the version before.",
    )

    _shown_uniq = models.UniqueIndex(
        "(company_id, date_from) WHERE shown IS TRUE", "Reports read one version of a month only."
    )

    @api.depends("date_from", "company_id")
    def _compute_version_ids(self):
        months = self.mapped("date_from")
        versions = self.search([("company_id", "in", self.company_id.ids), ("date_from", "in", months)])
        for period in self:
            period.version_ids = versions.filtered(
                lambda version, period=period: (
                    (version.company_id, version.date_from) == (period.company_id, period.date_from)
                )
            ).sorted("version")

    @api.depends("previous_id", "ledger_profit")
    def _compute_profit_change(self):
        for period in self:
            before = period.previous_id.ledger_profit
            change = period.ledger_profit - before if period.previous_id and period.state != "open" else 0.0
            period.profit_change = period.currency_id.round(change) if period.currency_id else change

    @api.depends("name", "version")
    def _compute_display_name(self):
        for period in self:
            period.display_name = (
                self.env._("%(month)s, version %(number)s", month=period.name, number=period.version)
                if period.version > 1
                else period.name or ""
            )

    def write(self, vals):
        """Leave closed months alone, whoever writes."""
        if not vals.keys() <= AFTER_CLOSING:
            self._refuse_closed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._refuse_closed()

    def unlink(self):
        """Let reports return to the closed version when the one in work is thrown away."""
        before_sudo = self.filtered("shown").previous_id.sudo()
        result = super().unlink()
        before_sudo.shown = True
        return result

    def action_show(self):
        """Let reports read this version of the month."""
        self.check_access("write")
        for period_sudo in self.sudo():
            (period_sudo._versions() - period_sudo).shown = False
            # The index wants one at a time.
            self.env["crm.cost.period"].flush_model(["shown"])
            period_sudo.shown = True

    def _versions(self):
        """Return all versions of this month as they are now."""
        self.ensure_one()
        return self.search([("company_id", "=", self.company_id.id), ("date_from", "=", self.date_from)])

    def _refuse_closed(self):
        closed = self.filtered(lambda period: period.state == "closed")[:1]
        if closed:
            raise UserError(
                self.env._(
                    "%(month)s is closed and stays as it was signed. Reopen it first.", month=closed.display_name
                )
            )

    def _reopen(self, reason):
        """Return the next version of a closed month, computed; reports stay with the closed one."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "closed" or max(self._versions().mapped("version")) > self.version:
            raise UserError(self.env._("Only the last version of a month can be reopened, and only when it is closed."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the month is reopened: the reason is printed on the new version."))
        version_sudo = self.sudo().create(
            {
                "company_id": self.company_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "version": self.version + 1,
                "previous_id": self.id,
                "shown": False,
                "reason": reason.strip(),
            }
        )
        version = version_sudo.with_env(self.env)
        version._compute_period()
        return version
