from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_segmentation.models.crm_alert_finding import SEVERITIES

from ..models.crm_satisfaction_case import COST_GROUPS, ORIGINS, RESULTS, STATES
from ..tools import recovery


class CrmSatisfactionCaseReport(models.Model):
    """Recovery cases, one row each: how soon, how many won back, by which remedy, at what cost."""

    _name = "crm.satisfaction.case.report"
    _inherit = "crm.cell.mixin"
    _description = "Recovery Analysis"
    _auto = False
    _order = "opened_at desc, id desc"
    _rec_name = "case_id"
    _depends = {
        "crm.satisfaction.case": [
            "customer_id", "company_id", "program_id", "segment_id", "origin", "severity", "user_id", "team_id",
            "state", "result", "opened_at", "contacted_at", "deadline", "hours_to_contact", "hours_to_close",
            "cause_id", "remedy_id", "cost", "again_response_id", "reopen_count",
        ],
        "res.company": ["currency_id"],
    }  # fmt: skip

    case_id = fields.Many2one("crm.satisfaction.case", string="Recovery Case", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    program_id = fields.Many2one("crm.satisfaction.program", string="Schedule", readonly=True)
    segment_id = fields.Many2one("crm.segment", string="Class", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    cause_id = fields.Many2one("crm.satisfaction.cause", readonly=True)
    remedy_id = fields.Many2one("crm.courtesy", string="Remedy Offered", readonly=True)
    origin = fields.Selection(ORIGINS, string="Opened by", readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    state = fields.Selection(STATES, string="Status", readonly=True)
    result = fields.Selection(RESULTS, readonly=True)
    opened_at = fields.Datetime(string="Opened", readonly=True)
    cases = fields.Integer(readonly=True)
    in_time = fields.Integer(string="Contacted in Time", readonly=True)
    judged = fields.Integer(
        string="Closed With Result", readonly=True, help="Recovered or not; what the recovered share is a share of."
    )
    recovered = fields.Integer(readonly=True)
    measured = fields.Integer(string="Asked Again", readonly=True, help="The customer answered a second time.")
    reopened = fields.Integer(string="Taken Up Again", readonly=True)
    hours_to_contact = fields.Float(
        string="Hours to Contact",
        readonly=True,
        aggregator="avg",
        help="Working hours from opening to the first contact; mean of those contacted.",
    )
    hours_to_close = fields.Float(
        string="Hours to Close",
        readonly=True,
        aggregator="avg",
        help="Working hours from opening to closing; mean of those closed.",
    )
    recovered_share = fields.Float(
        string="Recovered %",
        readonly=True,
        aggregator="avg",
        help="Recovered, in percent of cases closed with a result.",
    )
    share_low = fields.Float(
        string="Recovered % from",
        readonly=True,
        aggregator="avg",
        help="Lower end of the 95 % interval of the recovered share (Wilson 1927).",
    )
    share_high = fields.Float(
        string="Recovered % to",
        readonly=True,
        aggregator="avg",
        help="Upper end of the 95 % interval of the recovered share (Wilson 1927).",
    )
    cost = fields.Monetary(readonly=True, groups=COST_GROUPS, help="What remedies cost, in company currency.")

    #: Share -> end of its interval; 0 is the share itself.
    _SHARES = {"recovered_share:avg": 0, "share_low:avg": -1, "share_high:avg": 1}

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row.*, 100.0 * recovered / NULLIF(judged, 0) AS recovered_share,
                   %(low)s AS share_low, %(high)s AS share_high
              FROM (SELECT c.id, c.id AS case_id, c.customer_id, c.company_id, company.currency_id, c.program_id,
                           c.segment_id, c.user_id, c.team_id, c.cause_id, c.remedy_id, c.origin, c.severity, c.state,
                           c.result, c.opened_at, 1 AS cases,
                           COALESCE(c.contacted_at <= c.deadline, FALSE)::int AS in_time,
                           COALESCE(c.result IN ('recovered', 'not_recovered'), FALSE)::int AS judged,
                           COALESCE(c.result = 'recovered', FALSE)::int AS recovered,
                           (c.again_response_id IS NOT NULL)::int AS measured,
                           (c.reopen_count > 0)::int AS reopened,
                           CASE WHEN c.contacted_at IS NOT NULL THEN c.hours_to_contact END AS hours_to_contact,
                           CASE WHEN c.state = 'closed' THEN c.hours_to_close END AS hours_to_close, c.cost
                      FROM crm_satisfaction_case c
                      JOIN res_company company ON company.id = c.company_id) row
            """,
            low=recovery.wilson_sql(SQL("recovered"), SQL("judged"), -1),
            high=recovery.wilson_sql(SQL("recovered"), SQL("judged"), 1),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Group shares, and the ends of their intervals, by the sums they are made of."""
        if aggregate_spec not in self._SHARES:
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[aggregate_spec.split(":")[0]], "read")
        hits, count = (SQL("SUM(%s)", self._field_to_sql(self._table, name, query)) for name in ("recovered", "judged"))
        sign = self._SHARES[aggregate_spec]
        if not sign:
            return SQL("100.0 * %s / NULLIF(%s, 0)", hits, count)
        return recovery.wilson_sql(hits, count, sign)

    def get_formview_action(self, access_uid=None):
        """Open the case."""
        self.ensure_one()
        return self.case_id.get_formview_action(access_uid=access_uid)
