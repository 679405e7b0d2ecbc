from collections import namedtuple
from functools import partial

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError

from .crm_lead_gate import MOVERS

#: Fields that bring an opportunity into a stage, and those that end the work in it.
STAND = MOVERS | {"active", "followup_end"}

Stand = namedtuple("Stand", "process stage type running")
NOWHERE = Stand(False, False, False, False)


class CrmLead(models.Model):
    """What a stage starts when an opportunity enters it: whoever moves it and however, once for each entry.

    It is done by the transaction of the move, and nothing of it can stop the move: what fails is undone and noted.
    """

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        index = self.env["crm.process"]._entry_index()
        new = leads.filtered(lambda lead: lead.team_id.id in index) if index else leads.browse()
        new._follow_stands(dict.fromkeys(new, NOWHERE), index)
        return leads

    def write(self, vals):
        index = self.env["crm.process"]._entry_index() if STAND & vals.keys() else {}
        if not index:
            return super().write(vals)
        before = {lead: lead._get_stand(index) for lead in self}
        result = super().write(vals)
        self._follow_stands(before, index)
        return result

    def _get_stand(self, index):
        """Return by which process the case is in which stage, and whether somebody works on it there."""
        process, _stages = index.get(self.team_id.id, (False, ()))
        return Stand(process, self.stage_id.id, self.type, self.active and not self.followup_end)

    def _follow_stands(self, before, index):
        """Start what the stages start for those leads that stand elsewhere than before."""
        moved = self.filtered(lambda lead: lead._get_stand(index) != before[lead])
        if not moved:
            return
        # A case taken up again where it was does not enter: it was there.
        arrived = moved.filtered(lambda lead: lead._get_stand(index)[:3] != before[lead][:3])
        for sheet_sudo, leads_sudo in moved.sudo().grouped(lambda lead: lead._get_entry_sheet(index)).items():
            work = partial(leads_sudo._enter_stage, sheet_sudo, leads_sudo & arrived.sudo())
            if self._would_lose(sheet_sudo, leads_sudo):
                # Whoever moves a case on to a colleague reads it once more: it changes hands with the commit.
                self.env.cr.precommit.add(work)
            else:
                work()

    def _get_entry_sheet(self, index):
        """Return the sheet of the stage the case is worked on in; none where nothing happens on entry."""
        stand = self._get_stand(index)
        _process, stages = index.get(self.team_id.id, (False, ()))
        if not stand.running or stand.type != "opportunity" or stand.stage not in stages:
            return self.env["crm.process.stage"].sudo()  # as the sheets it is grouped with
        return self.process_id._get_sheet(self.stage_id)

    def _would_lose(self, sheet, leads):
        """Tell whether the user could no longer read leads that go to somebody else on entry."""
        if self.env.su or not sheet.responsible_rule:
            return False
        if self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            return False
        return any(user != self.env.user for user in sheet._get_responsibles(leads).values())

    def _enter_stage(self, sheet, arrived):
        """Do what ``sheet`` says for these leads, those that arrived and those taken up again."""
        if sheet.time_limit:
            self._try_entry(
                lambda: self._start_clock(sheet), self.env._("The time limit of the stage could not be counted.")
            )
        else:
            self._stop_clock()
        if sheet and arrived:
            arrived._try_entry(
                lambda: arrived._take_responsible(sheet),
                self.env._("The stage could not set who is responsible."),
            )
            arrived._try_entry(
                lambda: arrived._start_plan(sheet),
                self.env._("The activity plan “%(plan)s” could not be started.", plan=sheet.plan_id.name or ""),
            )
        self.env.flush_all()  # it may be the end of the transaction

    def _try_entry(self, work, failure):
        """Do ``work``; when it fails undo it and say so on the cases, because a broken setting never stops a move."""
        self.env.flush_all()  # what the user did is not part of what may be undone
        try:
            with self.env.cr.savepoint(flush=False):
                work()
                self.env.flush_all()
        except OperationalError:
            raise  # two transactions met: the whole of it is run again
        except Exception as error:  # noqa: BLE001 - plans and users can be broken in any way
            self.env.transaction.clear()
            reason = str(error) if isinstance(error, UserError) else type(error).__name__
            self._message_log_batch(bodies=dict.fromkeys(self.ids, f"{failure} {reason}"))

    # Who takes it on

    def _take_responsible(self, sheet):
        """Hand leads over to whom the sheet names; the team, and so the stage, remain."""
        chosen = {}
        for lead, user in sheet._get_responsibles(self).items():
            if user == lead.user_id:
                continue
            if not user.active or (lead.company_id and lead.company_id not in user.company_ids):
                lead._message_log(
                    body=self.env._(
                        "The stage could not hand the case over to %(user)s, who is archived or does not work for its "
                        "company.",
                        user=user.name,
                    )
                )
                continue
            key = (user, lead.team_id)
            chosen[key] = chosen.get(key, self.browse()) | lead
        for (user, team), leads in chosen.items():
            leads.write({"user_id": user.id, "team_id": team.id})

    # Which activities are planned

    def _start_plan(self, sheet):
        """Plan the activities of the sheet's plan, each one that is not still to be done."""
        plan = sheet.plan_id
        if not plan:
            return
        if not plan.active or not plan.template_ids:
            raise UserError(self.env._("It is archived or has no activities."))
        if plan.company_id and self.company_id - plan.company_id:
            raise UserError(self.env._("It belongs to another company."))
        todo = self._get_planned(plan)
        for (template, user), leads in todo.items():
            leads.activity_schedule(
                activity_type_id=template.activity_type_id.id,
                automated=False,
                summary=template.summary,
                note=template.note,
                user_id=user.id,
                date_deadline=template._get_date_deadline(),
            )
        started = self.browse().union(*todo.values())
        body = self.env._("Entering the stage started the activity plan “%(plan)s”.", plan=plan.name)
        started._message_log_batch(bodies=dict.fromkeys(started.ids, body))

    def _get_planned(self, plan):
        """Return ``{(template, user): leads}`` of the activities to plan."""
        open_ones = self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "in", self.ids)])
        known = {(activity.res_id, activity.activity_type_id, activity.summary or "") for activity in open_ones}
        todo = {}
        for lead in self:
            asked = lead._get_person_in_charge()
            for template in plan.template_ids:
                if (lead.id, template.activity_type_id, template.summary or "") in known:
                    continue
                answer = template._determine_responsible(asked, lead)
                if answer["error"]:
                    raise UserError(answer["error"])
                user = answer["responsible"] if answer["responsible"].active else asked
                todo[template, user] = todo.get((template, user), self.browse()) | lead
        return todo

    def _get_person_in_charge(self):
        """Return who works on the case: its salesperson, the leader of its team, the owner of its process."""
        people = (self.user_id, self.team_id.user_id, self.process_id.user_id, self.env.user)
        return next((user for user in people if user and user.active), self.env.user)
