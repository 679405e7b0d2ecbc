from odoo import api, fields, models
from odoo.fields import Command

from .crm_stage import PHASES


class CrmProcessStage(models.Model):
    """The sheet of one stage in one version of a process: what is expected there, from whom, and how it is measured."""

    _name = "crm.process.stage"
    _description = "Stage Sheet"
    _order = "process_id, sequence, id"
    _rec_name = "stage_id"

    process_id = fields.Many2one("crm.process", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10, help="Place of the stage on the road.")
    stage_id = fields.Many2one(
        "crm.stage",
        index="btree_not_null",
        ondelete="restrict",
        help="Stage of the pipeline this sheet describes. Empty only in a draft, for the after-sales stage that is "
        "created when the process is switched on.",
    )
    phase = fields.Selection(PHASES, compute="_compute_phase", store=True)
    process_state = fields.Selection(related="process_id.state", string="Status of the Process")
    is_frozen = fields.Boolean(related="process_id.is_frozen")
    # Result and road
    expected_result = fields.Text(help="What is true of an opportunity when it leaves the stage.")
    interface_note = fields.Text(
        string="Handover",
        help="How work is handed over at the borders of the stage: who tells whom, and with what.",
    )
    before_id = fields.Many2one("crm.process.stage", string="Comes After", compute="_compute_neighbours")
    after_id = fields.Many2one("crm.process.stage", string="Leads To", compute="_compute_neighbours")
    criteria = fields.Text(help="How one can tell that the work of the stage is done well.")
    methods = fields.Text(help="How the work is done, step by step.")
    # What goes in and out
    io_ids = fields.One2many("crm.process.io", "sheet_id", string="Inputs and Outputs")
    input_ids = fields.One2many(
        "crm.process.io", "sheet_id", domain=[("kind", "=", "input")], context={"default_kind": "input"}, copy=True
    )
    output_ids = fields.One2many(
        "crm.process.io", "sheet_id", domain=[("kind", "=", "output")], context={"default_kind": "output"}, copy=True
    )
    indicator_ids = fields.One2many("crm.process.indicator", "sheet_id", copy=True)
    resource_ids = fields.One2many("crm.process.resource", "sheet_id", copy=True)
    risk_ids = fields.One2many("crm.process.risk", "sheet_id", string="Risks and Opportunities", copy=True)
    document_ids = fields.Many2many(
        "ir.attachment",
        string="Documents",
        copy=False,
        bypass_search_access=True,
        help="Instructions, forms and checklists used in this stage.",
    )
    # Responsibility and authority
    responsibility = fields.Text(string="Responsible", help="Who does the work of the stage and answers for it.")
    mover_group_ids = fields.Many2many(
        "res.groups",
        "crm_process_stage_mover_group_rel",
        string="Groups That May Move In",
        help="Members of these groups may move an opportunity into the stage. Nobody chosen here or below: everybody "
        "who may edit the opportunity.",
    )
    mover_user_ids = fields.Many2many(
        "res.users",
        "crm_process_stage_mover_user_rel",
        string="Persons Who May Move In",
        help="These persons may move an opportunity into the stage, whatever their groups.",
    )
    override_group_ids = fields.Many2many(
        "res.groups",
        "crm_process_stage_override_group_rel",
        string="Groups That May Override",
        help="Members of these groups may let an opportunity pass although something is missing; they give the reason.",
    )
    override_user_ids = fields.Many2many(
        "res.users",
        "crm_process_stage_override_user_rel",
        string="Persons Who May Override",
        help="These persons may let an opportunity pass although something is missing; they give the reason.",
    )

    _stage_uniq = models.UniqueIndex("(process_id, stage_id)", "The process has a sheet for this stage already.")
    _followup_uniq = models.UniqueIndex(
        "(process_id) WHERE stage_id IS NULL", "Only the after-sales sheet can do without a stage, and there is one."
    )

    @api.depends("stage_id.process_phase")
    def _compute_phase(self):
        for sheet in self:
            sheet.phase = sheet.stage_id.process_phase if sheet.stage_id else "followup"

    @api.depends("process_id.sheet_ids.sequence")
    def _compute_neighbours(self):
        for sheet in self:
            road = list(sheet.process_id.sheet_ids.sorted(lambda other: (other.sequence, other.id or 0)))
            place = road.index(sheet) if sheet in road else 0
            sheet.before_id = road[place - 1] if place else False
            sheet.after_id = road[place + 1] if place + 1 < len(road) else False

    @api.depends("stage_id")
    def _compute_display_name(self):
        for sheet in self:
            sheet.display_name = sheet.stage_id.display_name or self.env._("After-sales")

    @api.model_create_multi
    def create(self, vals_list):
        sheets = super().create(vals_list)
        sheets.process_id._check_open()
        sheets._own_documents()
        return sheets

    def write(self, vals):
        self.process_id._check_open()
        result = super().write(vals)
        if "process_id" in vals:
            self.process_id._check_open()
        if "document_ids" in vals:
            self._own_documents()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.process_id._check_open()

    def copy_data(self, default=None):
        """Give the copy files of its own: those of an approved version stay as they were."""
        return [
            {**vals, "document_ids": [Command.set(sheet.document_ids.copy().ids)]}
            for sheet, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def action_open(self):
        """Open the sheet as a page of its own."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_process_stage_action")
        return {**action, "res_id": self.id, "view_mode": "form", "views": [(False, "form")]}

    def _own_documents(self):
        """File the documents under their sheet, so that whoever may read the sheet may read them."""
        for sheet in self:
            loose = sheet.document_ids.filtered(lambda file, sheet=sheet: file.res_id != sheet.id)
            loose.write({"res_model": self._name, "res_id": sheet.id})

    def _take_followup_stage(self):
        """Give the after-sales sheet of a draft the stage that now exists."""
        for sheet in self.filtered(lambda sheet: not sheet.stage_id):
            sheet.stage_id = sheet.process_id.followup_stage_id
