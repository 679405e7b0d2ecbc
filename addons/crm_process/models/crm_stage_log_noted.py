from odoo import api, models
from odoo.tools import SQL

from .crm_lead_log import WATCHED

#: Where a transaction keeps, until it is written, who moved what: ``{lead id: user id}``.
NOTED = "crm_process.noted"


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
        precommit = self.env.cr.precommit
        noted = precommit.data.setdefault(NOTED, {})
        if not noted:
            precommit.add(self._record_noted)
        for lead_id in lead_ids:
            noted.setdefault(lead_id, self.env.uid)

    @api.model
    def _record_noted(self, lead_ids=None):
        """Write the history of what was noted: of these leads, or of all."""
        noted = self.env.cr.precommit.data.get(NOTED) or {}
        by_user = {}
        for lead_id in [*noted] if lead_ids is None else [id_ for id_ in lead_ids if id_ in noted]:
            by_user.setdefault(noted.pop(lead_id), []).append(lead_id)
        # The addon may have been removed since.
        if by_user and self.env["crm.lead"]._has_stage_log():
            for user_id, moved_ids in by_user.items():
                self.with_user(user_id).sudo()._record(moved_ids)  # whoever moves a lead writes its history

    def flush_model(self, fnames=None):
        """Write what was noted before anybody reads the history, or a report on it."""
        self.env["crm.lead"].flush_model(WATCHED)
        self._record_noted()
        return super().flush_model(fnames)

    @api.model
    def _mark_overridden(self, lead_ids):
        """Write down that these leads came where they are against the gate; called by the gate alone."""
        self.flush_model()
        self.env.execute_query(
            SQL(
                "UPDATE crm_stage_log SET is_overridden = TRUE WHERE lead_id IN %s AND date_left IS NULL",
                tuple(lead_ids),
            )
        )
        self._forget_lines()
