"""The parts together: answers that were corrected or suspected, and figures counted in four places."""

import random
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models.crm_satisfaction_response_part import COUNTED_PARTS
from ..tools import scores
from ..tools.trend import trend
from .common_answers import AnswersCommon
from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestAttackSeams(AnswersCommon):
    def test_an_answer_that_does_not_count_can_be_corrected(self):
        nobody = self.env["res.partner"]
        suspect = self._store(10, nobody)
        suspect._suspect()
        self.assertFalse(suspect.counted)
        right = suspect._correct(3, "The tablet was shared")
        self.assertRecordValues(right | suspect, [{"counted": True, "score": 3}, {"counted": False, "score": 10}])
        suspect.with_user(self.configurer).action_release()
        self.assertFalse(suspect.counted)
        withdrawn = self._store(4)._correct(4, "Nobody gave it", counted=False)
        back = withdrawn._correct(4, "Somebody did")
        self.assertEqual([withdrawn.counted, back.counted], [False, True])
        self._count()
        self.assertEqual(self._months(program_id=self.program.id), {0: (0, 0, 2)})

    def test_what_else_was_said_outlives_a_correction_of_the_score(self):
        kept, gone = self._answer(9), self._answer(9)
        for answer in (kept, gone):
            answer._add_part(self.reason_question, "Quick")
        kept._correct(8, "x")
        gone._correct(9, "Nobody gave it", counted=False)
        view = self.env.ref("crm_satisfaction.crm_satisfaction_response_part_view_search")
        self.assertIn("response_id.replaced_by_id.counted", view.arch)
        parts = self.env["crm.satisfaction.response.part"]
        found = parts.search([("response_id", "in", (kept | gone).ids), *COUNTED_PARTS])
        self.assertEqual(found.response_id, kept)

    def test_an_invitation_that_never_left_asked_nobody_anywhere(self):
        self._answer(9)
        gone = self._request(self._contact("Gone"), state="to_send")
        gone._end_for(gone.partner_id, "The contact was deleted")
        late = self._request(self._contact("Late"), sent_at=fields.Datetime.now())
        late._end_for(late.partner_id, "x")
        withdrawn = self._answer(5)
        withdrawn._correct(5, "Nobody gave it", counted=False)
        self._count()
        self.env["crm.satisfaction.month"]._refresh(None)
        month = self.env["crm.satisfaction.month"]._read_group(
            [("program_id", "=", self.program.id), ("dimension", "=", "all")], [], ["invited:sum", "answered:sum"]
        )
        report = self.env["crm.satisfaction.report"]._read_group(
            [("program_id", "=", self.program.id)], [], ["invited:sum", "invited_answers:sum"]
        )
        self.assertEqual((month, report), ([(3, 2)], [(3, 2)]))

    def test_indexes_of_the_parts_do_not_hide_each_other(self):
        self.env.cr.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'crm_satisfaction_request'")
        definitions = " ".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("(company_id, decided_at)", definitions)
        self.assertIn("(decided_at) INCLUDE (partner_id)", definitions)

    def test_a_mail_sent_again_at_night_waits_for_the_morning(self):
        self.program.write({"hour_from": 8, "hour_to": 20})
        self.company.partner_id.tz = "UTC"
        night = datetime(2026, 11, 25, 23, 0)
        request = self._request(self._contact("Failed"), state="to_send", send_at=night - timedelta(hours=12))
        request._note_failure("No mail server")
        with patch.object(self.env.cr, "now", lambda: night), patch.object(fields.Datetime, "now", lambda: night):
            request.with_user(self.salesman).action_send_again()
        opens = self.program._next_open(night)
        self.assertGreater(opens, night)
        self.assertEqual(request.send_at, opens)
        self.assertEqual(request.sudo().mail_id.scheduled_date, opens)

    def test_two_schedules_that_plan_at_one_moment_ask_once(self):
        contact = self._contact("Twice")
        first = self._request(contact, state="to_send")
        second = self._request(contact, self.csat, state="to_send")
        (first | second)._send_invitations()
        self.assertTrue(first.sudo().mail_id)
        self.assertRecordValues(second, [{"state": "not_asked", "reason_code": "waiting"}])
        self.csat.wait_days = 0
        third = self._request(contact, self.csat, state="to_send")
        third._send_invitations()
        self.assertTrue(third.sudo().mail_id)

    def test_the_last_day_ends_where_the_company_is(self):
        self.company.partner_id.tz = "America/Los_Angeles"
        evening = datetime(2026, 11, 26, 2, 0)  # six in the evening of the 25th there
        request = self._request(deadline="2026-11-25")
        requests = self.env["crm.satisfaction.request"]
        with patch.object(self.env.cr, "now", lambda: evening), patch.object(fields.Datetime, "now", lambda: evening):
            today = patch.object(fields.Date, "today", lambda: evening.date())
            with today:
                self.assertEqual((request._public_state(), requests._end_overdue(10)), ("open", 0))
                self.assertEqual(str(self.program._deadline(evening)), "2026-12-25")
        morning = evening + timedelta(hours=12)
        with patch.object(self.env.cr, "now", lambda: morning), patch.object(fields.Datetime, "now", lambda: morning):
            self.assertEqual((request._public_state(), requests._end_overdue(10)), ("closed", 1))

    def test_other_surveys_cost_one_query_more_by_name_and_none_without(self):
        survey = self.survey.copy()
        for partner, most in ((self.contact, 1), (self.env["res.partner"], 1)):
            answer = survey._create_answer(partner=partner)
            counts = []
            core = patch.object(type(answer), "_get_satisfaction_request", lambda self, question: self.env[
                "crm.satisfaction.request"].sudo())  # fmt: skip
            alone = patch.object(type(answer), "_get_anonymous_response", lambda self, question: self.env[
                "crm.satisfaction.response"].sudo())  # fmt: skip
            question = survey.question_ids.filtered(lambda question: question.question_type == "scale")[:1]
            for bare in (True, False):
                answer.user_input_line_ids.unlink()
                self.env.flush_all()
                self.env.invalidate_all()
                answer.read(["survey_id", "partner_id", "test_entry"])
                question.read(["question_type"])
                before = self.env.cr.sql_log_count
                if bare:
                    with core, alone:
                        answer._save_lines(question, "7")
                else:
                    answer._save_lines(question, "7")
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
            self.assertLessEqual(counts[1] - counts[0], most, partner.name)

    def test_every_figure_agrees_with_a_count_by_hand(self):
        """Random answers on four scales, corrected, suspected, erased, imported, in two companies and time zones."""
        dice = random.Random(6)
        second = self.env["res.company"].create({"name": "Second"})
        second.partner_id.tz = "Pacific/Auckland"
        second.crm_score_half_life = 30
        programs = self.program | self.csat | self._scale_program("ces", 1, 7)
        programs |= self._scale_program("custom", 0, 4, good_from=3, bad_up_to=1)
        programs |= self.csat.copy({"active": True, "company_id": second.id, "user_id": False})
        customers = self.env["res.partner"].create([{"name": f"Random {n}", "is_company": True} for n in range(6)])
        people = self.env["res.partner"].create(
            [{"name": f"Person {n}", "parent_id": customers[n % 6].id} for n in range(12)]
        )
        cards = {
            (customer, company): self._card(customer, company)
            for customer in customers for company in (self.company, second)
        }  # fmt: skip
        now, edge = fields.Datetime.now(), timedelta(days=365)
        ages = [timedelta(0), edge - timedelta(minutes=5), edge + timedelta(minutes=5), 2 * edge - timedelta(minutes=5)]
        responses = self.env["crm.satisfaction.response"].sudo()
        for number in range(160):
            program = dice.choice(programs)
            low, high = program._scale()
            age = dice.choice(ages) if number % 3 == 0 else timedelta(minutes=dice.randrange(3 * 365 * 1440))
            channel = dice.choice(["link", "qr", "import", "mail"])
            person = dice.choice([*people, self.env["res.partner"]])
            responses |= self._store(
                dice.randint(low, high), person, program, channel=channel, answered_at=now - age,
                comment=dice.choice([False, f"Words {number}"]),
            )  # fmt: skip
            if number % 40 == 0:
                self._count()
        for response in responses.browse(dice.sample(responses.ids, 30)):
            low, high = response.scale_min, response.scale_max
            responses |= response._correct(dice.randint(low, high), "x", counted=dice.random() < 0.7)
        responses.browse(dice.sample(responses.ids, 25))._suspect()
        responses._erase_person(people[3].sudo())
        self._count()
        self.env["crm.customer"]._refresh_satisfaction()
        self.assertEqual(self.env["crm.customer"]._refresh_satisfaction(), 0)
        self.env["crm.satisfaction.month"]._refresh_nightly(self.env.ref("crm_satisfaction.job_satisfaction"))
        self.assertEqual(self.env["crm.satisfaction.month"]._refresh(None), 0)
        rows = [
            row for row in responses.search([("program_id", "in", programs.ids)])
            if not row.replaced_by_id and not row.is_suspect and (row.counted or not row.corrects_id)
        ]  # fmt: skip
        self.assertEqual(sorted(row.id for row in rows), sorted(responses.filtered("counted").ids))
        self._check_profiles(rows, cards, now)
        self._check_programs(rows, programs, now)

    def _check_profiles(self, rows, cards, now):
        for (customer, company), card in cards.items():
            own = [row for row in rows if row.customer_id == customer and row.company_id == company]
            own.sort(key=lambda row: (row.answered_at, row.id), reverse=True)
            year = [row for row in own if row.answered_at >= now - timedelta(days=365)]
            before = [row for row in own if now - timedelta(days=730) <= row.answered_at < now - timedelta(days=365)]
            points = [100 * (row.score - row.scale_min) / (row.scale_max - row.scale_min) for row in own]
            ages = [(now - row.answered_at).total_seconds() / 86400 for row in own]
            cumulative = scores.cumulative(list(zip(ages, points, strict=True)), company._crm_half_life())
            self.assertEqual((card.satisfaction_total, card.satisfaction_count), (len(own), len(year)))
            self.assertAlmostEqual(card.satisfaction_cumulative, cumulative or 0, delta=0.011)
            self.assertAlmostEqual(card.satisfaction_average, _mean(year), delta=0.011)
            self.assertAlmostEqual(card.satisfaction_before, _mean(before), delta=0.011)
            self.assertEqual(card.satisfaction_comment, next((row.comment for row in own if row.comment), False))
            self.assertEqual(card.satisfaction_last_date, own[0].answered_at if own else False)
            nps = [row for row in own if row.metric == "nps"]
            self.assertEqual(card.last_score_nps, nps[0].score if nps else 0)
            turn = own and trend(*((len(part), _mean(part), _variance(part)) for part in (year, before)))
            self.assertEqual(card.satisfaction_trend, turn or False)

    def _check_programs(self, rows, programs, now):
        programs.invalidate_recordset()
        for program in programs:
            own = [row for row in rows if row.program_id == program]
            groups = _groups(program, own)
            report = self.env["crm.satisfaction.report"]._read_group(
                [("program_id", "=", program.id)], [], ["answers:sum", "nps:avg", "good_share:avg", "score:avg"]
            )[0]
            figure = scores.figure(program.metric, *groups)[0]
            self.assertEqual(report[0], len(own))
            self.assertAlmostEqual(report[1 if program.metric == "nps" else 2], figure, 6)
            self.assertAlmostEqual(report[3], sum(row.score for row in own) / len(own), 6)
            self.assertEqual(self._months(program_id=program.id), {0: groups})
            year = [row for row in own if row.answered_at >= now - timedelta(days=365)]
            self.assertEqual(program.answer_count, len(year))
            if len(year) >= program.min_answers:
                self.assertAlmostEqual(program.figure, scores.figure(program.metric, *_groups(program, year))[0], 6)
            boards = self.env["crm.satisfaction.board"].with_context(allowed_company_ids=program.company_id.ids)
            board = boards.create(
                {"metric": program.metric, "program_id": program.id, "months": "36", "dimension": "program",
                 "company_id": program.company_id.id}
            )  # fmt: skip
            shown = [row for row in own if row.answered_on >= board._start()]
            self.assertEqual(board.line_ids.answers, len(shown))
            self.assertEqual(
                self.env["crm.satisfaction.response"].search_count(board.action_open_answers()["domain"]), len(shown)
            )


