from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .common_measure import MeasureCommon


class TestCrmMeasureShown(MeasureCommon):
    """Values for some groups only do not come out by way of profiles and classes, which more people see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["res.groups"].create({"name": "May See Margins"})
        amounts = {"aggregate": "sum", "is_monetary": True}
        cls.secret = cls.measure(name="Secret", group_ids=[Command.set(cls.group.ids)], **amounts)
        cls.plain = cls.measure(name="Plain", **amounts)
        cls.rate = cls.env["crm.measure"].create(
            {
                "name": "Rate",
                "kind": "ratio",
                "numerator_id": cls.plain.id,
                "denominator_id": cls.measure(name="Whole").id,
                "reviewed": True,
            }
        )
        cls.scale = cls.env["crm.rfm.scale"]._for_all_companies().filtered(lambda s: s.company_id == cls.company)

    @contextmanager
    def refused(self, words):
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            yield

    def uses(self):
        """Return the ways to show figures of an indicator to whoever may not see its values."""
        return {
            "class": lambda measure: self.scheme.write({"measure_id": measure.id}),
            "frequency": lambda measure: self.scale.write({"frequency_measure_id": measure.id}),
            "money": lambda measure: self.scale.write({"monetary_measure_id": measure.id}),
            "signs of life": lambda measure: self.scale.write({"activity_measure_ids": [Command.link(measure.id)]}),
        }

    def test_restricted_values_feed_nothing_that_others_see(self):
        for name, use in self.uses().items():
            with self.subTest(use=name), self.refused("Secret.*certain groups"):
                use(self.secret)

    def test_what_others_see_is_not_restricted(self):
        for name, use in self.uses().items():
            measure = self.plain.copy({"reviewed": True})
            use(measure)
            with self.subTest(use=name), self.refused("Take the indicator out"):
                measure.group_ids = self.group
        for measure in (self.revenue, self.purchase_days, self.invoices, self.credit_notes):
            with self.subTest(measure=measure.name), self.refused("Customer Profiles"):
                measure.group_ids = self.group

    def test_an_archived_segmentation_still_shows_its_members(self):
        self.scheme.copy({"name": "Old", "measure_id": self.plain.id, "active": False})
        with self.refused("Segmentations"):
            self.plain.group_ids = self.group

    def test_a_ratio_tells_what_it_is_made_of(self):
        self.scheme.measure_id = self.rate
        with self.refused("Segmentations|certain groups"):
            self.plain.group_ids = self.group
        self.scheme.measure_id = self.revenue
        self.plain.group_ids = self.group
        with self.refused("Segmentations|certain groups"):
            self.scheme.measure_id = self.rate

    def test_the_short_name_of_a_fact_does_not_open_restricted_values(self):
        self.env["crm.measure"].search([("code", "=", "contacts_in")]).code = False
        with self.refused("Customer Profiles"):
            self.secret.code = "contacts_in"
        self.secret.write({"reviewed": False, "code": "contacts_in"})
        with self.refused("Customer Profiles"):
            self.secret.reviewed = True

    def test_a_sign_of_life_that_lost_its_review_stops_the_profiles(self):
        self.scale.activity_measure_ids = self.plain
        self.plain.reviewed = False
        with self.assertRaisesRegex(UserError, "Plain"):
            self.env["crm.customer"]._check_measures_reviewed(self.scale)

    def test_taken_out_it_can_be_restricted(self):
        self.scheme.measure_id = self.plain
        self.scheme.measure_id = self.revenue
        self.plain.group_ids = self.group
        self.assertEqual(self.plain._restricted(), self.plain)
