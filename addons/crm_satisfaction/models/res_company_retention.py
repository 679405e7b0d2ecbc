from odoo import fields, models


class ResCompany(models.Model):
    """How long a company keeps what customers wrote: for ever, until somebody says otherwise."""

    _inherit = "res.company"

    crm_comment_months = fields.Integer(
        string="Months to Keep Comments",
        help="Comments older than this are erased for good, every night; scores stay. 0: comments are kept.",
    )

    _crm_comment_months_positive = models.Constraint(
        "CHECK (crm_comment_months >= 0)", "The number of months must not be negative."
    )
