"""What the set-up proposes: departments by the names of accounts and of the employees app, work by what is counted."""

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL, LazyTranslate

from .crm_cost_setup_pool import DEPARTMENTS

_lt = LazyTranslate(__name__)

#: Words in the names of accounts and departments, in the languages we translate to and some. The first that fits wins;
#: accounts of people without a department are the salespersons'.
WORDS = {
    "warehouse": "warehous|logisti|shipping|freight|packag|storage|lager|versand|fracht|entrepôt|almac"
    "|仓|倉|物流|运费|運費",
    "finance": "accounting|bookkeep|audit|invoicing|buchhalt|finanz|comptab|财务|財務|会计|會計|审计|審計",
    "service": "service|support|helpdesk|after.?sales|kundendienst|客服|售后|售後|服务|服務",
    "sales": "sales|commission|marketing|vertrieb|ventes|销售|銷售|市场|市場|"
    "salar|wage|payroll|personnel|staff|lohn|gehalt|gehält|工资|工資|薪",
}
#: Department, name, code of the indicator, minutes, channel; the first two are proposed in any case.
ACTIVITIES = (
    ("sales", _lt("Handle an order"), "quotations_and_orders", 45.0, "order"),
    ("finance", _lt("Deliver and invoice"), "invoices", 30.0, "invoice"),
    ("sales", _lt("Visit a customer"), "meetings", 60.0, "visit"),
    ("service", _lt("Answer a call"), "calls", 10.0, "call"),
    ("service", _lt("Answer a mail"), "mails_received", 8.0, "mail"),
    ("service", _lt("Chat with a customer"), "live_chats", 12.0, "chat"),
    ("warehouse", _lt("Deliver"), "deliveries", 20.0, "delivery"),
)


class CrmCostSetup(models.TransientModel):
    _inherit = "crm.cost.setup"

    @api.model
    def _default_pool_ids(self):
        """Return one pool for each department whose accounts were found; one without accounts when there are none."""
        company = self.env.company
        accounts, staff = self._propose_accounts(company), self._propose_staff(company)
        labels = dict(self.env["crm.cost.setup.pool"]._fields["department"]._description_selection(self.env))
        commands = []
        for department, _label in DEPARTMENTS:
            if not accounts.get(department):
                continue
            people, staff_id = staff.get(department, (1, 0))
            if department == "sales" and not staff_id:
                people = self._propose_people(company)
            commands.append(
                Command.create(
                    {
                        "department": department,
                        "name": labels[department],
                        "account_ids": [Command.set(accounts[department])],
                        "people": people,
                        "staff_id": staff_id,
                        "capacity_source": "staff"
                        if staff_id
                        else "calendar"
                        if company.resource_calendar_id
                        else "fixed",
                    }
                )
            )
        nothing = {"department": "sales", "name": self.env._("Sales and service")}
        return commands or [Command.create({**nothing, "people": self._propose_people(company)})]

    @api.model
    def _propose_accounts(self, company):
        """Return ``{department: account ids}``: accounts in use that sound like it and have no other place yet."""
        since = fields.Date.subtract(company._crm_today(), years=1)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id, CASE %(departments)s END AS department
                  FROM account_account account
                  JOIN (%(roles)s) role ON role.account_id = account.id AND role.role = 'unmapped'
                 WHERE account.account_type = 'expense' AND account.name::text ~* %(words)s
                   AND EXISTS (SELECT FROM account_move_line item
                                WHERE item.account_id = account.id AND item.company_id = %(company)s
                                  AND item.parent_state = 'posted' AND item.date >= %(since)s)
                 ORDER BY account.id
                """,
                departments=SQL(" ").join(
                    SQL("WHEN account.name::text ~* %s THEN %s", words, department)
                    for department, words in WORDS.items()
                ),
                roles=self.env["crm.cost.account.role"]._roles_sql(company),
                words="|".join(WORDS.values()),
                company=company.id,
                since=since,
            )
        )
        accounts = {}
        for account, department in rows:
            accounts.setdefault(department, []).append(account)
        return accounts

    @api.model
    def _propose_staff(self, company):
        """Return ``{department: (employees, id of the department of the employees app)}`` by the names of these."""
        if "hr.department" not in self.env:
            return {}
        departments_sudo = self.env["hr.department"].sudo()  # names and numbers only
        staff = {}
        for department, words in WORDS.items():
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM hr_department WHERE active AND company_id = %s AND name::text ~* %s"
                    " ORDER BY parent_id IS NOT NULL, id LIMIT 1",
                    company.id,
                    words,
                )
            )
            found_sudo = departments_sudo.browse([row[0] for row in rows])
            domain = [("department_id", "child_of", found_sudo.ids), ("company_id", "=", company.id)]
            employees = self.env["hr.employee"].sudo().search_count(domain) if found_sudo else 0
            if employees:
                staff[department] = (employees, found_sudo.id)
        return staff

    @api.model
    def _propose_people(self, company):
        """Count the salespersons of the company: a first guess of who serves customers."""
        users_sudo = self.env.ref("sales_team.group_sale_salesman").sudo().all_user_ids
        return max(len(users_sudo.filtered(lambda user: company in user.company_ids and not user.share)), 1)

    @api.model
    def _default_line_ids(self):
        """Return the activities whose indicators are there, reviewed, and count something in this company."""
        measures = self._measures_by_code()
        commands = []
        for position, (department, name, code, minutes, channel) in enumerate(ACTIVITIES):
            measure = measures.get(code)
            if measure and measure.reviewed and (position < 2 or self._counts(measure)):
                commands.append(
                    Command.create(
                        {
                            "department": department,
                            "name": self.env._(name),
                            "measure_id": measure.id,
                            "minutes_per_unit": minutes,
                            "channel": channel,
                        }
                    )
                )
        return commands

    @api.model
    def _activities(self):
        return ACTIVITIES

    @api.model
    def _measures_by_code(self):
        codes = [code for _department, _name, code, _minutes, _channel in ACTIVITIES]
        return {measure.code: measure for measure in self.env["crm.measure"].search([("code", "in", codes)])}

    def _counts(self, measure):
        """Say whether an indicator may be charged in this company and found something in the last twelve months."""
        company, measure_sudo = self.env.company, measure.sudo()
        if not measure_sudo.company_path:
            activities_sudo = self.env["crm.cost.activity"].sudo().with_context(active_test=False)
            if activities_sudo.search_count(
                [("measure_id", "=", measure.id), ("company_id", "!=", company.id)], limit=1
            ):
                return False
        today = company._crm_today()
        rows = measure_sudo._cost_rows_sql(company, fields.Date.subtract(today, years=1), today)
        return bool(self.env.execute_query(SQL("SELECT 1 FROM (%s) work LIMIT 1", rows)))
