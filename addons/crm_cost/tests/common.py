from odoo import Command, fields

from odoo.addons.crm_segmentation.tests.common import InsightCommon


class CostCommon(InsightCommon):
    """A company with a month of documents, a pool and an activity counted from leads by their deadline."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.periods = cls.env["crm.cost.period"]
        cls.month, cls.month_end = cls.periods._last_month(cls.company)
        cls.goods_account = cls.account("CCGOODS", "expense_direct_cost")
        cls.pool_account = cls.account("CCPOOL", "expense")
        cls.rent_account = cls.account("CCRENT", "expense")
        cls.tax_account = cls.account("CCTAX", "expense_other")
        cls.balance_account = cls.account("CCBAL", "asset_current")
        cls.general = cls.company_data["default_journal_misc"]
        cls.measure = cls.env["crm.measure"].create(
            {
                "name": "Requests",
                "model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "partner_path": "partner_id",
                "date_field": "date_deadline",
                "reviewed": True,
            }
        )

    @classmethod
    def account(cls, code, account_type, company=None):
        return (
            cls.env["account.account"]
            .with_company(company or cls.company)
            .create(
                {"name": code, "code": code, "account_type": account_type, "company_ids": [(company or cls.company).id]}
            )
        )

    @classmethod
    def make_pool(cls, capacity=300, accounts=None, basis="month", minutes=20, measure=None, company=None, **values):
        """Create a pool with one activity."""
        company = company or cls.company
        return cls.env["crm.cost.pool"].create(
            {
                "name": "Service",
                "people": 5,
                "company_id": company.id,
                "capacity_minutes": capacity,
                "rate_basis": basis,
                "account_ids": [Command.set((accounts or cls.pool_account).ids)],
                "activity_ids": [
                    Command.create(
                        {"name": "Request", "measure_id": (measure or cls.measure).id, "minutes_per_unit": minutes}
                    )
                ],
                **values,
            }
        )

    @classmethod
    def entry(cls, *items, day=None, journal=None, post=True):
        """Post an entry of (account, balance[, partner]) against a balance sheet account."""
        lines = [(account, balance, partner[0].id if partner else False) for account, balance, *partner in items]
        lines.append((cls.balance_account, -sum(line[1] for line in lines), False))
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": (journal or cls.general).id,
                "date": day or cls.month,
                "line_ids": [
                    Command.create(
                        {"account_id": account.id, "balance": balance, "partner_id": partner, "name": "Item"}
                    )
                    for account, balance, partner in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def sell(cls, partner, amount, goods=0.0, day=None, move_type="out_invoice", **values):
        """Post a customer document, with its cost of goods as a perpetual valuation books it."""
        day = day or cls.month
        move = cls.invoice(partner, amount, move_type=move_type, post=False, invoice_date=day, date=day, **values)
        if goods:
            sign = -1 if move_type == "out_refund" else 1
            cls.env["account.move.line"].create(
                [
                    {
                        "move_id": move.id,
                        "account_id": account.id,
                        "display_type": "cogs",
                        "name": "Goods",
                        "balance": balance * sign,
                        "tax_ids": [Command.clear()],
                    }
                    for account, balance in ((cls.goods_account, goods), (cls.balance_account, -goods))
                ]
            )
        move.action_post()
        return move

    @classmethod
    def place(cls, account, role, company=None, **values):
        """Give an account a place in the map."""
        if role == "kept_out":
            values.setdefault("reason", "Financing")
        return cls.env["crm.cost.account.role"].create(
            {"account_id": account.id, "company_id": (company or cls.company).id, "role": role, **values}
        )

    @classmethod
    def direct(cls, name="Freight", accounts=None, company=None, **values):
        """Create a direct cost, booked on ``accounts``."""
        values = {"name": name, "company_id": (company or cls.company).id, **values}
        if accounts:
            values["account_ids"] = [Command.set(accounts.ids)]
        return cls.env["crm.cost.direct"].create(values)

    @classmethod
    def bill(cls, vendor, *lines, day=None, move_type="in_invoice", post=True):
        """Post a vendor bill of (account, amount[, values of the line])."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": vendor.id,
                "invoice_date": day or cls.month,
                "date": day or cls.month,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Item",
                            "account_id": account.id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            **(values[0] if values else {}),
                        }
                    )
                    for account, amount, *values in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def setting(cls, company=None, **values):
        setting = cls.env["crm.cost.setting"]._ensure(company or cls.company)
        setting.write(values)
        return setting

    @classmethod
    def requests(cls, partner, count, day=None, company=None):
        """Create leads of a customer (or of nobody) that count as requests in the month."""
        return cls.env["crm.lead"].create(
            [
                {
                    "name": "Request",
                    "partner_id": partner and partner.id,
                    "company_id": (company or cls.company).id,
                    "date_deadline": day or cls.month,
                }
                for _number in range(count)
            ]
        )

    def run_job(self):
        """Run the step of the chain through its scheduled action, as every night."""
        job = self.env.ref("crm_cost.job_cost")
        with self.enter_registry_test_mode():
            job.cron_id.method_direct_trigger()
        self.env.invalidate_all()
        return job

    @classmethod
    def compute(cls, company=None, day=None):
        """Compute the period of a day (the last month if none is given) and return it."""
        company = company or cls.company
        period = cls.periods.search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", day or cls.month),
                ("date_to", ">=", day or cls.month),
            ]
        ) or cls.periods.create({"company_id": company.id, "date_from": day or cls.month})
        period._compute_period()
        return period

    @classmethod
    def amounts(cls, period, **filters):
        """Return ``{(level, customer name): amount}`` of the lines of a period."""
        lines = period.line_ids.filtered_domain([(name, "=", value) for name, value in filters.items()])
        sums = {}
        for line in lines:
            key = (line.level, line.partner_id.name or "")
            sums[key] = period.currency_id.round(sums.get(key, 0) + line.amount)
        return sums

    @classmethod
    def snapshot(cls, period):
        """Return what a computation may not touch when nothing changed."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "SELECT xmin::text, id, amount FROM crm_cost_line WHERE period_id = %s ORDER BY id", [period.id]
        )
        lines = cls.env.cr.fetchall()
        cls.env.cr.execute(
            "SELECT id, total, ledger FROM crm_cost_reconciliation WHERE period_id = %s ORDER BY id", [period.id]
        )
        return lines, cls.env.cr.fetchall()

    @classmethod
    def month_before(cls, months=1):
        return fields.Date.subtract(cls.month, months=months)
