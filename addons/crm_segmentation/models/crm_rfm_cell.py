from odoo import fields, models


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
    color = fields.Integer()
    r_min = fields.Integer("Recency from", required=True, default=1)
    r_max = fields.Integer("Recency to", required=True, default=5)
    f_min = fields.Integer("Frequency from", required=True, default=1)
    f_max = fields.Integer("Frequency to", required=True, default=5)
    m_min = fields.Integer("Money from", required=True, default=1)
    m_max = fields.Integer("Money to", required=True, default=5)

    _ranges = models.Constraint(
        "CHECK (1 <= r_min AND r_min <= r_max AND r_max <= 5 AND 1 <= f_min AND f_min <= f_max AND f_max <= 5"
        " AND 1 <= m_min AND m_min <= m_max AND m_max <= 5)",
        "Each range of scores must lie between 1 and 5 and not end before it begins.",
    )
