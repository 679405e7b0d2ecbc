"""With whose rights a schedule looks at documents, and from when on."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .crm_satisfaction_program_trigger import DEFINITION

#: What is noted by the system and by nobody else.
BOOKKEEPING = {"watch_from", "last_run_at", "last_error"}


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    owner_id = fields.Many2one(
        "res.users",
        string="Sees Documents As",
        required=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Documents and profiles are looked at with the rights of this user: whoever last changed what causes the "
        "question.",
    )
    watch_from = fields.Datetime(
        string="Watching Since",
        readonly=True,
        copy=False,
        help="When the schedule was switched on, or what causes the question was last changed: nothing before this "
        "moment is asked about.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Check what was created and not what was asked for: defaults can come from the caller's context too."""
        programs = super().create(vals_list)
        programs._check_authority({"owner_id"})
        programs.filtered("active")._watch_from_now()
        return programs

    def write(self, vals):
        """Make whoever changes the definition answer for it, and begin to watch when the schedule is switched on.

        Documents are looked at with the owner's rights: who could change the filter of somebody else's schedule could
        ask for anything that person may see, one question at a time.
        """
        if DEFINITION & vals.keys() and not self._is_administrator():
            vals = {"owner_id": self.env.uid, **vals}
        self._check_bookkeeping(vals)
        off = self.filtered(lambda program: not program.active)
        result = super().write(vals)
        self._check_authority({*vals})
        begins = self if DEFINITION & vals.keys() else off
        if DEFINITION & vals.keys() or "active" in vals:
            begins.filtered("active")._watch_from_now()
        return result

    def _is_administrator(self):
        return self.env.su or self.env.user._is_system()

    def _check_bookkeeping(self, vals):
        if BOOKKEEPING & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Only the system notes since when a schedule watches and when it last ran."))

    def _check_authority(self, names):
        """Refuse to look at documents with somebody else's rights."""
        if "owner_id" in names and not self._is_administrator() and self.owner_id - self.env.user:
            raise AccessError(
                self.env._("Only a system administrator may have a schedule see documents as somebody else.")
            )

    def _watch_from_now(self):
        """Ask about nothing that happened before: switching on never mails years of history."""
        now = fields.Datetime.now()
        for program_sudo in self.sudo():
            today = program_sudo.company_id._crm_today()
            program_sudo.write({"watch_from": now, "date_from": program_sudo.date_from or today})
