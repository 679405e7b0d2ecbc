from odoo import api, fields, models
from odoo.tools import SQL

STATES = [("ready", "Ready"), ("partly", "Partly"), ("missing", "Not Yet")]


class CrmStart(models.TransientModel):
    """The page that opens after installation: which questions this database can answer now, and what others need."""

    _name = "crm.start"
    _description = "Where to Begin"

    line_ids = fields.One2many("crm.start.line", "start_id", readonly=True)

    def _compute_display_name(self):
        self.display_name = self.env._("Where to Begin")

    @api.model
    def _get_checks(self):
        """Return the questions with what this database has to answer them; other addons add theirs.

        Each is a dict: ``sequence``, ``question``, ``state`` (ready, partly, missing), ``fact`` (read from the
        database), ``missing`` (what it still needs, or False), ``button`` (label) and ``action`` (xml id or action).
        """
        return [self._profile_check(), self._lead_check()]

    def _profile_check(self):
        """Tell how much history the profiles can be computed from, and lead to the next step."""
        invoices, customers, first, last = self._invoice_facts()
        check = {"sequence": 10, "question": self.env._("Who are our best customers, and who is leaving?")}
        if not invoices:
            return {
                **check,
                "state": "missing",
                "fact": self.env._("No posted customer invoice yet."),
                "missing": self.env._("Post the first customer invoice, or import past ones."),
                "button": self.env._("Invoices"),
                "action": "account.action_move_out_invoice_type",
            }
        check["fact"] = self.env._(
            "%(invoices)s posted customer invoices of %(customers)s customers over %(years)s years.",
            invoices=f"{invoices:,}",
            customers=f"{customers:,}",
            years=f"{(last - first).days / 365.25:.1f}",
        )
        if not self.env["crm.customer"].search_count([], limit=1):
            return {
                **check,
                "state": "partly",
                "missing": self.env._("Figures are computed every night; the first time can be now."),
                "button": self.env._("Compute Now"),
                "action": "crm_segmentation.crm_start_action_run",
            }
        return {
            **check,
            "state": "ready",
            "missing": False,
            "button": self.env._("Customer Profiles"),
            "action": "crm_segmentation.crm_customer_action",
        }

    def _lead_check(self):
        """Tell how much the leads say about where customers come from."""
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        total = leads.search_count([])
        with_source = leads.search_count([("source_id", "!=", False)])
        return {
            "sequence": 20,
            "question": self.env._("Where do our customers come from?"),
            "state": "missing" if not total else "ready" if with_source >= total / 2 else "partly",
            "fact": self.env._(
                "%(total)s leads and opportunities, %(share)s %% of them with a source.",
                total=f"{total:,}",
                share=round(100 * with_source / total) if total else 0,
            ),
            "missing": self.env._("Fill in the source of new leads.")
            if with_source < total / 2 or not total
            else False,
            "button": self.env._("Leads"),
            "action": "crm.crm_opportunity_report_action_lead",
        }

    def _invoice_facts(self):
        """Return number of posted customer invoices, of customers, first and last invoice date, in our companies."""
        rows = self.env.execute_query(
            SQL(
                "SELECT COUNT(*), COUNT(DISTINCT commercial_partner_id), MIN(invoice_date), MAX(invoice_date)"
                " FROM account_move WHERE state = 'posted' AND move_type = 'out_invoice' AND company_id IN %s",
                tuple(self.env.companies.ids),
            )
        )
        return rows[0]

    @api.model
    def action_open(self):
        """Read the database and open the page."""
        lines = sorted(self._get_checks(), key=lambda check: check["sequence"])
        start = self.create({})
        self.env["crm.start.line"]._create_for(start, lines)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Where to Begin"),
            "res_model": self._name,
            "res_id": start.id,
            "view_mode": "form",
            "target": "current",
        }


class CrmStartLine(models.TransientModel):
    _name = "crm.start.line"
    _description = "Question to Begin With"
    _order = "sequence, id"

    start_id = fields.Many2one("crm.start", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    question = fields.Char(readonly=True)
    state = fields.Selection(STATES, string="Status", readonly=True)
    fact = fields.Char(string="This database has", readonly=True)
    missing = fields.Char(string="Still needed", readonly=True)
    button = fields.Char(readonly=True)
    action = fields.Json(readonly=True)

    def _create_for(self, start, checks):
        """Create the lines of a page from the checks the addons returned."""
        return self.create([{**check, "start_id": start.id} for check in checks])

    def action_go(self):
        """Do what the button of this line says."""
        self.ensure_one()
        action = self.action
        return self.env["ir.actions.actions"]._for_xml_id(action) if isinstance(action, str) else action
