from datetime import UTC, datetime

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.crm_segmentation.tools.worktime import after, clock, working_seconds


@tagged("post_install", "-at_install")
class TestWorktime(TransactionCase):
    """Eight hours a day in Brussels: 8 to 12 and 13 to 17, a break between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office hours",
                "tz": "Europe/Brussels",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (0, 0, {"name": "Work", "dayofweek": str(day), "day_period": period, "hour_from": a, "hour_to": b})
                    for day in range(5)
                    for period, a, b in (("morning", 8, 12), ("lunch", 12, 13), ("afternoon", 13, 17))
                ],
            }
        )
        cls.company = cls.env["res.company"].create({"name": "Clock", "resource_calendar_id": cls.calendar.id})
        cls.env.flush_all()

    def _hours(self, start, stop):
        self.env.flush_all()
        stay = SQL(
            "(SELECT 1 AS id, %s::int AS company_id, %s::timestamp AS start_at, %s::timestamp AS stop_at)",
            self.company.id,
            start,
            stop,
        )
        [(_id, seconds)] = self.env.execute_query(working_seconds(stay))
        return float(seconds) / 3600

    def _core_hours(self, start, stop):
        parse = datetime.fromisoformat
        return self.calendar.get_work_hours_count(parse(start), parse(stop), compute_leaves=True)

    def test_worked_examples(self):
        # Monday 2 March 2026; Brussels is one hour ahead of UTC in winter
        self.assertEqual(self._hours("2026-03-02 07:00", "2026-03-02 16:00"), 8)
        self.assertEqual(self._hours("2026-03-02 10:30", "2026-03-02 12:30"), 1, "half an hour on each side of lunch")
        self.assertEqual(self._hours("2026-03-02 11:15", "2026-03-02 11:45"), 0, "within lunch")
        self.assertEqual(self._hours("2026-03-06 15:00", "2026-03-09 08:00"), 2, "Friday's last, Monday's first hour")
        self.assertEqual(self._hours("2026-03-01 00:00", "2026-03-29 00:00"), 160, "four weeks")
        self.assertEqual(self._hours("2026-03-02 09:00", "2026-03-02 09:00"), 0)

    def test_agrees_with_the_calendar_of_odoo(self):
        spans = [
            ("2026-03-02 09:17", "2026-03-11 14:05"),
            ("2025-12-20 00:00", "2026-01-10 12:00"),
            ("2026-03-28 06:00", "2026-03-31 12:00"),
            ("2026-10-24 06:00", "2026-10-27 12:00"),
        ]
        for start, stop in spans:
            self.assertAlmostEqual(self._hours(start, stop), self._core_hours(start, stop), 3, msg=start)

    def test_limits_end_where_the_history_counts_so_many_hours(self):
        """Both ways of counting are one: intervals in Python, and one query for many stays."""
        start, stop = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        found = self.calendar._work_intervals_batch(start, stop)[False]
        intervals = clock((begin.timestamp(), end.timestamp()) for begin, end, _shift in found)
        for begin, hours in (
            (datetime(2026, 3, 27, 15, 20, tzinfo=UTC), 1.5),
            (datetime(2026, 3, 28, 3, 0, tzinfo=UTC), 40),
            (datetime(2026, 10, 23, 9, 45, tzinfo=UTC), 17.25),
            (datetime(2026, 5, 4, 6, 0, tzinfo=UTC), 400),
        ):
            end = datetime.fromtimestamp(after(begin.timestamp(), hours * 3600, intervals), UTC)
            self.assertAlmostEqual(self._hours(begin.replace(tzinfo=None), end.replace(tzinfo=None)), hours, 6)

    def test_clocks_go_forward_and_back(self):
        night = self.calendar.attendance_ids.filtered(lambda a: a.dayofweek == "0")[:1]
        night.write({"dayofweek": "6", "hour_from": 0, "hour_to": 6, "day_period": "morning"})
        # Sunday 29 March 2026: two o'clock is three o'clock; Sunday 25 October: three o'clock is two o'clock
        self.assertEqual(self._hours("2026-03-28 12:00", "2026-03-29 12:00"), 5)
        self.assertEqual(self._hours("2026-10-24 12:00", "2026-10-25 12:00"), 7)
        self.assertEqual(self._hours("2026-10-25 00:30", "2026-10-25 01:30"), 1, "the hour that is there twice")

    def _holiday(self, company, start, stop, **values):
        leave = self.env["resource.calendar.leaves"].create(
            {"name": "Holiday", "date_from": start, "date_to": stop, **values}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_calendar_leaves SET company_id = %s WHERE id = %s", [company.id, leave.id]
        )  # Odoo takes the company of whoever writes it

    def test_public_holidays_count_once(self):
        self._holiday(self.company, "2026-03-03 00:00:00", "2026-03-03 22:00:00")
        self.assertEqual(self._hours("2026-03-02 00:00", "2026-03-05 00:00"), 16)
        self._holiday(self.company, "2026-03-03 00:00:00", "2026-03-03 22:00:00", calendar_id=self.calendar.id)
        self.assertEqual(self._hours("2026-03-02 00:00", "2026-03-05 00:00"), 16)
        self._holiday(self.env["res.company"].create({"name": "Elsewhere"}), "2026-03-04", "2026-03-05")
        self.assertEqual(self._hours("2026-03-02 00:00", "2026-03-05 00:00"), 16, "another company's holiday")

    def test_calendar_of_two_weeks(self):
        self.calendar.two_weeks_calendar = True
        self.calendar.attendance_ids.week_type = "0"
        for start, stop in (("2026-03-02 00:00", "2026-03-08 00:00"), ("2026-03-09 00:00", "2026-03-15 00:00")):
            self.assertAlmostEqual(self._hours(start, stop), self._core_hours(start, stop), 3)
        self.assertEqual(self._hours("2026-03-02 00:00", "2026-03-16 00:00"), 40, "every other week")

    def test_company_without_hours_works_all_the_time(self):
        self.calendar.attendance_ids.unlink()
        self.assertEqual(self._hours("2026-03-02 09:00", "2026-03-03 10:00"), 25)
        self.company.resource_calendar_id = False
        self.assertEqual(self._hours("2026-03-02 09:00", "2026-03-03 10:00"), 25)

    def test_zone_postgresql_does_not_know(self):
        stay = SQL("(SELECT 1 AS id, %s::int AS company_id, %s::timestamp AS start_at, %s::timestamp AS stop_at)",
                   self.company.id, "2026-03-02 07:00", "2026-03-02 16:00")  # fmt: skip
        self.env.flush_all()
        self.env.cr.execute("UPDATE resource_calendar SET tz = 'Mars/Olympus' WHERE id = %s", [self.calendar.id])
        [(_id, seconds)] = self.env.execute_query(working_seconds(stay, ["Mars/Olympus"]))
        self.assertEqual(float(seconds) / 3600, 7, "read as UTC: 8 to 12 and 13 to 16")
