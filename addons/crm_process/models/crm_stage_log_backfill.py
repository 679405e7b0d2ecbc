import logging

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_segmentation.tools.worktime import working_seconds

from .crm_stage_log_record import STATUS

_logger = logging.getLogger(__name__)


class CrmStageLog(models.Model):
    """The history of opportunities that were there before the addon, read once from the tracking in their messages.

    Only what was tracked is known: moves with their time. Salesperson, team and amount are those of today. A loss that
    was taken back again left no line. A move that was not tracked is dated by Odoo's own date of the last stage change;
    what was before it is a line without stage, which reports leave out.
    """

    _inherit = "crm.stage.log"

    @api.model
    def _backfill(self):
        """Write the lines of all leads that have none, with one INSERT; no other table is written."""
        self.flush_model()
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")
        self.env.cr.execute(
            SQL(
                """
                WITH lead AS MATERIALIZED (%(leads)s), event AS (%(events)s), line AS MATERIALIZED (%(lines)s),
                worked AS (%(worked)s)
                INSERT INTO crm_stage_log (%(columns)s)
                SELECT %(values)s
                  FROM line JOIN lead ON lead.id = line.lead_id LEFT JOIN worked ON worked.id = line.id
                 ORDER BY line.start_at, line.id
                """,
                leads=self._backfill_leads(),
                events=self._backfill_events(),
                lines=self._backfill_lines(),
                worked=working_seconds(
                    SQL("(SELECT id, company_id, start_at, stop_at FROM line WHERE stop_at IS NOT NULL)"),
                    self._unknown_zones(),
                ),
                **self._columns(self._prepare_backfill_sql()),
            )
        )
        lines = self.env.cr.rowcount
        self._count_roads()
        _logger.info("Stage history: %s lines written for opportunities that were there before", lines)
        self.env.cr.execute("RESET work_mem; RESET jit")
        self._forget_lines()

    @api.model
    def _backfill_leads(self):
        """Return a SELECT of the leads without history, with what is true of them today."""
        return SQL(
            """
            SELECT lead.*, %(status)s AS status, %(company)s AS clock_company_id,
                   lead.date_last_stage_update > lead.create_date + INTERVAL '1 minute' AS moved_later
              FROM crm_lead lead LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
             WHERE NOT EXISTS (SELECT FROM crm_stage_log log WHERE log.lead_ref = lead.id)
            """,
            status=STATUS,
            company=self._clock_company("lead"),
        )

    @api.model
    def _backfill_events(self):
        """Return a SELECT of what happened: creation, tracked moves, a move nobody tracked, being lost or archived."""
        return SQL(
            """
            WITH tracked AS (
                SELECT lead.id AS lead_id, value.id, value.create_date AS at, value.old_value_integer AS old_id,
                       value.old_value_char AS old_name, value.new_value_integer AS new_id,
                       value.new_value_char AS new_name, value.create_uid AS mover_id,
                       ROW_NUMBER() OVER (PARTITION BY lead.id ORDER BY value.id) AS first,
                       ROW_NUMBER() OVER (PARTITION BY lead.id ORDER BY value.id DESC) AS last
                  FROM mail_tracking_value value
                  JOIN mail_message message ON message.id = value.mail_message_id AND message.model = 'crm.lead'
                  JOIN lead ON lead.id = message.res_id
                 WHERE value.field_id = %(field)s
            )
            SELECT lead.id AS lead_id, COALESCE(lead.create_date, %(now)s) AS at, 0 AS place,
                   CASE WHEN tracked.id IS NOT NULL THEN tracked.old_id
                        WHEN lead.moved_later IS NOT TRUE THEN lead.stage_id END AS stage_id,
                   tracked.old_name AS name, FALSE AS ends,
                   CASE WHEN tracked.id IS NULL THEN 'start' ELSE 'messages' END AS origin, lead.create_uid AS mover_id
              FROM lead LEFT JOIN tracked ON tracked.lead_id = lead.id AND tracked.first = 1
             UNION ALL
            SELECT lead_id, at, id, new_id, new_name, FALSE, 'messages', mover_id FROM tracked
             UNION ALL
            SELECT lead.id, COALESCE(lead.date_last_stage_update, tracked.at), 2147483646, lead.stage_id, NULL, FALSE,
                   'start', NULL
              FROM lead LEFT JOIN tracked ON tracked.lead_id = lead.id AND tracked.last = 1
             WHERE CASE WHEN tracked.id IS NULL THEN lead.moved_later
                        ELSE tracked.new_id IS DISTINCT FROM lead.stage_id END
             UNION ALL
            SELECT lead.id, COALESCE(lead.date_closed, lead.write_date, %(now)s), 2147483647, lead.stage_id, NULL,
                   TRUE, 'start', NULL
              FROM lead WHERE lead.status IN ('lost', 'archived')
            """,
            field=self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
            now=fields.Datetime.now(),
        )

    @api.model
    def _backfill_lines(self):
        """Return a SELECT of the stays between the events; no stay begins before the one before it."""
        return SQL(
            """
            SELECT *, LEAD(start_at) OVER road AS stop_at, LEAD(kind) OVER road AS outcome
              FROM (
                    SELECT *, CASE WHEN former_place IS NULL THEN 'created'
                                   WHEN ends THEN final_status
                                   WHEN status = 'won' AND former_status != 'won' THEN 'won'
                                   WHEN former_status != 'open' AND status = 'open' THEN 'reopened'
                                   WHEN step > 0 THEN 'forward' WHEN step < 0 THEN 'back' ELSE 'aside' END AS kind
                      FROM (%s) placed
                   ) line
            WINDOW road AS (PARTITION BY lead_id ORDER BY place)
            """,
            self._backfill_placed(),
        )

    @api.model
    def _backfill_placed(self):
        """Return a SELECT of the events with the stage, the stage before, and the way between them."""
        return SQL(
            """
            SELECT event.*, %(step)s AS step, former.id AS from_stage_id,
                   COALESCE(former.name, %(former_name)s) AS from_stage_name,
                   COALESCE(stage.name, %(name)s) AS stage_name,
                   stage.id AS known_stage_id, stage.process_phase AS phase,
                   CASE WHEN event.ends THEN event.final_status WHEN stage.is_won THEN 'won' ELSE 'open' END AS status,
                   CASE WHEN former.is_won THEN 'won' ELSE 'open' END AS former_status
              FROM (
                    SELECT ROW_NUMBER() OVER ()::int AS id, event.*, lead.status AS final_status,
                           lead.clock_company_id AS company_id, lead.team_id,
                           MAX(event.at) OVER road AS start_at, LAG(event.stage_id) OVER road AS former_id,
                           LAG(event.name) OVER road AS former_name, LAG(event.place) OVER road AS former_place
                      FROM event JOIN lead ON lead.id = event.lead_id
                    WINDOW road AS (PARTITION BY event.lead_id ORDER BY event.place)
                   ) event
         LEFT JOIN crm_stage stage ON stage.id = event.stage_id
         LEFT JOIN crm_stage former ON former.id = event.former_id
            OFFSET 0  -- count the step once
            """,
            step=self._step_sql(SQL("former"), SQL("stage"), SQL("event.team_id")),
            name=self._kept_name(SQL("event.name")),
            former_name=self._kept_name(SQL("event.former_name")),
        )

    @api.model
    def _kept_name(self, name):
        """Return SQL for the name of a stage that is gone, as the messages have it."""
        return SQL("CASE WHEN %(name)s IS NOT NULL THEN jsonb_build_object('en_US', %(name)s) END", name=name)

    @api.model
    def _prepare_backfill_sql(self):
        """Return the columns of a line, as ``_prepare_line_sql`` does for a move."""
        columns = self._prepare_line_sql()
        for name in self._prepare_road_sql():
            columns.pop(name)  # counted for the last lines, afterwards
        return {
            **columns,
            **{name: SQL.identifier("line", name) for name in ("from_stage_id", "from_stage_name", "stage_name")},
            **{name: SQL.identifier("line", name) for name in ("phase", "status", "kind", "step", "outcome", "origin")},
            "stage_id": SQL("line.known_stage_id"),
            "create_uid": SQL("(SELECT id FROM res_users WHERE id = line.mover_id)"),
            "date_entered": SQL("line.start_at"),
            "date_left": SQL("line.stop_at"),
            "calendar_seconds": SQL("EXTRACT(EPOCH FROM line.stop_at - line.start_at)"),
            "working_seconds": SQL("worked.seconds"),
            "probability": SQL("CASE WHEN line.stop_at IS NULL THEN lead.probability END"),
        }
