from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize

#: Where a contact said it.
SOURCES = [
    ("mail", "Link in a mail"),
    ("one_click", "Unsubscribe button of the mail program"),
    ("page", "Survey page"),
    ("portal", "Customer portal"),
    ("user", "Told a colleague"),
]


class CrmSatisfactionConsent(models.Model):
    """What contacts said about being asked: withdrawn, or given again. Append-only; the last word counts.

    It holds for the person and for the address: whoever shares the address is not asked there either, and a contact who
    is deleted and comes back with the same address is still not asked. Other mail is not concerned (mail.blacklist is).
    """

    _name = "crm.satisfaction.consent"
    _inherit = "crm.cell.mixin"
    _description = "Survey Consent"
    _order = "id desc"
    _rec_name = "partner_id"

    # The address stays when the contact is deleted: the wish does not end with our record of the person.
    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="set null", index="btree_not_null", readonly=True
    )
    email = fields.Char(
        string="Address", index="btree_not_null", readonly=True, help="Address of the contact on that day."
    )
    withdrawn = fields.Boolean(
        readonly=True,
        help="Set: asked us to stop. Not set: to go on. The latest entry of a contact and of an address counts.",
    )
    date = fields.Datetime(string="Said on", required=True, readonly=True, default=fields.Datetime.now)
    source = fields.Selection(SOURCES, string="Said Where", required=True, readonly=True)
    request_id = fields.Many2one(
        "crm.satisfaction.request",
        string="Invitation",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="The invitation whose link was used.",
    )

    def write(self, vals):
        """Refuse every change, except letting go of the person or the invitation: what was said stays as it was."""
        emptied = vals.keys() <= {"partner_id", "request_id"} and not any(vals.values())
        if not (emptied and self.env.su):
            raise UserError(
                self.env._("What a contact said about surveys cannot be changed. Record what they say now.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("What a contact said about surveys cannot be deleted. Record what they say now."))

    @api.model
    def _withdrawn_sql(self):
        """Return a subquery of the ids of all contacts who must not be asked, by person or by address."""
        self.flush_model()
        self.env["res.partner"].flush_model(["email_normalized"])
        return SQL(
            """
            SELECT said.partner_id AS id
              FROM (SELECT DISTINCT ON (partner_id) partner_id, withdrawn
                      FROM crm_satisfaction_consent
                     WHERE partner_id IS NOT NULL
                  ORDER BY partner_id, id DESC) said
             WHERE said.withdrawn
             UNION
            SELECT partner.id
              FROM (SELECT DISTINCT ON (email) email, withdrawn
                      FROM crm_satisfaction_consent
                     WHERE email IS NOT NULL
                  ORDER BY email, id DESC) said
              JOIN res_partner partner ON partner.email_normalized = said.email
             WHERE said.withdrawn
            """
        )

    @api.model
    def _withdrawn_ids(self, partners):
        """Return the ids of those ``partners`` who must not be asked, with one query."""
        if not partners.ids:
            return set()
        query = SQL("SELECT id FROM (%s) withdrawn WHERE id IN %s", self._withdrawn_sql(), tuple(partners.ids))
        return {row[0] for row in self.env.execute_query(query)}

    @api.model
    def _say(self, partners, withdrawn, source, request=None):
        """Record what these contacts want; saying the same twice records it once."""
        before = self._last_words(partners)
        rows = []
        for partner in partners.sudo():
            address = partner.email_normalized or email_normalize(partner.email or "") or False
            if before.get(partner.id) != (withdrawn, address):
                rows.append(
                    {
                        "partner_id": partner.id,
                        "email": address,
                        "withdrawn": withdrawn,
                        "source": source,
                        "request_id": request.id if request else False,
                    }
                )
        said = self.sudo().create(rows)
        self.env["res.partner"].invalidate_model(["satisfaction_withdrawn"], flush=False)
        return said

    def _last_words(self, partners):
        """Return ``{contact: (withdrawn, address)}``, the latest entry of each."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (partner_id) partner_id, withdrawn, email FROM crm_satisfaction_consent"
                " WHERE partner_id IN %s ORDER BY partner_id, id DESC",
                tuple(partners.ids) or (0,),
            )
        )
        return {partner: (withdrawn, email or False) for partner, withdrawn, email in rows}
