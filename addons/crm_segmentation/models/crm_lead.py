from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.watch.mixin"]

    _crm_customer_columns = ("partner_id",)
    _crm_profile_columns = ("partner_id", "company_id", "user_id")
    #: Predictive scoring writes them with plain SQL.
    _crm_unseen_columns = {"probability", "automated_probability"}
