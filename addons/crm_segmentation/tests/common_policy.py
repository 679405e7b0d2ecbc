from odoo.tests import new_test_user

from .common import InsightCommon


class PolicyCommon(InsightCommon):
    """Customers that are put into segments by hand, as the nightly job would have done it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("policy_seller", "sales_team.group_sale_salesman_all_leads")
        cls.boss = cls.make_user("policy_boss", "sales_team.group_sale_manager")
        cls.first_scheme = cls.make_scheme("First", 1)
        cls.second_scheme = cls.make_scheme("Second", 2)
        cls.gold = cls.make_segment("Gold", cls.first_scheme)
        cls.wide = cls.make_segment("Wide", cls.second_scheme)
        cls.partner = cls.customer("Known", user_id=cls.seller.id)

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        export = "base.group_allow_export"
        return new_test_user(cls.env, login, groups=f"{groups},{export}", company_id=company.id)

    @classmethod
    def make_scheme(cls, name, sequence):
        values = {"name": name, "sequence": sequence, "measure_id": cls.revenue.id}
        return cls.env["crm.segment.scheme"].create(values)

    @classmethod
    def make_segment(cls, name, scheme, **values):
        return cls.env["crm.segment"].create({"name": name, "scheme_id": scheme.id, **values})

    @classmethod
    def enter(cls, segment, *partners, company=None):
        """Begin a stay of each of these customers; return the stays."""
        company = company or cls.company
        cls.env.flush_all()
        cls.env.cr.execute(
            "INSERT INTO crm_segment_member (scheme_id, segment_id, company_id, partner_id, date_from)"
            " SELECT %s, %s, %s, UNNEST(%s), %s RETURNING id",
            [segment.scheme_id.id, segment.id, company.id, [partner.id for partner in partners], cls.today],
        )
        cls.env.invalidate_all()
        return cls.env["crm.segment.member"].browse([id_ for (id_,) in cls.env.cr.fetchall()])

    @classmethod
    def leave(cls, stays):
        cls.env.cr.execute("UPDATE crm_segment_member SET date_to = %s WHERE id = ANY(%s)", [cls.today, stays.ids])
        cls.env.invalidate_all()

    @classmethod
    def agree(cls, partner, **values):
        return cls.env["crm.policy.override"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "reason": "Complaint in May",
                "date_end": cls.days_ago(-30),
                **values,
            }
        )

    def policy(self, partner=None, user=None, company=None):
        """Return (values, sources) of a customer's policy as ``user`` sees it, or as the system works it out."""
        customers = self.env["crm.customer"].with_user(user) if user else self.env["crm.customer"]
        partner = partner or self.partner
        return customers._service_policies(partner, company or self.company).get(partner.id, ({}, {}))
