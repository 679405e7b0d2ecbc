from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmLead(models.Model):
    """Which version of the process a running case follows."""

    _inherit = "crm.lead"

    # A plain column, written only on cases that were running when a new version took over
    kept_process_id = fields.Many2one(
        "crm.process",
        string="Keeps Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Earlier version of the process by which this case began and which it finishes by.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        if not self.env.su and leads.kept_process_id:  # from the values or from a default in the context
            raise AccessError(self.env._("A new opportunity follows the version in force."))
        return leads

    def write(self, vals):
        if "kept_process_id" in vals and not self.env.su:
            # Else anybody could choose the version that asks least.
            raise AccessError(self.env._("The version is changed with “Follow the Current Version”."))
        return super().write(vals)

    def action_follow_current_version(self):
        """Let these cases follow the version in force from now on."""
        if not self.env.user.has_group("crm_segmentation.group_insight_configure"):
            raise AccessError(self.env._("Only who configures processes may move a case to another version."))
        self.check_access("write")
        self.sudo()._follow_current_version()

    def _follow_current_version(self):
        moving = self.filtered("kept_process_id")
        for former, leads in moving.grouped("kept_process_id").items():
            leads.write({"kept_process_id": False})
            body = self.env._(
                "No longer follows “%(version)s” of the process, but the version in force.", version=former.display_name
            )
            leads._message_log_batch(bodies=dict.fromkeys(leads.ids, body))
        moving._restart_clocks()
