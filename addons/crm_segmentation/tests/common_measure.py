from .common import InsightCommon


class MeasureCommon(InsightCommon):
    """Short ways to define an indicator and to look at what it computes, before anything is stored."""

    @classmethod
    def measure(cls, model="account.move", **values):
        """Return a reviewed indicator of posted customer invoices, or of another model."""
        defaults = {"name": "Indicator", "model_id": cls.env["ir.model"]._get_id(model), "reviewed": True}
        if model == "account.move":
            defaults |= {
                "domain": "[('state', '=', 'posted'), ('move_type', 'in', ('out_invoice', 'out_refund'))]",
                "partner_path": "commercial_partner_id",
                "date_field": "invoice_date",
                "value_field": "amount_untaxed_signed",
            }
        return cls.env["crm.measure"].create({**defaults, **values})

    def figures(self, measure, only=None):
        """Return ``{(company id, partner id): figures}`` of every pass."""
        rows = {}
        for companies in measure._passes():
            for row in self.env.execute_query_dict(measure._values_sql(companies, only)):
                rows[row["company_id"], row["partner_id"]] = row
        return rows

    def figure(self, measure, partner, company=None):
        """Return the figures of one customer, None when there is no row."""
        company = self.company if company is None else company
        return self.figures(measure).get((company.id or None, partner.id))
