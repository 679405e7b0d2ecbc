from odoo import api, fields, models


class CrmProcessFigure(models.AbstractModel):
    """A line with an indicator whose figure for the process's teams is shown while it is read."""

    _name = "crm.process.figure"
    _inherit = "crm.process.detail"
    _description = "Measured Line of a Stage Sheet"

    measure_id = fields.Many2one(
        "crm.measure", string="Indicator", index="btree_not_null", ondelete="restrict", help="What measures it."
    )
    value = fields.Float(compute="_compute_value", digits=0, help="Figure over the window of the indicator, up to now.")
    value_text = fields.Char(
        string="Now",
        compute="_compute_value",
        help="Figure of the process's sales teams over the window of the indicator, up to today.",
    )

    @api.depends("measure_id", "sheet_id.process_id.team_ids", "sheet_id.process_id.company_id")
    @api.depends_context("uid", "company", "lang")
    def _compute_value(self):
        for line in self:
            line.value, line.value_text = line._figure()

    def _figure(self):
        """Return the figure and what is shown for it; a broken indicator must not keep the sheet from opening."""
        measure, process = self.measure_id, self.sheet_id.process_id
        if not measure:
            return False, False
        if measure._hidden():
            return False, self.env._("not for you to see")
        company = process.company_id or self.env.company
        try:
            with self.env.cr.savepoint(flush=False):
                figure = measure._team_figure(process.team_ids, company)
        except Exception:  # noqa: BLE001 - the definition of an indicator can break in any way
            return False, self.env._("cannot be computed")
        if figure is None:
            return False, self.env._("no documents yet")
        text = measure._format_figure(figure, company)
        if process.team_ids and not measure._knows_teams():
            text = self.env._("%(figure)s (all teams)", figure=text)
        return figure, text
