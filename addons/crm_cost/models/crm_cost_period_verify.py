"""Verification of a closed month: are these still the figures that were signed, and if not, where does it break?"""

import json

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import closing

#: How many broken lines are named; their number is always told.
NAMED = 20


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    verified_at = fields.Datetime(string="Last Verification", readonly=True, copy=False)
    verify_findings = fields.Text(
        string="Verification", readonly=True, copy=False, help="Where the month is no longer what was signed."
    )

    def action_verify(self):
        """Verify these closed months and say where the first one breaks."""
        closed = self.filtered(lambda period: period.state == "closed")
        if not closed:
            raise UserError(self.env._("Only closed months can be verified."))
        closed.check_access("write")
        for period in closed:
            period._verify()
        broken = closed.filtered("verify_findings")
        message = (
            "\n".join(f"{period.display_name}: {period.verify_findings.splitlines()[0]}" for period in broken)
            if broken
            else self.env._("Every line and every figure is what was signed.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if broken else "success",
                "title": self.env._("Broken") if broken else self.env._("Verified"),
                "message": message,
                "sticky": bool(broken),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _verify(self):
        """Compare a month with its signature, note the outcome and return the findings."""
        self.ensure_one()
        self.env.flush_all()
        period_sudo = self.sudo()
        findings = [
            *period_sudo._verify_lines(),
            *period_sudo._verify_sums(),
            *period_sudo._verify_record(),
            *period_sudo._verify_chain(),
        ]
        period_sudo.write({"verified_at": fields.Datetime.now(), "verify_findings": "\n".join(findings) or False})
        return findings

    def _verify_lines(self):
        """Name the lines that were changed, and the places where lines are missing or were added."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT position, customer_name, COUNT(*) OVER () FROM (
                       SELECT line.position, line.customer_name,
                              line.fingerprint IS DISTINCT FROM %s OR %s AS changed
                         FROM crm_cost_line line
                   CROSS JOIN LATERAL (SELECT line.sources::jsonb AS links OFFSET 0) signed -- read once for each line
                        WHERE line.period_id = %s) line
                 WHERE changed ORDER BY position LIMIT %s
                """,
                self._fingerprint_sql(),
                self._links_changed_sql(),
                self.id,
                NAMED,
            )
        )
        findings = [
            self.env._("Line %(position)s (%(name)s) was changed.", position=position or "-", name=name or "-")
            for position, name, _count in rows
        ]
        if rows and rows[0][2] > NAMED:
            findings.append(self.env._("%(count)s lines were changed in all.", count=rows[0][2]))
        return findings + self._verify_places()

    def _verify_places(self):
        signed = json.loads(self.closing_record or "{}").get("lines", {}).get("count", 0)
        missing = self.env.execute_query(
            SQL(
                "SELECT place FROM generate_series(1, %s) place WHERE NOT EXISTS"
                " (SELECT FROM crm_cost_line WHERE period_id = %s AND position = place) ORDER BY place LIMIT %s",
                signed,
                self.id,
                NAMED,
            )
        )
        findings = [self.env._("Line %(position)s is missing.", position=place) for (place,) in missing]
        count, _digest = self._lines_digest()
        if count != signed - len(missing) and len(missing) < NAMED:
            findings.append(self.env._("%(count)s lines were added.", count=count - signed + len(missing)))
        return findings

    def _verify_record(self):
        """Compare totals, agreement, capacity and the digest of all lines with the text that was signed."""
        record = json.loads(self.closing_record or "{}")
        current = json.loads(closing.canonical(self._closing_values(record.get("previous", ""))))
        return [
            self.env._("No longer what was signed: %(what)s.", what=what)
            for what in closing.differences(record, current)
        ]

    def _verify_chain(self):
        """Check the fingerprint of the closing, and that it holds the one of the closing before."""
        record = json.loads(self.closing_record or "{}")
        previous = record.get("previous", "")
        findings = []
        if closing.chain(previous, self.closing_record or "") != self.closing_hash:
            findings.append(self.env._("The fingerprint does not belong to what was signed."))
        # Months never signed have no number, which the first closing must not take for the one before.
        before = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("closing_number", "=", self.closing_number - 1),
                ("closing_number", ">", 0),
            ]
        )
        if self.closing_number > 1 and not before:
            findings.append(
                self.env._("Closing number %(number)s of the company is missing.", number=self.closing_number - 1)
            )
        elif (before.closing_hash or "") != previous:
            findings.append(
                self.env._(
                    "The closing before, number %(number)s (%(month)s), is no longer the one this was built on.",
                    number=before.closing_number,
                    month=before.display_name,
                )
            )
        return findings
