"""Who was not in touch for longer than agreed: one reminder for whoever looks after the customer, until it is done."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Reminders written in one batch.
BATCH = 200
#: A run that was started longer ago than this does not count towards tonight's number.
NIGHT = timedelta(hours=12)
ACTIVITY_TYPES = {
    "phone": "mail.mail_activity_data_call",
    "email": "mail.mail_activity_data_email",
    "meeting": "mail.mail_activity_data_meeting",
}


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    @api.model
    def _job_contact_rhythm(self, job):
        """Remind of the customers that are longest overdue, in the next company that wants it.

        :return: (rows written, batches left)
        """
        companies = self.env["res.company"].search([("crm_contact_rhythm", "=", True)], order="id")
        done = job._get_position().get("company", 0)
        companies = companies.filtered(lambda company: company.id > done)
        if not companies:
            return 0, 0
        company = companies[0]
        plain = self.with_company(company).with_context(allowed_company_ids=company.ids, tz=company._crm_timezone())
        reminders, nobody = plain._due_reminders(company)
        written = plain._remind(company, reminders[:BATCH])
        if len(reminders) > BATCH:
            return written, len(companies)
        job._set_position(company=company.id)
        if nobody:
            text = self.env._(
                "%(company)s: %(number)s customers are due for contact, but nobody looks after them.",
                company=company.name,
                number=nobody,
            )
            job.run_id._note(text)
        return written, len(companies) - 1

    @api.model
    def _due_reminders(self, company):
        """Return [(partner, user, days, values of the policy)], longest overdue first, and how many nobody looks after.

        No more than the company wants a night for each person, those written earlier tonight included.
        """
        policies = {
            partner: values
            for (partner, _company), (values, _sources) in self._policies(None, company).items()
            if values.get("contact_days")
        }
        due = self._due_partners(policies, company)
        partners = self.env["res.partner"].browse([partner for partner, _days in due])
        responsibles = self._rhythm_users(partners, policies, company)
        room, limit, nobody = self._reminders_tonight(company), company._crm_rhythm_limit(), 0
        reminders = []
        for partner, days in due:
            user = responsibles[partner]
            if not user:
                nobody += 1
            elif room.get(user, 0) < limit:
                room[user] = room.get(user, 0) + 1
                reminders.append((partners.browse(partner), user, days, policies[partner]))
        return reminders, nobody

    @api.model
    def _due_partners(self, policies, company):
        """Return [(partner id, days since the last contact or None)] of those overdue and not yet reminded of."""
        if not policies:
            return []
        self.env.flush_all()
        own = self.env["res.company"].sudo().with_context(active_test=False).search([]).partner_id
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.id, last.happened_at
                  FROM res_partner partner
             LEFT JOIN (%(last)s) last ON last.partner_id = partner.id
                 WHERE partner.id = ANY(%(partners)s) AND partner.active AND NOT partner.id = ANY(%(own)s)
                   AND NOT EXISTS (SELECT FROM mail_activity open WHERE open.active AND open.res_model = 'res.partner'
                       AND open.res_id = partner.id AND open.crm_rhythm_company_id = %(company)s)
              ORDER BY last.happened_at NULLS FIRST, partner.id
                """,
                last=self._last_contacts_sql(list(policies), company),
                partners=list(policies),
                own=own.ids,
                company=company.id,
            )
        )
        now, due = fields.Datetime.now(), []
        for partner, happened_at in rows:
            days = (now - happened_at).days if happened_at else None
            if days is None or days >= policies[partner]["contact_days"]:
                due.append((partner, days))
        return sorted(due, key=lambda row: (row[1] is not None, policies[row[0]]["contact_days"] - (row[1] or 0)))

    @api.model
    def _last_contacts_sql(self, ids, company):
        """Return a SELECT of each customer's last contact, either way, here or in no company, up to now.

        A reminder that was marked as done counts: somebody was in touch, whatever has been written down of it.
        """
        events = self.env["crm.contact.event"]._table_query
        return SQL(
            """
            SELECT contact.partner_id, MAX(contact.happened_at) AS happened_at
              FROM (
                   SELECT event.commercial_partner_id AS partner_id, event.happened_at
                     FROM (%(events)s) event
                    WHERE event.direction IN ('in', 'out', 'both') AND event.commercial_partner_id = ANY(%(ids)s)
                      AND (event.company_id IS NULL OR event.company_id = %(company)s) AND event.happened_at <= %(now)s
                    UNION ALL
                   SELECT customer.commercial_partner_id, reminder.date_done + TIME '12:00'
                     FROM mail_activity reminder
                     JOIN res_partner customer ON customer.id = reminder.res_id
                    WHERE reminder.res_model = 'res.partner' AND NOT reminder.active
                      AND reminder.crm_rhythm_company_id = %(company)s AND reminder.date_done IS NOT NULL
                   ) contact
             GROUP BY contact.partner_id
            """,
            events=events,
            ids=ids,
            company=company.id,
            now=fields.Datetime.now(),
        )

    @api.model
    def _rhythm_users(self, partners, policies, company):
        """Return ``{partner id: user}``: the salesperson, else the leader of the team in charge; who left is nobody."""
        teams = self.env["crm.team"].browse({policies[partner.id].get("team_id") for partner in partners} - {None})
        leaders = {team.id: team.user_id for team in teams}
        users = {}
        for partner in partners:
            possible = (partner.user_id, leaders.get(policies[partner.id].get("team_id")))
            users[partner.id] = next(
                (user for user in possible if user and user.active and company in user.company_ids), None
            )
        return users

    @api.model
    def _reminders_tonight(self, company):
        """Return ``{user: number}`` of the reminders that were written in the last hours."""
        since = fields.Datetime.now() - NIGHT
        activities = self.env["mail.activity"].with_context(active_test=False)
        domain = [("crm_rhythm_company_id", "=", company.id), ("create_date", ">", since)]
        return dict(activities._read_group(domain, ["user_id"], ["__count"]))

    @api.model
    def _remind(self, company, reminders):
        """Write the activities; nobody gets a mail for each."""
        vals_list = []
        for partner, user, days, values in reminders:
            speaking = self.with_context(lang=user.lang or "en_US").env
            summary = speaking._(
                "Get in touch: no contact yet, every %(rhythm)s days agreed", rhythm=values["contact_days"]
            )
            if days is not None:
                summary = speaking._(
                    "Get in touch: last contact %(days)s days ago, every %(rhythm)s days agreed",
                    days=days,
                    rhythm=values["contact_days"],
                )
            kind = ACTIVITY_TYPES.get(values.get("channel"), "mail.mail_activity_data_todo")
            kind_id = self.env["ir.model.data"]._xmlid_to_res_id(kind, raise_if_not_found=False)
            vals_list.append(
                {
                    "activity_type_id": kind_id or self.env["mail.activity.type"].search([], limit=1).id,
                    "automated": True,
                    "crm_rhythm_company_id": company.id,
                    "date_deadline": company._crm_today(),
                    "res_id": partner.id,
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "summary": summary,
                    "user_id": user.id,
                }
            )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(vals_list)
        return len(vals_list)
