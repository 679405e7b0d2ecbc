from odoo import Command, api, fields, models
from odoo.tools import SQL

#: Names shown of each rule.
SAMPLE = 5


class CrmAlertTry(models.TransientModel):
    """What the rules would find today: nothing is written, and they can be switched on from here."""

    _name = "crm.alert.try"
    _description = "Try Alert Rules"

    line_ids = fields.One2many("crm.alert.try.line", "try_id", string="Rules", readonly=False)

    @api.model
    def default_get(self, fields):
        self.check_access("create")  # what it finds is no business of everybody who may read rules
        values = super().default_get(fields)
        rules = self.env["crm.alert.rule"].with_context(active_test=False)
        chosen = rules.browse(self.env.context.get("active_ids") or []).exists() or rules.search([])
        if "line_ids" in fields:
            values["line_ids"] = [Command.create(rule._try(self.env.companies)) for rule in chosen]
        return values

    def action_switch_on(self):
        """Switch on what is ticked; the next night raises the first alerts."""
        self.line_ids.filtered("switch_on").rule_id.action_switch_on()
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class CrmAlertTryLine(models.TransientModel):
    _name = "crm.alert.try.line"
    _description = "Try Alert Rules, Rule"
    _order = "id"

    try_id = fields.Many2one("crm.alert.try", required=True, ondelete="cascade")
    rule_id = fields.Many2one("crm.alert.rule", required=True, ondelete="cascade")
    is_on = fields.Boolean(string="On Now")
    switch_on = fields.Boolean(help="Switch this rule on.")
    customers = fields.Integer(help="Customers about whom the rule finds something new today.")
    alerts = fields.Integer(string="Alerts Today", help="How many of them become an alert today, within the daily cap.")
    sample = fields.Char(help="The most serious of them.")
    note = fields.Char(help="Why nothing is found.")


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    def action_try(self):
        """Show what these rules would find today."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_alert_try_action"),
            "context": {"active_ids": self.ids},
        }

    def _try(self, companies):
        """Return what this rule would find today in some companies, as the night would find it; nothing is kept."""
        self.check_access("read")
        rule = self.sudo()
        found, note = [], False
        try:
            with self.env.cr.savepoint():
                for company in companies & rule.company_id if rule.company_id else companies:
                    note = note or rule._lacks_amounts(company)
                    found += self.env.execute_query(rule._try_sql(company))
        except Exception as error:  # noqa: BLE001 what stands in the way is shown, and no other rule stopped by it
            note = f"{type(error).__name__}: {error}"
        names = [name for _serious, name, _room in sorted(found, key=lambda row: row[0], reverse=True)[:SAMPLE]]
        return {
            "rule_id": self.id,
            "is_on": self.active,
            "switch_on": self.active or self.is_ready,
            "customers": len(found),
            "alerts": sum(room for _serious, _name, room in found),
            "sample": ", ".join(names),
            "note": note,
        }

    def _try_sql(self, company):
        """Return a SELECT of (severity and value, name, within the cap) for each customer with something new."""
        return SQL(
            """
            SELECT ARRAY[severity::numeric, value::numeric], p.name,
                   (%(cap)s = 0 OR ROW_NUMBER() OVER (PARTITION BY p.user_id ORDER BY severity DESC, value DESC, p.id)
                    <= %(cap)s)::integer
              FROM (SELECT DISTINCT ON (partner_id) partner_id, severity, COALESCE(value, 0) AS value FROM (%(new)s) new
                     ORDER BY partner_id, severity DESC, value DESC) customer
              JOIN res_partner p ON p.id = customer.partner_id AND p.active
             WHERE NOT %(left_out)s AND NOT EXISTS (SELECT FROM crm_customer_alert a WHERE a.partner_id = p.id
                   AND a.rule_id = %(rule)s AND a.company_id = %(company)s AND a.state <> 'closed')
            """,
            cap=self.daily_cap,
            new=self._new_sql(company),
            left_out=self._left_out_sql(SQL("p.id")),
            rule=self.id,
            company=company.id,
        )
