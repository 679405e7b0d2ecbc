from collections import defaultdict, namedtuple

from odoo import api, models
from odoo.tools import SQL

from .crm_lead_log import WATCHED

#: Where a transaction keeps, until it is written, who moved what, and what went for good.
NOTED = "crm_process.noted"

#: ``{lead id: user id}`` and ``{lead id: (kind, id of the lead that lives on, user id)}``
Noted = namedtuple("Noted", "moves ends")


class CrmStageLog(models.Model):
    """When lines are written: once, at the end of the transaction (or savepoint), or when somebody reads them before.

    Core often moves a lead in several steps: losing archives it first and makes it lost afterwards, and any search in
    between writes the first step to the database. Only at the end is it known what happened, and then one statement
    tells it for all leads. It belongs to the same transaction: both are there, or neither.
    """

    _inherit = "crm.stage.log"

    @api.model
    def _note(self, lead_ids):
        """Note that the user has, perhaps, moved these leads; who touched a lead first is the one who moved it."""
        moves = self._get_noted().moves
        for lead_id in lead_ids:
            moves.setdefault(lead_id, self.env.uid)

    @api.model
    def _note_end(self, lead_ids, kind, target_id=None):
        """Note that these leads go for good: what was merged is written before it is deleted, and need not be twice."""
        ends = self._get_noted().ends
        for lead_id in lead_ids:
            ends.setdefault(lead_id, (kind, target_id, self.env.uid))
        for lead_id, (kind_before, target_before, user_id) in ends.items():
            if target_id and target_before in lead_ids:
                ends[lead_id] = (kind_before, target_id, user_id)
        if kind == "deleted":
            self._record_noted(ending=True)

    @api.model
    def _get_noted(self):
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = Noted({}, {})
            precommit.add(self._record_noted)
        return precommit.data[NOTED]

    @api.model
    def _record_noted(self, ending=False):
        """Write the history of what was noted: of all leads, or only of those that go for good."""
        data = self.env.cr.precommit.data
        # All of it is taken out: what is noted from now on asks for a run of its own.
        moves, ends = (data.get if ending else data.pop)(NOTED, Noted({}, {}))
        moves_by_user, ends_by_user = defaultdict(list), defaultdict(dict)
        for lead_id in [id_ for id_ in ends if id_ in moves] if ending else [*moves]:
            moves_by_user[moves.pop(lead_id)].append(lead_id)
        for lead_id, (kind, target_id, user_id) in ends.items():
            ends_by_user[user_id][lead_id] = (kind, target_id)
        ends.clear()
        if not (moves_by_user or ends_by_user) or not self.env["crm.lead"]._has_stage_log():
            return  # nothing to write, or the addon was removed since
        for user_id, lead_ids in moves_by_user.items():
            self.with_user(user_id).sudo()._record(lead_ids)  # whoever moves a lead writes its history
        for user_id, gone in ends_by_user.items():
            self.with_user(user_id).sudo()._end(gone)  # as above

    def flush_model(self, fnames=None):
        """Write what was noted before anybody reads the history, or a report on it."""
        self.env["crm.lead"].flush_model(WATCHED)
        self._record_noted()
        return super().flush_model(fnames)

    @api.model
    def _mark_overridden(self, lead_ids):
        """Write down that these leads came where they are against the gate; called by the gate alone."""
        self._complete_open_lines(lead_ids, SQL("is_overridden = TRUE"))

    @api.model
    def _mark_reason(self, lead_ids, reason):
        """Write down which document brought these leads where they are; called by what moves them alone."""
        self._complete_open_lines(lead_ids, SQL("reason = %s", reason))

    @api.model
    def _complete_open_lines(self, lead_ids, values):
        self.flush_model()
        self.env.execute_query(
            SQL(
                "UPDATE crm_stage_log SET %s WHERE lead_id IN %s AND date_left IS NULL",
                values,
                tuple(lead_ids),
            )
        )
        self._forget_lines()
