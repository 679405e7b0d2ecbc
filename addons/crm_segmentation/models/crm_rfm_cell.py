from odoo import api, fields, models

from ..tools.rfm import names_of_codes

RANGES = ("r_min", "r_max", "f_min", "f_max", "m_min", "m_max")


class CrmRfmCell(models.Model):
    """A name for a range of RFM scores, with the advice that goes with it.

    Ranges are written for scores from 1 to 5. The first name, by sequence, whose three ranges hold a customer's scores
    is the customer's name; see ``tools/rfm.py``.
    """

    _name = "crm.rfm.cell"
    _description = "RFM Name"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Where two names fit the same scores, the first one in this order counts."
    )
    advice = fields.Text(translate=True, help="What to do with these customers, in one sentence.")
    color = fields.Integer(help="Colour of the name on screen.")
    r_min = fields.Integer("Recency from", required=True, default=1)
    r_max = fields.Integer("Recency to", required=True, default=5)
    f_min = fields.Integer("Frequency from", required=True, default=1)
    f_max = fields.Integer("Frequency to", required=True, default=5)
    m_min = fields.Integer("Money from", required=True, default=1)
    m_max = fields.Integer("Money to", required=True, default=5)
    code_count = fields.Integer(
        string="Scores Named",
        compute="_compute_code_count",
        help="Of the 125 combinations of scores, how many get this name; names further up take theirs first.",
    )
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count", help="Profiles with this name, in the chosen companies."
    )

    _score_ranges = models.Constraint(
        "CHECK (1 <= r_min AND r_min <= r_max AND r_max <= 5 AND 1 <= f_min AND f_min <= f_max AND f_max <= 5"
        " AND 1 <= m_min AND m_min <= m_max AND m_max <= 5)",
        "Each range of scores must lie between 1 and 5 and not end before it begins.",
    )

    @api.depends("sequence", "active", *RANGES)
    def _compute_code_count(self):
        taken = list(names_of_codes(self._ranges()).values())
        for cell in self:
            cell.code_count = taken.count(cell._origin.id)

    def _compute_customer_count(self):
        groups = self.env["crm.customer"]._read_group(
            [("rfm_cell_id", "in", self.ids), ("company_id", "in", self.env.companies.ids)],
            ["rfm_cell_id"],
            ["__count"],
        )
        counts = dict(groups)
        for cell in self:
            cell.customer_count = counts.get(cell, 0)

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.rfm.scale"]._compute_everybody()
        return super().create(vals_list)

    def write(self, vals):
        """Let everybody be named again when scores may fall to another name."""
        if {"sequence", "active", *RANGES} & vals.keys():
            self.env["crm.rfm.scale"]._compute_everybody()
        return super().write(vals)

    def unlink(self):
        self.env["crm.rfm.scale"]._compute_everybody()
        return super().unlink()

    def action_open_customers(self):
        """Open the profiles with these names."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_customer_action")
        return {**action, "domain": [("rfm_cell_id", "in", self.ids)]}

    @api.model
    def _ranges(self):
        """Return (id, r_min, r_max, f_min, f_max, m_min, m_max) of the names in order of precedence."""
        return [(cell.id, *(cell[name] for name in RANGES)) for cell in self.sudo().search([])]
