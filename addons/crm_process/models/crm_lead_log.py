from odoo import models, tools

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

#: Columns whose change may mean another stage, or won, lost, reopened, archived, converted.
WATCHED = frozenset(("stage_id", "active", "type", "won_status"))


class CrmLead(models.Model):
    """Every way in which a stage changes ends in ``_write_multi``: there it is noted, and written with the commit.

    Drag and drop, import, RPC, mail, a stage recomputed because team or type changed, with or without tracking. The row
    is updated first and compared with its open line of the history, so two users moving one lead at once meet at the
    lead, as they did before, and the second one is run again.
    """

    _inherit = "crm.lead"

    def _create(self, data_list):
        leads = super()._create(data_list)
        leads._log_stages()
        return leads

    def _write_multi(self, vals_list):
        super()._write_multi(vals_list)
        moved = [id_ for id_, vals in zip(self._ids, vals_list, strict=True) if not WATCHED.isdisjoint(vals)]
        self.browse(moved)._log_stages()

    def unlink(self):
        self._log_end("deleted")
        return super().unlink()

    def action_view_stage_log(self):
        """Open the history of the opportunity."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_stage_log_action")
        action["domain"] = [("lead_id", "in", self.ids)]
        action["context"] = {}
        return action

    def _open_from_history(self):
        """Open one opportunity as a form, several as a list; none when they are gone."""
        leads = self.with_context(active_test=False).exists()
        if len(leads) == 1:
            return leads.redirect_lead_opportunity_view()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_action_history")
        action["domain"] = [("id", "in", leads.ids)]
        return action

    def _log_stages(self):
        if self and self._has_stage_log():
            self.env["crm.stage.log"]._note(self._ids)

    def _log_end(self, kind, target=None):
        if self and self._has_stage_log():
            self.flush_recordset(WATCHED)
            self.env["crm.stage.log"]._note_end(self._ids, kind, target and target.id)

    def _has_stage_log(self):
        """Tell whether there is a history: not yet while the addon is installed, no longer when it is removed."""
        if self.env.context.get(MODULE_UNINSTALL_FLAG):
            return False
        return self.pool.ready or tools.sql.table_exists(self.env.cr, "crm_stage_log")

    def _merge_dependences(self, opportunities):
        """Hand the history of merged opportunities over, under the names they had."""
        opportunities._log_end("merged", target=self)
        return super()._merge_dependences(opportunities)
