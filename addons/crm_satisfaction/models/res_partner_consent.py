"""Contacts say whether they want to be asked; the wish holds for every schedule of every company."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_segmentation.models.res_partner import READ_GROUP


class ResPartner(models.Model):
    _inherit = "res.partner"

    satisfaction_withdrawn = fields.Boolean(
        string="No Surveys",
        compute="_compute_satisfaction_withdrawn",
        search="_search_satisfaction_withdrawn",
        groups=READ_GROUP,
        help="This contact, or somebody with the same address, asked us not to send surveys.",
    )

    @api.depends("email_normalized")
    def _compute_satisfaction_withdrawn(self):
        withdrawn = self.env["crm.satisfaction.consent"]._withdrawn_ids(self)
        for partner in self:
            partner.satisfaction_withdrawn = partner._origin.id in withdrawn

    def _search_satisfaction_withdrawn(self, operator, value):
        self._check_field_access(self._fields["satisfaction_withdrawn"], "read")
        if operator != "in":
            return NotImplemented
        withdrawn = Domain("id", "in", self.env["crm.satisfaction.consent"]._withdrawn_sql())
        found = Domain.FALSE
        if True in value:
            found |= withdrawn
        return found | ~withdrawn if False in value else found

    def _field_to_sql(self, alias, field_expr, query=None):
        """Check the group here too: sorting and grouping read the column without reading the field."""
        if field_expr != "satisfaction_withdrawn":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return SQL("%s IN (%s)", SQL.identifier(alias, "id"), self.env["crm.satisfaction.consent"]._withdrawn_sql())

    def _satisfaction_withdraw(self, source, request=None):
        """Ask these contacts nothing more; mails that wait are not sent, open invitations can still be answered.

        :param source: where they said it, see SOURCES of crm.satisfaction.consent
        :param request: the invitation whose link was used
        """
        said = self.env["crm.satisfaction.consent"]._say(self, True, source, request)
        self.env["crm.satisfaction.request"]._stop_unsent(self)
        return said

    def _satisfaction_allow(self, source, request=None):
        """Ask these contacts again."""
        return self.env["crm.satisfaction.consent"]._say(self, False, source, request)

    def action_satisfaction_withdraw(self):
        """Record that a contact told a colleague to stop asking."""
        self.check_access("write")
        self._satisfaction_withdraw("user")

    def action_satisfaction_allow(self):
        """Record that a contact told a colleague to ask again."""
        self.check_access("write")
        self._satisfaction_allow("user")

    def action_open_consent(self):
        """Open what this contact said about surveys, and when."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_consent_action")
        return dict(action, domain=[("partner_id", "=", self.id)], context={})
