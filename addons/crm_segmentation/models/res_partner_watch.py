"""A contact that goes to another company takes its documents along: both companies are computed again."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _write_multi(self, vals_list):
        """Where every change of a contact reaches the database; nothing is asked of it for an address or a phone."""
        moving = [
            (id_, vals.get("commercial_partner_id"))
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if {"commercial_partner_id", "company_id"} & vals.keys() and not self.browse(id_)._crm_is_new()
        ]
        if moving and not self.env.context.get(MODULE_UNINSTALL_FLAG):
            self.browse(id_ for id_, _after in moving)._crm_queue_now([after for _id, after in moving if after])
        super()._write_multi(vals_list)

    def write(self, vals):
        """The days of a company begin in the time zone of its own contact."""
        result = super().write(vals)
        if "tz" in vals and self.sudo().ref_company_ids:
            self.env["crm.measure"].sudo().search([])._ask_for_full_pass()
        return result

    def unlink(self):
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):
            self._crm_queue_now()
        return super().unlink()

    def _crm_is_new(self):
        """Say whether this contact was created in this transaction: it has no figures yet."""
        created = self._fields["create_date"]._get_cache(self.env).get(self.id)
        return bool(created) and created >= self.env.cr.now()

    def _crm_queue_now(self, partner_ids=()):
        """Queue the commercial partners that these contacts have in the database, and some more."""
        queue = self.env["crm.queue"]
        if queue._is_there():
            queue._add_select(
                "documents",
                SQL(
                    "SELECT commercial_partner_id, NULL::integer FROM res_partner"
                    " WHERE id = ANY(%s) AND commercial_partner_id IS NOT NULL"
                    " UNION SELECT UNNEST(%s::integer[]), NULL::integer",
                    list(self._ids),
                    list(partner_ids),
                ),
            )
