"""Closing a month: lock, compute, check, sign; from then on its rows are what was signed."""

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ..tools import closing

#: What rows of a month say beside their figures.
SIGNED_KEYS = ("role", "pool_id", "direct_id", "account_ref", "rate_basis", "restricted", "issue")


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    closed_at = fields.Datetime(readonly=True, copy=False, help="When the month was signed.")
    closed_by_id = fields.Many2one("res.users", string="Closed by", readonly=True, copy=False, ondelete="restrict")
    closing_note = fields.Text(readonly=True, copy=False, help="What was said when the month was signed.")
    closing_number = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="The closings of a company are counted without a gap; each holds the fingerprint of the one before.",
    )
    closing_hash = fields.Char(
        string="Fingerprint", readonly=True, copy=False, help="SHA-256 of everything signed and of the closing before."
    )
    closing_record = fields.Text(
        readonly=True, copy=False, help="Everything signed, as one text; the fingerprint is taken of it."
    )

    _closing_uniq = models.UniqueIndex(
        "(company_id, closing_number) WHERE closing_number > 0", "Somebody else closes a month. Try again."
    )

    def action_open_close(self):
        """Open the page that checks and closes this month."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_closed()
        return self._page_action("crm.cost.close", self.env._("Close %(month)s", month=self.display_name))

    def action_open_reopen(self):
        """Ask why this month is opened again."""
        self.ensure_one()
        return self._page_action("crm.cost.reopen", self.env._("Reopen %(month)s", month=self.display_name))

    def _page_action(self, model, name):
        page = self.env[model].create({"period_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "res_id": page.id,
            "view_mode": "form",
            "target": "new",
        }

    def _lock(self):
        """Keep the nightly job and other users away until the end of the transaction."""
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("The nightly job is computing this period. Try again in a minute.")) from error

    def _close(self, note=None):
        """Sign this month. Only our own tables are written, never an accounting entry."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_closed()
        self._lock()
        if self.date_to >= self.company_id._crm_today():
            raise UserError(self.env._("%(month)s is not over yet.", month=self.display_name))
        self._compute_period()
        self._run_checks()
        self._refuse_unready()
        period_sudo = self.sudo()
        period_sudo._freeze_lines()
        period_sudo._store_ledger()
        period_sudo._sign((note or "").strip() or False)

    def _refuse_unready(self):
        """Refuse to sign what does not agree with the ledger, or what the company wants settled before."""
        differences = [self.difference, *self.sudo().reconciliation_ids.mapped("difference")]
        if not all(map(self.currency_id.is_zero, differences)):
            raise UserError(self.env._("%(month)s differs from the ledger and cannot be closed.", month=self.name))
        blocking = self.check_ids.filtered(lambda check: check.blocking and check.count)
        if blocking:
            names = ", ".join(blocking.mapped("display_name"))
            raise UserError(self.env._("Settle this before closing: %(checks)s.", checks=names))

    def _sign(self, note):
        last = self.search(
            [("company_id", "=", self.company_id.id), ("closing_number", ">", 0)], order="closing_number desc", limit=1
        )
        (self._versions() - self).write({"shown": False, "replaced": True})
        # The index wants one at a time.
        self.flush_model(["shown"])
        values = {
            "shown": True,
            "closed_at": fields.Datetime.now(),
            "closed_by_id": self.env.uid,
            "closing_note": note,
            "closing_number": last.closing_number + 1,
        }
        # In work still, so that the record is made of what is stored and the month is closed by the last write.
        self.write(values)
        record = closing.canonical(self._closing_values(last.closing_hash or ""))
        self.write(
            {
                "closing_record": record,
                "closing_hash": closing.chain(last.closing_hash or "", record),
                "checked_at": self.closed_at,
                "state": "closed",
            }
        )

    def _closing_values(self, previous_hash):
        """Return everything that is signed, as plain values; amounts are texts in the currency's decimals."""
        self.ensure_one()
        period_sudo = self.sudo()
        user_sudo = period_sudo.closed_by_id
        count, digest = period_sudo._lines_digest()
        return {
            "company": {"id": self.company_id.id, "name": period_sudo.company_id.name},
            "month": [str(self.date_from), str(self.date_to)],
            "currency": {"id": self.currency_id.id, "name": self.currency_id.name},
            "version": self.version,
            "before": self.previous_id.id,
            "goods": self.goods_source,
            "reason": self.reason or "",
            "number": self.closing_number,
            "previous": previous_hash,
            "closed": {
                "at": str(self.closed_at),
                "by": user_sudo.id,
                "note": self.closing_note or "",
                "name": f"{user_sudo.name} ({user_sudo.login})",
            },
            "lines": {"count": count, "sha256": digest, "columns": period_sudo._signed_columns()},
            "totals": period_sudo._signed_amounts(period_sudo)[0],
            "agreement": period_sudo._signed_amounts(period_sudo.reconciliation_ids),
            "capacity": period_sudo._signed_amounts(period_sudo.result_ids),
            "direct": period_sudo._signed_amounts(
                self.env["crm.cost.direct.result"].sudo().search([("period_id", "=", self.id)])
            ),
            "ledger": period_sudo._signed_amounts(period_sudo.late_ledger_ids.filtered("closed"), {"now", "change"}),
            "checks": [
                {"code": check.check_id.code, "count": check.count, "blocking": check.blocking}
                for check in period_sudo.check_ids.sorted(lambda check: check.check_id.code)
            ],
        }

    def _signed_amounts(self, rows, without=frozenset()):
        """Return the stored figures of some rows of this month, in an order that does not depend on names."""
        skipped = {"id", "sequence", "version", "closing_number"}
        names = [
            name
            for name, field in sorted(rows._fields.items())
            if field.store and field.type in ("monetary", "float", "integer") and name not in skipped | set(without)
        ]
        keys = [name for name in SIGNED_KEYS if name in rows._fields]
        names = [name for name in names if not name.startswith("late_")]
        signed = []
        for row in rows.sorted("id"):
            what = {key: row[key].id if rows._fields[key].relational else row[key] for key in keys}
            signed.append({**what, **{name: self._signed_amount(rows._fields[name], row[name]) for name in names}})
        return signed

    def _signed_amount(self, field, amount):
        if field.type == "integer":
            return amount
        digits = self.currency_id.decimal_places if field.type == "monetary" else 6
        return f"{amount + 0.0:.{digits}f}"