@tagged("post_install", "-at_install")
class TestAttackCases(CaseCommon):
    def test_a_score_that_turns_out_low_opens_a_case(self):
        answer = self._answer(9, self.contact)
        self.assertFalse(answer.case_ids)
        low = answer._correct(2, "They meant the other end")
        self.assertEqual(low.case_ids.response_id, low)
        self.assertEqual(low.case_ids.origin, "low")
        again = low._correct(3, "Three, in fact")
        self.assertFalse(again.case_ids)
        self.assertIn("corrected: 3 of 10", " ".join(low.case_ids.message_ids.mapped("body")))

    def test_history_and_withdrawn_answers_open_none_when_corrected(self):
        old = self._answer(9, self._contact("Old"), days_ago=60)
        self.assertFalse(old._correct(0, "x").case_ids)
        withdrawn = self._answer(9, self._contact("Nobody"))
        self.assertFalse(withdrawn._correct(0, "x", counted=False).case_ids)

    def test_the_person_s_own_last_answer_counts_however_many_colleagues_answered_since(self):
        self.program.write({"case_drop": 2, "case_threshold": 0, "customer_limit": 0})
        first = self._answer(10, self.contact)
        for number in range(22):
            self._answer(7, self._contact(f"Colleague{number}", self.customer))
        case = self._answer(7, self.contact).case_ids
        self.assertRecordValues(case, [{"origin": "drop", "previous_id": first.id}])
        first._add_part(self.reason_question, "Quick")
        counter = self.env["crm.counter"].with_user(self.salesman)
        counter = counter.create({"partner_id": self.contact.id, "company_id": self.company.id})
        self.assertEqual((counter.last_score, counter.comment), ("7 of 10", "Quick"))

    def test_a_corrected_second_answer_judges_the_case_anew(self):
        case = self.close(self.open_case())
        case.again_on = fields.Date.today()
        self.run_job()
        second = case.again_request_id
        second._answer_from_mail(9)
        self.assertEqual((case.result, case.second_score), ("recovered", 9))
        right = second.response_ids._correct(1, "The other end again")
        self.assertEqual((case.result, case.second_score, case.state), ("not_recovered", 1, "reopened"))
        self.assertEqual(case.again_response_id, right)


def _points(rows):
    return [100 * (row.score - row.scale_min) / (row.scale_max - row.scale_min) for row in rows]


def _mean(rows):
    return sum(_points(rows)) / len(rows) if rows else 0


def _variance(rows):
    points, mean = _points(rows), _mean(rows)
    return sum((point - mean) ** 2 for point in points) / (len(rows) - 1) if len(rows) > 1 else 0


def _groups(program, rows):
    found = [scores.group_of(row.metric, row.score, program.good_from, program.bad_up_to) for row in rows]
    return tuple(map(found.count, ("promoter", "passive", "detractor")))
