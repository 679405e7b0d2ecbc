"""The agreement with the ledger as a page: what is printed, and what goes into a spreadsheet."""

from odoo import models


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def action_print(self):
        """Print the agreement with the ledger."""
        self.check_access("read")
        return self.env.ref("crm_cost.action_report_reconciliation").report_action(self, config=False)

    def action_download(self):
        """Download the agreement with the ledger as a spreadsheet."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/crm_cost/agreement/{self.id}", "target": "download"}

    def _agreement_columns(self):
        """Return the columns of the page: every amount of the agreement with the ledger, in its order."""
        rows = self.env["crm.cost.reconciliation"]
        order = ["customers", "intercompany", "not_attributed", "unused", "variance", "kept_out"]
        amounts = [name for name, field in rows._fields.items() if field.type == "monetary"]
        between = [name for name in amounts if name not in (*order, "total", "ledger", "difference")]
        return {
            name: rows._fields[name]._description_string(self.env)
            for name in (*order, *between, "total", "ledger", "difference")
        }

    def _agreement_sheet(self):
        """Return heading, columns, rows, totals and signature of the page as plain values."""
        self.ensure_one()
        columns = self._agreement_columns()
        rows = [{"label": row.display_name, **{name: row[name] for name in columns}} for row in self.reconciliation_ids]
        totals = {name: self.currency_id.round(sum(row[name] for row in rows)) for name in columns}
        return {
            "heading": self._agreement_heading(),
            "group": self.env._("Account Group"),
            "columns": columns,
            "rows": rows,
            "totals": {"label": self.env._("Profit"), **totals},
            "signature": self._signature(),
        }

    def _agreement_heading(self):
        """Return what the page says about itself, as ``(label, text)``."""
        states = dict(self._fields["state"]._description_selection(self.env))
        heading = [
            (self.env._("Company"), self.company_id.name),
            (self.env._("Month"), f"{self.name} ({self.date_from} – {self.date_to})"),
            (self.env._("Currency"), self.currency_id.name),
            (self.env._("Version"), f"{self.version} ({states[self.state]})"),
        ]
        return [*heading, *self._methods()]

    def _methods(self):
        """Return how the figures were made, as ``(label, text)``: what a reader must know to compare them."""
        bases = self.env["crm.cost.pool"]._fields["rate_basis"]._description_selection(self.env)
        sources = dict(self.env["crm.cost.setting"]._fields["goods_source"]._description_selection(self.env))
        # As the month was computed: settings may have changed since.
        used = set(self.result_ids.mapped("rate_basis"))
        return [
            (self.env._("Basis"), self.env._("Posted journal items by accounting date")),
            (self.env._("Rates"), ", ".join(label for value, label in bases if value in used) or "–"),
            (self.env._("Cost of goods"), sources.get(self.goods_source, "–")),
        ]

    def _signature(self):
        """Return what stands under the page, as ``(label, text)``; nothing before the month is closed."""
        if self.state != "closed":
            return []
        signature = [
            (self.env._("Closing number"), str(self.closing_number)),
            (self.env._("Signed by"), self.closed_by_id.sudo().name),
            (self.env._("On"), f"{self.closed_at} UTC"),
            (self.env._("Note"), self.closing_note or "–"),
        ]
        if self.previous_id:
            change = self.currency_id.format(self.profit_change)
            signature += [
                (self.env._("Reason for reopening"), self.reason or "–"),
                (self.env._("Change to the version before"), change),
            ]
        return [*signature, (self.env._("Fingerprint (SHA-256)"), self.closing_hash)]
