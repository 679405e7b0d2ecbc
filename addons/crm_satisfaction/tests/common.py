from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class SatisfactionCommon(BaseCommon):
    """A schedule that is switched on, a customer company with one contact, and the people who work with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.company = env.ref("base.main_company")
        cls.program = env.ref("crm_satisfaction.program_relationship_nps").copy(
            {
                "name": "Test schedule",
                "active": True,
                "min_answers": 3,
                "hour_from": 0,
                "hour_to": 24,
                "working_days": False,
            }
        )
        cls.survey = cls.program.survey_id
        cls.question = cls.program.question_id
        cls.reason_question = env.ref("crm_satisfaction.survey_relationship_nps_question_reason")
        cls.salesman = new_test_user(env, "sat_salesman", groups="sales_team.group_sale_salesman")
        cls.manager = new_test_user(env, "sat_manager", groups="sales_team.group_sale_manager,base.group_allow_export")
        cls.reader = new_test_user(env, "sat_reader", groups="crm_segmentation.group_insight_read")
        cls.employee = new_test_user(env, "sat_employee", groups="base.group_user")
        cls.portal = new_test_user(env, "sat_portal", groups="base.group_portal")
        cls.customer = env["res.partner"].create(
            {"name": "Sat Customer", "is_company": True, "user_id": cls.salesman.id}
        )
        cls.contact = cls._contact("Ann", cls.customer)

    @classmethod
    def _contact(cls, name, parent=None, **values):
        email = f"{name.lower()}@sat.example.com"
        return cls.env["res.partner"].create(
            {"name": name, "email": email, "parent_id": parent and parent.id, **values}
        )

    @classmethod
    def _request(cls, contact=None, program=None, **values):
        """Return an invitation whose mail has left."""
        contact, program = contact or cls.contact, program or cls.program
        return cls.env["crm.satisfaction.request"].create(
            {
                "program_id": program.id,
                "company_id": program.company_id.id,
                "partner_id": contact.id,
                "customer_id": contact.commercial_partner_id.id,
                "state": "sent",
                **values,
            }
        )

    @classmethod
    def _answer(cls, score, contact=None, days_ago=0, **values):
        """Return an answer given on our page."""
        request = cls._request(contact or cls._contact(f"c{cls.env.cr.now().timestamp()}{score}"), **values)
        request._answer_from_mail(score)
        response = request.response_ids
        if days_ago:
            cls.env.cr.execute(
                "UPDATE crm_satisfaction_response SET answered_at = answered_at - %s * interval '1 day' WHERE id = %s",
                (days_ago, response.id),
            )
            response.invalidate_recordset()
        return response

    @classmethod
    def _card(cls, partner=None, company=None):
        """Return a profile as the nightly job would have created it."""
        cls.env.cr.execute(
            "INSERT INTO crm_customer (partner_id, company_id) VALUES (%s, %s) RETURNING id",
            ((partner or cls.customer).id, (company or cls.company).id),
        )
        return cls.env["crm.customer"].browse(cls.env.cr.fetchone()[0])

    @classmethod
    def _counts(cls):
        """Return the number of rows in every table an answer touches."""
        tables = (
            "crm_satisfaction_request",
            "crm_satisfaction_response",
            "survey_user_input",
            "survey_user_input_line",
            "mail_mail",
            "mail_message",
            "ir_cron_trigger",
        )
        cls.env.flush_all()
        counts = {}
        for table in tables:
            cls.env.cr.execute(f"SELECT COUNT(*) FROM {table}")  # pylint: disable=sql-injection
            counts[table] = cls.env.cr.fetchone()[0]
        return counts
