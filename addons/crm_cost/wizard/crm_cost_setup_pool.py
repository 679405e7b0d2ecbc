from odoo import fields, models
from odoo.fields import Command

#: In the order in which they are proposed.
DEPARTMENTS = [
    ("sales", "Sales"),
    ("service", "Customer service"),
    ("warehouse", "Warehouse and shipping"),
    ("finance", "Invoicing and finance"),
    ("other", "Other"),
]


class CrmCostSetupPool(models.TransientModel):
    _name = "crm.cost.setup.pool"
    _description = "Proposed Cost Pool"
    _order = "id"

    setup_id = fields.Many2one("crm.cost.setup", required=True, ondelete="cascade", index=True)
    department = fields.Selection(
        DEPARTMENTS,
        required=True,
        default="other",
        help="Which activities below are done here: those of the same kind.",
    )
    name = fields.Char(required=True, help="Name of the department.")
    account_ids = fields.Many2many(
        "account.account",
        string="Expense Accounts",
        domain="[('internal_group', '=', 'expense')]",
        help="Salaries and other expenses of the department. Proposed from the names of accounts with entries in the "
        "last 12 months.",
    )
    capacity_source = fields.Selection(
        [
            ("fixed", "The same every month"),
            ("calendar", "Working hours of the company"),
            ("staff", "Working hours of its people"),
        ],
        string="Hours",
        required=True,
        default="fixed",
        help="Where the hours a person works in a month come from. Working hours of its people needs a department of "
        "the employees app; it is proposed where one was found.",
    )
    staff_id = fields.Integer(help="Department of the employees app that was found by its name.")
    people = fields.Float(default=1.0, digits=(16, 2), help="Full-time people in this department.")
    hours_per_month = fields.Float(
        string="Hours a Month", default=160.0, digits=(16, 2), help="Paid working hours of one person in a month."
    )
    practical_share = fields.Float(
        default=0.8, digits=(16, 4), help="Share of the paid hours left for work: the rest is breaks, training, leave."
    )

    def _create_pool(self, lines):
        """Create the pool with the activities of the given lines."""
        self.ensure_one()
        staff = self.capacity_source == "staff" and self.staff_id
        return self.env["crm.cost.pool"].create(
            {
                "name": self.name,
                "company_id": self.setup_id.company_id.id,
                "capacity_source": self.capacity_source if staff or self.capacity_source != "staff" else "fixed",
                "staff_model": "hr.department" if staff else False,
                "staff_id": staff,
                "people": self.people,
                "hours_per_month": self.hours_per_month,
                "practical_share": self.practical_share,
                "account_ids": [Command.set(self.account_ids.ids)],
                "activity_ids": [Command.create(line._prepare_activity()) for line in lines],
            }
        )
