from odoo import fields, models

SEVERITIES = [("1", "Normal"), ("2", "High"), ("3", "Urgent")]
#: Days a finding waits for a day on which the person in charge has room for it.
KEEP_DAYS = 7


class CrmAlertFinding(models.Model):
    """What a rule found, each thing once: the memory that makes a second run write nothing. Written with plain SQL.

    A finding becomes an alert, joins one that is open, or stays here with the reason why nobody was bothered.
    """

    _name = "crm.alert.finding"
    _inherit = "crm.cell.mixin"
    _description = "Alert Finding"
    _order = "day desc, id desc"
    _rec_name = "key"
    _log_access = False

    rule_id = fields.Many2one("crm.alert.rule", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", readonly=True, index=True
    )
    alert_id = fields.Many2one(
        "crm.customer.alert", ondelete="set null", readonly=True, index="btree_not_null", help="Where it is worked on."
    )
    key = fields.Char(required=True, readonly=True, help="What it is about: a document, or a state and its day.")
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    day = fields.Date(required=True, readonly=True, help="Day of the document, or on which the limit was crossed.")
    found_on = fields.Date(required=True, readonly=True, help="Day on which the rule found it.")
    figure = fields.Float(readonly=True, aggregator=None, help="What was observed.")
    score = fields.Float(readonly=True, aggregator=None, help="How far from usual, in the unit of the threshold.")
    value = fields.Float(readonly=True, aggregator=None, help="What is weighed for severity: money at stake.")
    severity = fields.Selection(SEVERITIES, required=True, readonly=True)
    evidence = fields.Json(readonly=True, help="The figures it was judged by.")
    fate = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("raised", "Alert raised"),
            ("added", "Added to the open alert"),
            ("cooling", "Quiet: cool-down"),
            ("held_out", "Left out on purpose"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        help="What became of it.",
    )

    _thing_uniq = models.UniqueIndex("(rule_id, company_id, partner_id, key)")
    _waiting_idx = models.Index("(rule_id, company_id) WHERE fate = 'waiting'")

    def action_open_document(self):
        """Open the document; its own rights decide who sees it."""
        self.ensure_one()
        if self.res_id and self.res_model in self.env:
            return self.env[self.res_model].browse(self.res_id).get_formview_action()
        return self.partner_id.get_formview_action()
