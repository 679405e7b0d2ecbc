from odoo import fields

from .common import CostCommon


class StatementCommon(CostCommon):
    """Months with cost lines of exactly known amounts, so that the statement is tested apart from the ledger."""

    @classmethod
    def known_month(cls, lines, back=0, company=None):
        """Return a computed month that holds these lines: ``(partner, level, amount[, values])``."""
        company = company or cls.company
        first = fields.Date.subtract(cls.month, months=back)
        period = cls.periods.create({"company_id": company.id, "date_from": first, "state": "computed"})
        cls.env["crm.cost.line"].create(
            [
                {
                    "period_id": period.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "partner_id": partner.id,
                    "customer_ref": partner.id,
                    "customer_name": partner.name,
                    "attribution": "customer",
                    "level": level,
                    "role": "revenue",
                    "amount": amount,
                    **(values[0] if values else {}),
                }
                for partner, level, amount, *values in lines
            ]
        )
        cls.env.flush_all()
        cls.env["crm.cost.customer"]._sync(period)
        return period

    @classmethod
    def statement(cls, partner, period=None, **values):
        values = {"partner_id": partner.id, "company_id": cls.company.id, "against": "none", **values}
        if period:
            values["period_id"] = period.id
        return cls.env["crm.cost.statement"].create(values)

    @classmethod
    def shown(cls, page, name="amount"):
        """Return ``{level or block of a result: figure}``."""
        return {line.level or f"= {line.block}": line[name] for line in page.line_ids}
