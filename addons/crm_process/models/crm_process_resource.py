from odoo import fields, models


class CrmProcessResource(models.Model):
    """Something the work of a stage takes."""

    _name = "crm.process.resource"
    _inherit = "crm.process.detail"
    _description = "Resource of a Stage"
    _order = "sheet_id, kind, sequence, id"

    kind = fields.Selection(
        [
            ("people", "People"),
            ("skill", "Skill or Training"),
            ("equipment", "Equipment"),
            ("information", "Information"),
            ("material", "Material"),
        ],
        required=True,
        default="people",
        help="A skill is looked for by its name among the skills of the employees, where these are kept.",
    )
    quantity = fields.Char(string="How Much", help="For example 2 persons, half a day, one per offer.")
    note = fields.Char(help="Where it comes from, and who looks after it.")
