import contextlib
import secrets
from datetime import timedelta
from ipaddress import ip_address, ip_network

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

#: Answers from one place are counted over this time.
WINDOW = timedelta(hours=1)
#: More than this from one place within the window are asked to come back later, whatever a schedule allows.
MOST_PER_WINDOW = 200
SALT = "crm_satisfaction.place_salt"


class CrmSatisfactionPlace(models.Model):
    """Which anonymous answers came from one place, for a day. Internal: nobody may read it.

    An address is personal data, so only a number made from it with the salt of the day is kept; the next day has
    another salt, and the rows go.
    """

    _name = "crm.satisfaction.place"
    _description = "Place of an Anonymous Answer"
    _order = "id"
    _rec_name = "place"
    _log_access = False

    response_id = fields.Many2one("crm.satisfaction.response", required=True, ondelete="cascade", index=True)
    program_id = fields.Many2one("crm.satisfaction.program", required=True, ondelete="cascade")
    place = fields.Char(required=True)
    noted_at = fields.Datetime(required=True, default=fields.Datetime.now)

    _place_idx = models.Index("(place, noted_at)")

    @api.model
    def _place_of(self, address):
        """Return the number that stands for a network address today; a private network of IPv6 is one place."""
        # What a proxy hides is one place.
        with contextlib.suppress(ValueError):
            address = ip_address(address)
            if address.version == 6:
                address = ip_network((address, 64), strict=False).network_address
        return hmac(self.env(su=True), SALT, f"{self._salt()}:{address}")[:32]

    @api.model
    def _salt(self):
        """Return the salt of the day; nobody can tell yesterday's places any more."""
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        day, _colon, salt = (parameters_sudo.get_param(SALT) or "").partition(":")
        today = str(fields.Date.today())
        if day != today:
            salt = secrets.token_hex(16)
            parameters_sudo.set_param(SALT, f"{today}:{salt}")
        return salt

    @api.model
    def _is_crowded(self, address):
        """Tell whether so many answers came from one place lately that no more are taken for a while."""
        domain = [("place", "=", self._place_of(address)), ("noted_at", ">", fields.Datetime.now() - WINDOW)]
        return self.sudo().search_count(domain, limit=MOST_PER_WINDOW) >= MOST_PER_WINDOW

    @api.model
    def _note(self, response, address):
        """Remember where an answer came from, and suspect it with its neighbours when there are too many."""
        program, place = response.program_id, self._place_of(address)
        self.sudo().create({"response_id": response.id, "program_id": program.id, "place": place})
        if not program.place_limit:
            return
        since = fields.Datetime.now() - WINDOW
        near = (
            self.sudo()
            .search([("place", "=", place), ("program_id", "=", program.id), ("noted_at", ">", since)])
            .response_id
        )
        if len(near) >= program.place_limit:
            near._suspect()

    @api.autovacuum
    def _gc_places(self):
        """Forget the places of the days before."""
        self.env.cr.execute(
            SQL("DELETE FROM crm_satisfaction_place WHERE noted_at < %s", fields.Datetime.now() - timedelta(days=1))
        )
        self.invalidate_model(flush=False)
