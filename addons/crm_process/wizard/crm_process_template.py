from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.translate import LazyGettext

from ..templates import TEMPLATES
from ..tools.phases import FOLLOWUP

#: Lists of a template and the fields of the sheet they fill.
LINES = {"inputs": "input_ids", "outputs": "output_ids", "resources": "resource_ids", "risks": "risk_ids"}


class CrmProcessTemplate(models.TransientModel):
    """Begin with a written process instead of an empty page: ordinary records, a draft, nothing in force."""

    _name = "crm.process.template"
    _description = "New Process from Template"

    template = fields.Selection(
        selection="_get_templates",
        required=True,
        default="trading",
        help="Kind of company the text was written for.",
    )
    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    team_ids = fields.Many2many(
        "crm.team",
        string="Sales Teams",
        check_company=True,
        help="The stages of their pipelines get the sheets. You may also choose the teams later.",
    )
    stage_ids = fields.Many2many(
        "crm.stage", string="Stages That Get a Sheet", compute="_compute_stage_ids", help="Found in these pipelines."
    )

    @api.model
    def _get_templates(self):
        labels = {key: process["label"] for key, process in TEMPLATES.items()}
        return [(key, self.env._(label)) for key, label in labels.items()]

    @api.depends("template")
    def _compute_name(self):
        for wizard in self:
            name = TEMPLATES[wizard.template or "trading"]["name"]
            wizard.name = self.env._(name)

    @api.depends("team_ids")
    def _compute_stage_ids(self):
        for wizard in self:
            wizard.stage_ids = self.env["crm.stage"].search(
                ["|", ("team_ids", "=", False), ("team_ids", "in", wizard.team_ids.ids)]
            )

    def action_create(self):
        """Create the draft and open it."""
        self.ensure_one()
        return self.env["crm.process"].create(self._prepare_process())._get_form_action()

    def _prepare_process(self):
        template = TEMPLATES[self.template]
        return {
            "name": self.name,
            "company_id": self.company_id.id,
            "team_ids": [Command.set(self.team_ids.ids)],
            "purpose": self._translate(template["purpose"]),
            "sheet_ids": [Command.create(values) for values in self._prepare_sheets(template["sheets"])],
        }

    def _prepare_sheets(self, texts):
        """Return a sheet for each stage; the first one of each phase gets the text written for the phase."""
        left = dict(texts)
        sheets = []
        for stage in self.stage_ids.sorted(lambda stage: (stage.sequence, stage.id)):
            key = "won" if stage.is_won and stage.process_phase != FOLLOWUP else stage.process_phase
            sheets.append({"stage_id": stage.id, **self._prepare_sheet(left.pop(key, {}))})
        if FOLLOWUP in left:  # its stage is created when the process is switched on
            sheets.append(self._prepare_sheet(left[FOLLOWUP]))
        return [{**sheet, "sequence": 10 * number} for number, sheet in enumerate(sheets, 1)]

    def _prepare_sheet(self, text):
        values = {}
        for name, value in self._translate(text).items():
            if name == "indicators":
                measures = self.env["crm.measure"].search([("code", "in", value)])
                values["indicator_ids"] = [Command.create({"measure_id": measure.id}) for measure in measures]
            elif name in LINES:
                values[LINES[name]] = [
                    Command.create({"sequence": 10 * number, **line}) for number, line in enumerate(value, 1)
                ]
            else:
                values[name] = value
        return values

    def _translate(self, text):
        """Return a template in the language of the user."""
        if isinstance(text, LazyGettext):
            return self.env._(text)
        if isinstance(text, dict):
            return {name: self._translate(value) for name, value in text.items()}
        return [self._translate(value) for value in text] if isinstance(text, list) else text
