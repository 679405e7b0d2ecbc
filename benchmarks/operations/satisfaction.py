"""Answers of customers: the overview on stored months, counting them, and what one more answer costs.

The answers are spread over three years, twenty people and two hundred products. Core's own statistics of a survey
question work on records in Python, so they are measured on a part of the answers and stated per answer, beside the
statement that reads the same from the answers themselves, and beside the stored months.
"""

import time

from odoo.tools import SQL

from harness import engine
from harness.figures import Figures
from harness.meter import Meter
from harness.middle import median

TURNS, SAMPLE, NEW = 5, 20_000, 1_000
MANY = """
INSERT INTO crm_satisfaction_response
       (program_id, company_id, partner_id, customer_id, user_id, product_id, metric, score, scale_min, scale_max,
        points, score_group, answered_at, answered_on, channel, counted, create_date, write_date)
SELECT %(program)s, %(company)s, customer.id, customer.id, people.ids[1 + n %% ARRAY_LENGTH(people.ids, 1)],
       goods.ids[1 + n %% ARRAY_LENGTH(goods.ids, 1)], 'nps', given.score, 0, 10, given.score * 10,
       CASE WHEN given.score >= 9 THEN 'promoter' WHEN given.score >= 7 THEN 'passive' ELSE 'detractor' END,
       said.moment, said.moment::date, 'import', TRUE, said.moment, said.moment
  FROM GENERATE_SERIES(1, %(answers)s) n
  JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS number FROM res_partner WHERE parent_id IS NULL AND active)
       customer ON customer.number = (n * 7919::bigint)
                   %% (SELECT COUNT(*) FROM res_partner WHERE parent_id IS NULL AND active)
 CROSS JOIN (SELECT ARRAY_AGG(id) AS ids FROM (SELECT id FROM res_users ORDER BY id LIMIT 20) first) people
 CROSS JOIN (SELECT ARRAY_AGG(id) AS ids FROM (SELECT id FROM product_product ORDER BY id LIMIT 200) first) goods
 CROSS JOIN LATERAL (SELECT (n * 31 + n / 11) %% 11 AS score) given
 CROSS JOIN LATERAL (SELECT NOW() AT TIME ZONE 'UTC' - (n %% 1095) * INTERVAL '1 day' AS moment) said
"""
LINES = """
WITH given AS (INSERT INTO survey_user_input (survey_id, state, access_token, create_date, start_datetime)
               SELECT %(survey)s, 'done', 'bench-' || n, NOW(), NOW() FROM GENERATE_SERIES(1, %(lines)s) n RETURNING id)
INSERT INTO survey_user_input_line
       (user_input_id, survey_id, question_id, answer_type, value_scale, skipped, create_date)
SELECT id, %(survey)s, %(question)s, 'scale', id %% 11, FALSE, NOW() FROM given
"""


def run(env, answers):
    """Measure so many answers; they are made with one statement first."""
    figures = Figures()
    program = _program(env)
    env.cr.execute(MANY, {"program": program.id, "company": program.company_id.id, "answers": answers})
    env.cr.commit()
    engine.vacuum(env)
    _counting(env, figures, answers)
    _overview(env, figures, program)
    _against_core(env, figures, program, answers)
    _one_more(env, figures, program)
    return figures


def _program(env):
    program = env["crm.satisfaction.program"].with_context(active_test=False).search([("metric", "=", "nps")], limit=1)
    program.active = True
    env["product.product"].create([{"name": f"Product {number}"} for number in range(200)])
    env["res.users"].with_context(no_reset_password=True).create(
        [{"name": f"Person {number}", "login": f"bench{number}"} for number in range(20)]
    )
    return program


def _counting(env, figures, answers):
    months, cards = env["crm.satisfaction.month"], env["crm.customer"]
    for words in ("first time", "again, nothing changed"):
        with Meter(env.cr) as meter:
            written = months._refresh(None)
        figures.add(f"months of {answers:,} answers, {words}", meter.seconds, note=f"{written:,} rows")
    figures.add("- rows written when nothing changed", written, "", at_most=0)
    for words in ("first time", "again, nothing changed"):
        with Meter(env.cr) as meter:
            written = cards._refresh_satisfaction()
        figures.add(f"scores on profiles, {words}", meter.seconds, note=f"{written:,} profiles")
    figures.add("- profiles written when nothing changed", written, "", at_most=0)


def _overview(env, figures, program):
    boards = env["crm.satisfaction.board"]
    for dimension in ("program", "user", "product"):
        board = boards.create({"metric": "nps", "months": "36", "dimension": dimension})
        for words, work in (("figures", _figures), ("the whole page", _page)):
            seconds = []
            for _turn in range(TURNS + 1):
                env.invalidate_all()
                start = time.perf_counter()
                work(board)
                seconds.append(time.perf_counter() - start)
            goal = {"at_most": 50} if words == "figures" else {}
            figures.add(f"overview by {dimension}, {words}", 1000 * median(seconds[1:]), "ms", **goal)
    env.cr.commit()


def _figures(board):
    board._texts(board._totals("all")[0])
    board._draw()
    board._prepare_lines()


def _page(board):
    board._compute_figures()
    board.flush_recordset()


def _against_core(env, figures, program, answers):
    """Core's statistics of a question, in Python, against the same counts from the stored months."""
    question, lines = program.question_id, min(answers, SAMPLE)
    env.cr.execute(LINES, {"survey": question.survey_id.id, "question": question.id, "lines": lines})
    env.cr.commit()
    start = time.perf_counter()
    records = env["survey.user_input.line"].search([("question_id", "=", question.id)])
    question._get_stats_data(records)
    question._get_stats_summary_data(records)
    core = (time.perf_counter() - start) / len(records) * answers
    board = env["crm.satisfaction.board"].create({"metric": "nps", "months": "36"})
    bare = SQL("SELECT score_group, COUNT(*), SUM(score) FROM crm_satisfaction_response WHERE counted GROUP BY 1")
    for words, work in (
        ("stored months", lambda: board._totals("all")),
        ("one statement over all answers", lambda: env.execute_query(bare)),
    ):
        seconds = []
        for _turn in range(TURNS):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
        figures.add(
            f"statistics of a question by {words}", median(seconds), against="core's Python", reference=core,
            at_most=1 / 20, note=f"core measured on {lines:,} answers",
        )  # fmt: skip


def _one_more(env, figures, program):
    """What recording an answer costs, and counting a thousand new ones."""
    partners = env["res.partner"].search([("parent_id", "=", False)], limit=NEW)
    vals = [{"program_id": program.id, "partner_id": partner.id, "score": 7} for partner in partners]
    responses = env["crm.satisfaction.response"]
    responses._record(vals[:1])
    # Whoever confirms a score has read the contact before.
    partners.commercial_partner_id.user_id.mapped("sale_team_id")
    env.flush_all()
    before, start = env.cr.sql_log_count, time.perf_counter()
    for values in vals[1:101]:
        responses._record([values])
    seconds, queries = time.perf_counter() - start, env.cr.sql_log_count - before
    number = max(len(vals[1:101]), 1)
    figures.add("recording one answer", 1000 * seconds / number, "ms")
    figures.add("- queries, the insert among them", queries / number, "", at_most=2)
    responses._record(vals)
    env.cr.commit()
    with Meter(env.cr) as meter:
        done, left = env["crm.customer"]._count_answers()
        while left:
            more, left = env["crm.customer"]._count_answers()
            done += more
    figures.add(f"counting {len(vals) + number:,} new answers", meter.seconds, note=f"{done:,} rows")
