from odoo import api, fields, models

#: What a version asks besides the outputs of its sheets; approved with it.
RULES = {
    "no_skipping",
    "create_field_ids",
    "import_marks",
    "require_lost_reason",
    "require_won_reason",
    "document_missing",
}
#: Changes that decide which teams and stages are bound.
SCOPE = {"state", "active", "team_ids"}


class CrmProcess(models.Model):
    """What the process asks of people who move, create, win and lose opportunities."""

    _inherit = "crm.process"

    no_skipping = fields.Boolean(
        help="People move an opportunity on by one stage at a time, in the order of the sheets."
    )
    create_field_ids = fields.Many2many(
        "ir.model.fields",
        "crm_process_create_field_rel",
        string="Required from the Start",
        groups="crm_segmentation.group_insight_configure",
        help="Fields that have to be filled when a person creates or imports an opportunity. What Odoo creates from a "
        "mail, a form or a chat is never refused, but marked.",
    )
    create_field_names = fields.Char(string="Filled from the Start", compute="_compute_create_field_names")
    import_marks = fields.Boolean(
        string="Import Incomplete Ones",
        help="An import takes opportunities in although something is missing and marks them “outputs missing”. "
        "Otherwise it names the rows and takes in none.",
    )
    require_lost_reason = fields.Boolean(help="Nobody loses an opportunity without saying why.")
    require_won_reason = fields.Boolean(help="Nobody wins an opportunity without saying why, and against whom.")

    @api.depends("create_field_ids")
    def _compute_create_field_names(self):
        """Name the fields for readers who may not open the list of fields."""
        for process in self:
            process.create_field_names = ", ".join(process.sudo().create_field_ids.mapped("field_description")) or False

    def write(self, vals):
        if RULES & vals.keys():
            self.check_access("write")
            self._check_open()
        result = super().write(vals)
        if SCOPE & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _get_rules(self):
        self.ensure_one()
        rules = {sheet.stage_id.id for sheet in self.sheet_ids if self.no_skipping or sheet._has_rule()}
        flags = {
            "create": self.sudo().create_field_ids,
            "lost": self.require_lost_reason,
            "won": self.require_won_reason,
        }
        return rules | {name for name, asked in flags.items() if asked}

    def _get_sheet(self, stage):
        return self.sheet_ids.filtered(lambda sheet: sheet.stage_id == stage)[:1]

    def _get_sheets_before(self, stage):
        """Return the sheets of the road up to ``stage``, without its own; none where it has no sheet."""
        road = self.sheet_ids.sorted()
        return next((road[:place] for place, sheet in enumerate(road) if sheet.stage_id == stage), road.browse())

    def _get_sheets_between(self, stage, other):
        """Return the sheets after ``stage`` and before ``other`` on the road; none for a way back."""
        road = self.sheet_ids.sorted()
        places = {sheet.stage_id: place for place, sheet in enumerate(road)}
        if stage not in places or other not in places:
            return road.browse()
        return road[places[stage] + 1 : places[other]]

    def _is_way_back(self, stage, other):
        """Tell whether a move returns to an earlier stage, for rework: nothing has to be finished for that."""
        places = {sheet.stage_id: place for place, sheet in enumerate(self.sheet_ids.sorted())}
        if stage in places and other in places:
            return places[other] < places[stage]
        return (other.sequence, other.id) < (stage.sequence, stage.id)
