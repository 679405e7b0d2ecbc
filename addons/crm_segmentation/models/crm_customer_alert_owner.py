"""Whose alert it is, and until when: who may see it, in the order in which people know the customer."""

from pytz import timezone, utc

from odoo import api, fields, models

WORK_GROUP = "crm_segmentation.group_insight_work"


class CrmCustomerAlert(models.Model):
    _inherit = "crm.customer.alert"

    @api.model
    def _owner_for(self, rule, partner, company):
        """Return the customer's salesperson, else the leader of the team, else the person named in the rule.

        Who left, does not work in the company, or may not see the figures is passed over; nobody is better.
        """
        measures = rule._measures()
        seller = partner.user_id
        people = seller | seller.sale_team_id.user_id | rule.user_id
        for person in people.with_context(active_test=False):
            if self._can_own(person, company, measures):
                return person
        return self.env["res.users"]

    @api.model
    def _can_own(self, user, company, measures):
        """Say whether a user works on alerts in a company, and may see what these indicators count."""
        user = user.sudo()
        if not user.active or user.share or company not in user.company_ids or not user.has_group(WORK_GROUP):
            return False
        return all(not measure.group_ids or measure.group_ids & user.all_group_ids for measure in measures.sudo())

    @api.model
    def _deadline_for(self, rule, company):
        """Return the end of the working time that the rule leaves; by the clock where there is no schedule."""
        now = fields.Datetime.now()
        calendar = company.resource_calendar_id
        end = calendar and calendar.plan_hours(rule.deadline_hours, utc.localize(now), compute_leaves=True)
        if not end:
            return fields.Datetime.add(now, hours=rule.deadline_hours)
        return end.astimezone(utc).replace(tzinfo=None)

    def _deadline_day(self):
        """Return the day of the deadline where the company is."""
        zone = timezone(self.company_id._crm_timezone())
        return utc.localize(self.deadline or self.raised_at or fields.Datetime.now()).astimezone(zone).date()


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    def _measures(self):
        """Return the indicators whose values an alert of this rule tells."""
        measure = self.measure_id
        return measure | measure.numerator_id | measure.denominator_id
