from odoo import api, fields, models
from odoo.tools import SQL

LETTERS = ("r", "f", "m")


class CrmCustomerScore(models.Model):
    """The scores of a customer before they last changed. Internal, written with plain SQL and only on a change.

    New cut points move many scores without any customer having changed: those changes are taken over in silence.
    """

    _name = "crm.customer.score"
    _description = "Scores Before the Last Change"
    _order = "company_id, partner_id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    r_score = fields.Integer(readonly=True)
    f_score = fields.Integer(readonly=True)
    m_score = fields.Integer(readonly=True)
    r_before = fields.Integer(readonly=True)
    f_before = fields.Integer(readonly=True)
    m_before = fields.Integer(readonly=True)
    changed_on = fields.Date(readonly=True, help="Day of the last change by the customer; empty before the first.")

    _customer_uniq = models.UniqueIndex("(company_id, partner_id)")
    _changed_idx = models.Index("(company_id, changed_on) WHERE changed_on IS NOT NULL")

    @api.model
    def _refresh(self, company):
        """Note the scores that changed since the last run; return the number of rows written."""
        cr, written = self.env.cr, 0
        self.env.flush_all()
        scale = self.env["crm.rfm.scale"].search([("company_id", "=", company.id)])
        same_cuts = bool(scale) and scale.scores_noted_on == scale.computed_on
        now = [SQL("c.%s", SQL.identifier(f"{letter}_score")) for letter in LETTERS]
        old = [SQL("t.%s", SQL.identifier(f"{letter}_score")) for letter in LETTERS]
        before = [SQL.identifier(f"{letter}_before") for letter in LETTERS]
        cr.execute(
            SQL(
                "UPDATE crm_customer_score t SET r_score = c.r_score, f_score = c.f_score, m_score = c.m_score,"
                " %(before)s, changed_on = %(day)s"
                " FROM crm_customer c WHERE c.company_id = %(company)s AND t.company_id = c.company_id"
                " AND t.partner_id = c.partner_id AND (%(now)s) IS DISTINCT FROM (%(old)s)",
                before=SQL(", ").join(
                    SQL("%s = %s", column, value if same_cuts else SQL("NULL"))
                    for column, value in zip(before, old, strict=True)
                ),
                day=company._crm_today() if same_cuts else None,
                company=company.id,
                now=SQL(", ").join(now),
                old=SQL(", ").join(old),
            )
        )
        written += cr.rowcount
        cr.execute(
            SQL(
                "INSERT INTO crm_customer_score (company_id, partner_id, r_score, f_score, m_score)"
                " SELECT c.company_id, c.partner_id, c.r_score, c.f_score, c.m_score"
                " FROM crm_customer c WHERE c.company_id = %(company)s AND NOT EXISTS (SELECT FROM crm_customer_score"
                " t WHERE t.company_id = c.company_id AND t.partner_id = c.partner_id)",
                company=company.id,
            )
        )
        if scale and not same_cuts:
            scale.scores_noted_on = scale.computed_on
        return written + cr.rowcount
