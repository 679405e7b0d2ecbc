from odoo import api, fields, models, tools
from odoo.tools import SQL

from odoo.addons.crm_segmentation.tools.worktime import working_seconds

#: What core calls won and lost, from the columns it derives them from: its own column may be flushed later.
STATUS = SQL(
    """CASE WHEN lead.active IS NOT TRUE AND lead.probability = 0 THEN 'lost'
            WHEN lead.active IS NOT TRUE THEN 'archived'
            WHEN lead.probability = 100 AND stage.is_won THEN 'won' ELSE 'open' END"""
)


class CrmStageLog(models.Model):
    """How lines are written: one statement for any number of opportunities, after their rows were updated."""

    _inherit = "crm.stage.log"

    @api.model
    def _record(self, lead_ids):
        """Write what changed since the open lines of these leads: complete those lines and add the next ones."""
        self.env.execute_query(
            SQL(
                """
                WITH lead AS MATERIALIZED (%(lead)s),
                stay AS MATERIALIZED (
                    SELECT open_id AS id, clock_company_id AS company_id, start_at, stop_at
                      FROM lead WHERE open_id IS NOT NULL
                ), worked AS (%(worked)s), closed AS (
                    UPDATE crm_stage_log log
                       SET date_left = lead.stop_at, outcome = lead.kind, working_seconds = worked.seconds,
                           calendar_seconds = EXTRACT(EPOCH FROM lead.stop_at - lead.start_at)
                      FROM lead LEFT JOIN worked ON worked.id = lead.open_id
                     WHERE log.id = lead.open_id
                 RETURNING log.id
                )
                INSERT INTO crm_stage_log (%(columns)s)
                SELECT %(values)s FROM lead LEFT JOIN closed ON closed.id = lead.open_id
                """,
                lead=self._moved_sql(lead_ids),
                worked=working_seconds(SQL("stay"), self._unknown_zones()),
                **self._columns(self._prepare_line_sql()),
            )
        )
        self._forget_lines()

    @api.model
    def _end(self, ends):
        """Complete the open lines of leads that go for good, and add one that says how.

        :param ends: ``{lead id: ("merged" or "deleted", id of the lead that lives on and takes all lines over)}``
        """
        self.env.execute_query(
            SQL(
                """
                WITH stay AS MATERIALIZED (%(stay)s), worked AS (%(worked)s), closed AS (
                    UPDATE crm_stage_log log
                       SET lead_id = COALESCE(stay.target_id, log.lead_id),
                           date_left = COALESCE(log.date_left, stay.stop_at),
                           outcome = COALESCE(log.outcome, stay.ending),
                           working_seconds = COALESCE(log.working_seconds, worked.seconds),
                           calendar_seconds =
                               COALESCE(log.calendar_seconds, EXTRACT(EPOCH FROM stay.stop_at - stay.start_at))
                      FROM stay LEFT JOIN worked ON worked.id = stay.id
                     WHERE log.id = stay.id AND (stay.is_open OR stay.target_id IS NOT NULL)
                 RETURNING log.*, stay.is_open, stay.ending
                )
                INSERT INTO crm_stage_log (%(columns)s) SELECT %(values)s FROM closed log WHERE is_open
                """,
                stay=self._leaving_sql(ends),
                worked=working_seconds(SQL("(SELECT * FROM stay WHERE is_open)"), self._unknown_zones()),
                **self._columns(self._prepare_last_line_sql()),
            )
        )
        self._forget_lines()

    @api.model
    def _columns(self, values):
        """Return what an INSERT of ``{column: SQL}`` needs."""
        return {
            "columns": SQL(", ").join(map(SQL.identifier, values)),
            "values": SQL(", ").join(values.values()),
        }

    @api.model
    def _forget_lines(self):
        self.invalidate_model(flush=False)

    @api.model
    def _prepare_line_sql(self):
        """Return the columns of a line, read from ``lead`` as ``_moved_sql`` gives it."""
        same = ("from_stage_id", "from_stage_name", "stage_id", "stage_name", "phase", "status", "kind", "step")
        return {
            **{name: SQL.identifier("lead", name) for name in same},
            **{name: SQL.identifier("lead", name) for name in ("user_id", "team_id", "company_id", "probability")},
            "lead_id": SQL("lead.id"),
            "lead_ref": SQL("lead.id"),
            "lead_name": SQL("lead.name"),
            "lead_type": SQL("lead.type"),
            "process_id": self._process_sql(),
            "date_entered": SQL("COALESCE(lead.stop_at, %s)", fields.Datetime.now()),
            "amount": SQL("lead.expected_revenue"),
            "currency_id": SQL("(SELECT currency_id FROM res_company WHERE id = lead.clock_company_id)"),
            "origin": SQL("'live'"),
            **self._prepare_road_sql(),
            **self._prepare_access_sql(),
        }

    @api.model
    def _prepare_last_line_sql(self):
        """Return the columns of the line that says how an opportunity ended, read from its line before, ``log``."""
        same = ("lead_id", "lead_ref", "lead_name", "lead_type", "user_id", "team_id", "company_id", "process_id")
        same += ("amount", "currency_id", "probability", "road_start", "furthest_stage_id")
        return {
            **{name: SQL.identifier("log", name) for name in same},
            "from_stage_id": SQL("log.stage_id"),
            "from_stage_name": SQL("log.stage_name"),
            "phase": SQL("log.phase"),
            "kind": SQL("log.ending"),
            "status": SQL("'gone'"),
            "step": SQL("0"),
            "date_entered": SQL("log.date_left"),
            "date_left": SQL("log.date_left"),
            "origin": SQL("'live'"),
            **self._prepare_access_sql(),
        }

    @api.model
    def _prepare_access_sql(self):
        """Return who moved, and when the line was written."""
        now = SQL("%s", self.env.cr.now())
        user = SQL("%s", self.env.uid)
        return {"create_uid": user, "write_uid": user, "create_date": now, "write_date": now}

    @api.model
    def _process_sql(self):
        """Return SQL for the version of the process that ``lead`` follows, as ``crm.lead.process_id`` does."""
        return SQL(
            """COALESCE(lead.kept_process_id, (
                SELECT process.id FROM crm_process process JOIN crm_process_team_rel rel ON rel.process_id = process.id
                 WHERE rel.team_id = lead.team_id AND process.active AND process.state = 'effective'
                   AND (process.company_id IS NULL OR lead.company_id IS NULL
                        OR process.company_id = lead.company_id)
                 ORDER BY process.sequence, process.id LIMIT 1))"""
        )

    @api.model
    def _leaving_sql(self, ends):
        """Return a SELECT of all lines of these leads; the open ones end now."""
        return SQL(
            """
            SELECT log.id, %(company)s AS company_id, log.date_left IS NULL AS is_open, log.date_entered AS start_at,
                   GREATEST(%(now)s, log.date_entered) AS stop_at, gone.ending, gone.target_id
              FROM unnest(%(ids)s::int[], %(endings)s::varchar[], %(targets)s::int[]) gone (lead_id, ending, target_id)
              JOIN crm_stage_log log ON log.lead_id = gone.lead_id
            """,
            company=self._clock_company("log"),
            now=fields.Datetime.now(),
            ids=[*ends],
            endings=[ending for ending, _target_id in ends.values()],
            targets=[target_id for _ending, target_id in ends.values()],
        )

    @api.model
    def _moved_sql(self, lead_ids):
        """Return a SELECT of those leads that are not where their open line says, with what the next line needs."""
        return SQL(
            """
            SELECT moved.*, %(kind)s AS kind
              FROM (
                    SELECT lead.*, %(status)s AS status, stage.name AS stage_name, stage.process_phase AS phase,
                           was.id AS open_id, was.stage_id AS from_stage_id, was.stage_name AS from_stage_name,
                           was.status AS from_status, was.lead_type AS from_type, was.road_start, was.furthest_stage_id,
                           was.date_entered AS start_at, GREATEST(%(now)s, was.date_entered) AS stop_at,
                           %(company)s AS clock_company_id, %(step)s AS step
                      FROM crm_lead lead
                 LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
                 LEFT JOIN crm_stage_log was ON was.lead_id = lead.id AND was.date_left IS NULL
                 LEFT JOIN crm_stage former ON former.id = was.stage_id
                     WHERE lead.id IN %(ids)s
                       AND (was.id IS NULL
                            OR (was.stage_id, was.status, was.lead_type)
                               IS DISTINCT FROM (lead.stage_id, %(status)s, lead.type))
                    OFFSET 0  -- count the step once
                   ) moved
            """,
            kind=self._kind_sql(),
            status=STATUS,
            now=fields.Datetime.now(),
            company=self._clock_company("lead"),
            step=self._step_sql(SQL("former"), SQL("stage"), SQL("lead.team_id")),
            ids=tuple(lead_ids),
        )

    @api.model
    def _kind_sql(self):
        """Return SQL for what happened between the open line and now; the first that fits."""
        return SQL(
            """CASE WHEN moved.open_id IS NULL THEN 'created'
                    WHEN moved.status IN ('lost', 'archived') AND moved.from_status != moved.status THEN moved.status
                    WHEN moved.from_status = 'archived' AND moved.status != 'archived'
                         AND moved.stage_id IS NOT DISTINCT FROM moved.from_stage_id THEN 'restored'
                    WHEN moved.status = 'won' AND moved.from_status != 'won' THEN 'won'
                    WHEN moved.from_status != 'open' AND moved.status = 'open' THEN 'reopened'
                    WHEN moved.from_type != moved.type THEN 'converted'
                    WHEN moved.step > 0 THEN 'forward' WHEN moved.step < 0 THEN 'back' ELSE 'aside' END"""
        )

    @api.model
    def _step_sql(self, former, stage, team):
        """Return SQL for the number of stages of the team's pipeline between two stages, negative when going back."""
        return SQL(
            """CASE WHEN %(former)s.id IS NULL OR %(stage)s.id IS NULL THEN 0 ELSE (
                    SELECT COUNT(*) FROM crm_stage passed
                     WHERE (passed.sequence, passed.id) > LEAST(%(place)s, %(former_place)s)
                       AND (passed.sequence, passed.id) <= GREATEST(%(place)s, %(former_place)s)
                       AND (passed.id IN (%(former)s.id, %(stage)s.id)
                            OR passed.id NOT IN (SELECT crm_stage_id FROM crm_stage_crm_team_rel)
                            OR EXISTS (SELECT FROM crm_stage_crm_team_rel rel
                                        WHERE rel.crm_stage_id = passed.id AND rel.crm_team_id = %(team)s))
                    ) * CASE WHEN %(place)s < %(former_place)s THEN -1 ELSE 1 END END""",
            former=former,
            stage=stage,
            team=team,
            place=SQL("(%s.sequence, %s.id)", stage, stage),
            former_place=SQL("(%s.sequence, %s.id)", former, former),
        )

    @api.model
    def _clock_company(self, alias):
        """Return SQL for the company whose calendar counts: of the opportunity, its team, salesperson, the first."""
        row = SQL.identifier(alias)
        return SQL(
            """COALESCE(%(row)s.company_id, (SELECT company_id FROM crm_team WHERE id = %(row)s.team_id),
                        (SELECT company_id FROM res_users WHERE id = %(row)s.user_id),
                        (SELECT MIN(id) FROM res_company))""",
            row=row,
        )

    @api.model
    @tools.ormcache()
    def _unknown_zones(self):
        """Return the time zones people may choose that this PostgreSQL does not know: nothing may fail on them."""
        zones = list(dict(self.env["resource.calendar"]._fields["tz"]._description_selection(self.env)))
        known = {name for (name,) in self.env.execute_query(SQL("SELECT name FROM pg_timezone_names"))}
        return tuple(zone for zone in zones if zone not in known)
