from odoo import fields, models


class CrmCostActivityVersion(models.Model):
    """What the time equation of an activity was until some day; documents up to it are charged by it."""

    _name = "crm.cost.activity.version"
    _inherit = "crm.cost.equation.mixin"
    _description = "Earlier Time Equation"
    _order = "activity_id, date_to desc, id"
    _rec_name = "date_to"

    activity_id = fields.Many2one("crm.cost.activity", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="activity_id.company_id", store=True, index=True)
    date_to = fields.Date(
        string="Until", required=True, help="Last day this applies to: documents dated later take the next version."
    )
    term_ids = fields.One2many("crm.cost.activity.term", "version_id", string="Terms")
    note = fields.Char(help="What changed afterwards, for example Orders come over the portal now.")

    _day_uniq = models.UniqueIndex("(activity_id, date_to)", "There is a version until this day already.")
