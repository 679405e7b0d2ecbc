"""How an action is carried out: for many customers at once where that is safe, with the rights of its owner."""

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmSegmentAction(models.Model):
    _inherit = "crm.segment.action"

    def _obstacles(self, partners, company):
        """Return ``{partner: why nothing is done}``; said the same way in the dry run and afterwards."""
        obstacles, busy = {}, self._with_same_activity(partners) if self.kind == "activity" else partners.browse()
        for partner in partners:
            if partner in busy:
                obstacles[partner] = self.env._("It has this activity already, not done yet.")
            if not partner.active:
                obstacles[partner] = self.env._("The contact is archived.")
            elif self.kind == "add_tag" and self.tag_id in partner.category_id:
                obstacles[partner] = self.env._("It has this tag already.")
            elif self.kind == "remove_tag" and self.tag_id not in partner.category_id:
                obstacles[partner] = self.env._("It does not have this tag.")
            elif self.kind in ("add_list", "remove_list") and not partner.email_normalized:
                obstacles[partner] = self.env._("It has no valid e-mail address.")
        return obstacles

    def _with_same_activity(self, partners):
        """Return those that wait for just this already: a customer that comes and goes is not called five times."""
        summary = self.with_context(lang=self.sudo().user_id.lang).summary or self.activity_type_id.summary
        same = [("activity_type_id", "=", self.activity_type_id.id), ("summary", "=", summary), ("active", "=", True)]
        waiting = (
            self.env["mail.activity"]
            .sudo()
            ._read_group([("res_model", "=", partners._name), ("res_id", "in", partners.ids), *same], ["res_id"])
        )
        return partners.browse([res_id for (res_id,) in waiting])

    def _effect(self, partner, company, responsible):
        """Say in words what is done for one customer."""
        target = self._target().sudo().display_name
        if self.kind in ("activity", "plan"):
            return self.env._(
                "%(what)s, for %(person)s",
                what=self.summary if self.kind == "activity" and self.summary else target,
                person=responsible.name or self.env._("nobody: there is no one to assign it to"),
            )
        return f"{dict(self._kinds()).get(self.kind, self.kind)}: {target}"

    def _responsibles(self, partners, company):
        """Return ``{partner: user}``: salesperson, else leader of the team in charge, else who is named here."""
        policies = self.env["crm.customer"].sudo()._service_policies(partners, company)
        teams = {partner: values.get("team_id") for partner, (values, _sources) in policies.items()}
        leaders = {
            team.id: team.user_id for team in self.env["crm.team"].sudo().browse(set(filter(None, teams.values())))
        }
        result = {}
        for partner in partners:
            users = [partner.user_id, leaders.get(teams.get(partner.id)), self.responsible_id]
            result[partner] = next((user for user in users if user and user.active), self.env["res.users"])
        return result

    def _run(self, partners, company):
        """Do it for these customers; raise when it cannot be done for all of them."""
        self.ensure_one()
        owner = self.sudo().user_id
        if not owner.active:
            raise UserError(
                self.env._("The owner of this action does not work here any more; save it as somebody else.")
            )
        if company not in owner.company_ids:
            raise UserError(
                self.env._("%(owner)s does not work for %(company)s.", owner=owner.name, company=company.name)
            )
        context = {"allowed_company_ids": company.ids, "lang": owner.lang, "tz": company._crm_timezone()}
        mine = self.with_user(owner).with_context(**context, mail_activity_quick_update=True)
        getattr(mine, f"_run_{self.kind}")(partners.with_env(mine.env), company.with_env(mine.env))

    def _run_activity(self, partners, company):
        day = fields.Date.add(company._crm_today(), days=self.days)
        for user, customers in self._by_responsible(partners, company):
            customers.activity_schedule(
                activity_type_id=self.activity_type_id.id,
                summary=self.summary or self.activity_type_id.summary,
                user_id=user.id,
                date_deadline=day,
            )

    def _run_plan(self, partners, company):
        for user, customers in self._by_responsible(partners, company):
            schedule = self.env["mail.activity.schedule"].create(
                {
                    "res_model": customers._name,
                    "res_ids": repr(customers.ids),
                    "plan_id": self.plan_id.id,
                    "plan_on_demand_user_id": user.id,
                    "plan_date": company._crm_today(),
                }
            )
            schedule.action_schedule_plan()

    def _by_responsible(self, partners, company):
        responsibles = self._responsibles(partners, company)
        if not all(responsibles.values()):
            raise UserError(
                self.env._("There is nobody to assign it to: the customer has no salesperson and its team no leader.")
            )
        users = self.env["res.users"].union(*responsibles.values())
        return [(user, partners.filtered(lambda p, user=user: responsibles[p] == user)) for user in users]

    def _run_server(self, partners, company):
        self._check_may_run()
        for partner in partners:
            context = {"active_model": partner._name, "active_id": partner.id, "active_ids": partner.ids}
            self.env["ir.actions.server"].browse(self.server_action_id.id).with_context(**context).run()

    def _run_add_tag(self, partners, company):
        partners.write({"category_id": [Command.link(self.tag_id.id)]})

    def _run_remove_tag(self, partners, company):
        partners.write({"category_id": [Command.unlink(self.tag_id.id)]})

    def _run_add_list(self, partners, company):
        """Subscribe each address once; who opted out of the list stays out."""
        mailing_list, contacts = self._mailing_list(), self.env["mailing.contact"]
        known = contacts.search([("email_normalized", "in", partners.mapped("email_normalized"))])
        by_address = known.grouped("email_normalized")
        for partner in partners:
            contact = by_address.get(partner.email_normalized, contacts)
            if mailing_list in contact.list_ids:
                continue
            if contact:
                contact[:1].list_ids = [Command.link(mailing_list.id)]
            else:
                values = {"name": partner.name, "email": partner.email_normalized, "company_name": partner.name}
                contact = contacts.create({**values, "list_ids": [Command.link(mailing_list.id)]})
                by_address[partner.email_normalized] = contact

    def _run_remove_list(self, partners, company):
        """Take each address off; that somebody opted out is kept, as evidence."""
        addresses = partners.mapped("email_normalized")
        subscriptions = self.env["mailing.subscription"].search(
            [
                ("list_id", "=", self._mailing_list().id),
                ("contact_id.email_normalized", "in", addresses),
                ("opt_out", "=", False),
            ]
        )
        subscriptions.unlink()

    def _mailing_list(self):
        if not self._mailing_models() or not self.mailing_list:
            raise UserError(self.env._("The mailing list does not exist any more."))
        return self.mailing_list

    # For those who are in the segment already

    def _take_members(self):
        """Note an entry action for the members of today for whom it was never noted; return their number."""
        self.ensure_one()
        if self.moved != "enter" or self.segment_id._is_restricted():
            return 0
        events, written = self.env["crm.segment.event"], 0
        companies = (self.company_id or self.env["res.company"].search([])) & self.env.user.company_ids
        for company in companies:
            members = SQL(
                "SELECT id AS member_id, segment_id, partner_id, 'enter' AS moved FROM crm_segment_member stay"
                " WHERE date_to IS NULL AND segment_id = %s AND company_id = %s AND NOT EXISTS (SELECT"
                " FROM crm_segment_event known WHERE known.member_id = stay.id AND known.action_id = %s)",
                self.segment_id.id,
                company.id,
                self.id,
            )
            written += events._note_moves(self, company, members)
        return written
