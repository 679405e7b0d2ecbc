from collections import defaultdict, namedtuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

#: Context key under which our own methods say whose move it is. Only these very objects count, and no caller from
#: outside can send one: whatever else stands under the key opens nothing.
GATE = "crm_process_gate"
OWN_MOVE = object()
OVERRIDE = object()
IMPORT = object()

#: Fields that can change the stage, and fields that win or lose.
MOVERS = {"stage_id", "team_id", "user_id", "type", "company_id"}
CLOSERS = {"stage_id", "active", "probability"}

#: What a case owes: written here only.
OWED = {"outputs_owed", "owed_sheet_ids"}

Before = namedtuple("Before", "stage process status")


class CrmLead(models.Model):
    """Gates: what people may do with a case. Odoo's own moves are never refused; the case is marked instead."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        index = self.env["crm.process"]._gate_index()
        bound = leads.filtered(lambda lead: lead.team_id.id in index) if index else leads.browse()
        if bound:
            bound._judge_new()
        return leads

    def write(self, vals):
        if OWED & vals.keys() and not self.env.su:
            raise AccessError(self.env._("What a case owes is settled by bringing it."))
        if not (MOVERS | CLOSERS) & vals.keys():
            return super().write(vals)
        gated = self._get_gated(vals)
        if not gated:
            return super().write(vals)
        by_person = "stage_id" in vals  # core adds to the values
        before = {lead: Before(lead.stage_id, lead.sudo().process_id, lead.won_status) for lead in gated}
        result = super().write(vals)
        gated._judge(before, by_person)
        return result

    def _get_gated(self, vals):
        """Return the leads a rule may bind; none, and no query, where no process in force asks anything."""
        index = self.env["crm.process"]._gate_index()
        if not index:
            return self.browse()
        target = index.get(vals.get("team_id"), frozenset())
        bound = self.filtered(lambda lead: target or lead.team_id.id in index)
        if not bound:
            return bound
        touched = {vals.get("stage_id"), "lost", "won"}
        ruled = bound.filtered(
            lambda lead: (target | index.get(lead.team_id.id, frozenset())) & {*touched, lead.stage_id.id}
        )
        return ruled | (bound - ruled).filtered("outputs_owed")

    def _judge(self, before, by_person):
        """Refuse, mark or settle what a write has done."""
        moved = self.filtered(lambda lead: lead.stage_id != before[lead].stage)
        if self._is_own_move():
            moved._mark(before)
            return
        problems = self._get_status_problems(before)
        marked = moved if not by_person else moved.filtered(lambda lead: lead._is_marked_import(before[lead].process))
        settled = moved - marked
        against = {lead: texts for lead, texts in settled._get_move_problems(before).items() if texts}
        overriding = self.env.context.get(GATE) is OVERRIDE
        if not overriding:
            for lead, texts in against.items():
                problems[lead] += texts
        self._refuse(problems, before)
        marked._mark(before)
        settled._settle()
        if overriding and against:
            self.env["crm.stage.log"].sudo()._mark_overridden([lead.id for lead in against])  # nobody writes lines

    def _judge_new(self):
        """Ask of new cases what the process asks from the start; what they cannot have yet is only noted."""
        problems = defaultdict(list)
        owed = {}
        for lead in self:
            process = lead.sudo().process_id
            earlier = process._get_sheets_before(lead.stage_id).output_ids.filtered("evidence")
            missing = lead.sudo()._get_missing_outputs({lead: earlier})[lead]
            fillable = missing.filtered(lambda output: output.evidence == "field")
            texts = [*lead._get_missing_start_fields(process), *(output._describe_missing() for output in fillable)]
            sheet = process._get_sheet(lead.stage_id)
            if not sheet._may_move_in(self.env.user):
                texts.append(sheet._describe_movers())
            if texts and not lead._is_own_move() and not lead._is_marked_import(process):
                problems[lead] = texts
            owed[lead] = missing.sheet_id | ((sheet or process.sheet_ids)[:1] if texts else sheet.browse())
        self._refuse(problems)
        for lead, sheets in owed.items():
            lead._owe(sheets)

    def _is_own_move(self):
        """Tell whether Odoo moves, not a person: code with system rights, a merge, a conversion, a mail."""
        return self.env.su or self.env.context.get(GATE) is OWN_MOVE

    def _is_marked_import(self, process):
        return self.env.context.get(GATE) is IMPORT and process.import_marks

    def _get_missing_start_fields(self, process):
        """Return what people have to fill in from the start and is empty."""
        return [
            self.env._("fill in “%(field)s”", field=field.field_description)
            for field in process.sudo().create_field_ids
            if field.name in self._fields and not self.sudo()[field.name]
        ]

    def _get_move_problems(self, before):
        """Return ``{lead: texts}`` of what stands against the moves people made."""
        problems = defaultdict(list)
        missing = self.sudo()._get_missing_at_exit(before)  # it may be a document the mover may not open
        for lead in self:
            stage, process, _status = before[lead]
            problems[lead] += [output._describe_missing() for output in missing[lead]]
            if lead.outputs_owed:
                problems[lead] += lead._get_missing_start_fields(process)
            problems[lead] += process._get_sheet(stage)._get_road_problems(lead.stage_id)
            entered = lead.sudo().process_id._get_sheet(lead.stage_id)
            if not entered._may_move_in(self.env.user):
                problems[lead].append(entered._describe_movers())
        return problems

    def _get_missing_at_exit(self, before):
        """Return ``{lead: outputs}`` asked for in the stage left behind, and owed from before."""
        required = {}
        for lead in self:
            stage, process, _status = before[lead]
            sheets = lead.owed_sheet_ids
            if not process._is_way_back(stage, lead.stage_id):
                sheets |= process._get_sheet(stage)
            required[lead] = sheets.output_ids.filtered("evidence")
        return self._get_missing_outputs(required)

    def _get_status_problems(self, before):
        """Ask why when a case becomes lost or won, by whatever way."""
        problems = defaultdict(list)
        for lead in self:
            became = lead.won_status if lead.won_status != before[lead].status else False
            process = before[lead].process or lead.sudo().process_id
            if became == "lost" and process.require_lost_reason and not lead.lost_reason_id:
                problems[lead].append(self.env._("say why it is lost (Lost Reason)"))
            if became == "won" and process.require_won_reason:
                if not lead.won_reason_id:
                    problems[lead].append(self.env._("say why it is won (Won Reason)"))
                elif lead.won_reason_id.asks_competitor and not lead.competitor_id:
                    problems[lead].append(self.env._("say against whom it is won (Competitor)"))
        return problems

    def _refuse(self, problems, before=None):
        """Raise one message that names each lead and what it lacks."""
        lines = []
        for lead, texts in problems.items():
            if texts:
                former = before[lead].stage if before else lead.stage_id
                road = " → ".join(stage.name or "" for stage in former | lead.stage_id)
                lines += [f"{lead.name or lead.display_name} ({road}):", *(f"  - {text}" for text in texts)]
        if lines:
            raise UserError("\n".join([self._get_refusal_heading(), *lines]))

    @api.model
    def _get_refusal_heading(self):
        return self.env._("The process does not allow this yet. What is missing:")

    def _mark(self, before):
        """Note what Odoo's own move left behind."""
        missing = self.sudo()._get_missing_at_exit(before)
        for lead in self:
            lead._owe(missing[lead].sheet_id)

    def _owe(self, sheets):
        if sheets - self.sudo().owed_sheet_ids:
            links = [Command.link(sheet.id) for sheet in sheets]
            self.sudo().write({"outputs_owed": True, "owed_sheet_ids": links})

    def _settle(self):
        """Forget what was owed: a person's move went through, so all of it is there or was overridden."""
        owing_sudo = self.sudo().filtered("outputs_owed")
        if owing_sudo:
            owing_sudo.write({"outputs_owed": False, "owed_sheet_ids": [Command.clear()]})
