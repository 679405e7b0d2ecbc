from odoo import Command

from .common import InsightCommon


class AlertCommon(InsightCommon):
    """Rules of one's own; the ready ones stay switched off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env.ref("crm_segmentation.job_alerts")
        cls.seller = cls.env["res.users"].create(
            {
                "name": "Seller",
                "login": "alert_seller",
                "group_ids": [Command.link(cls.env.ref("sales_team.group_sale_salesman_all_leads").id)],
                "company_id": cls.company.id,
                "company_ids": [Command.link(cls.company.id)],
            }
        )

    @classmethod
    def rule(cls, kind, measure=None, amounts=None, **values):
        """Create a rule; ``amounts`` are (at least, high from, urgent from) in the company's currency."""
        limits = []
        if amounts:
            names = ("amount", "high_from", "urgent_from")
            amounts = dict(zip(names, amounts, strict=False))
            limits = [Command.create({"currency_id": cls.company.currency_id.id, **amounts})]
        return cls.env["crm.alert.rule"].create(
            {
                "name": f"Rule {kind}",
                "kind": kind,
                "measure_id": measure and measure.id,
                "limit_ids": limits,
                "joins_open": False,
                **values,
            }
        )

    @classmethod
    def regular(cls, name="Regular", amount=100, number=10, step=30, first=40, **values):
        """Return a customer with invoices of about the same amount, the last one some days ago."""
        partner = cls.customer(name, user_id=cls.seller.id, **values)
        for turn in range(number):
            cls.invoice(partner, amount + turn % 3, days=first + step * turn)
        return partner

    @classmethod
    def alerts(cls, *partners, rule=None):
        domain = [("partner_id", "in", [partner.id for partner in partners])] if partners else []
        if rule:
            domain.append(("rule_id", "=", rule.id))
        return cls.env["crm.customer.alert"].search(domain)

    @classmethod
    def detect(cls):
        """Run the step of alerts alone, to its end; return the number of rows it wrote."""
        cls.job.run_number += 1
        written, remaining = 0, 1
        while remaining:
            done, remaining = cls.job._run_batch()
            written += done
        return written
