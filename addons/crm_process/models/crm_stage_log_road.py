from odoo import api, fields, models
from odoo.tools import SQL

#: Lines during which an opportunity was on the road: not lost, archived, gone, and no lead any more.
ON_THE_ROAD = "status IN ('open', 'won') AND lead_type = 'opportunity'"


class CrmStageLog(models.Model):
    """How far an opportunity had come by a line: the funnel would otherwise read every line of everybody."""

    _inherit = "crm.stage.log"

    @api.model
    def _prepare_road_sql(self):
        """Return the columns of a line that carry the road on, read from ``lead`` as ``_moved_sql`` gives it."""
        on_the_road = SQL("lead.status IN ('open', 'won') AND lead.type = 'opportunity'")
        return {
            "road_start": SQL(
                "COALESCE(lead.road_start, CASE WHEN %s THEN COALESCE(lead.stop_at, %s) END)",
                on_the_road,
                fields.Datetime.now(),
            ),
            "furthest_stage_id": SQL(
                """CASE WHEN %s AND COALESCE(
                        (SELECT here.sequence >= furthest.sequence FROM crm_stage here, crm_stage furthest
                          WHERE here.id = lead.stage_id AND furthest.id = lead.furthest_stage_id), TRUE)
                   THEN lead.stage_id ELSE lead.furthest_stage_id END""",
                on_the_road,
            ),
        }

    @api.model
    def _count_roads(self):
        """Write on the last line of each opportunity how far it came, where that is not known yet."""
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_stage_log log SET road_start = road.start_at, furthest_stage_id = road.furthest_id
                  FROM (
                        SELECT line.lead_ref, MIN(line.date_entered) AS start_at,
                               (MAX(ARRAY[stage.sequence, stage.id]))[2] AS furthest_id
                          FROM (SELECT * FROM crm_stage_log WHERE %s) line
                     LEFT JOIN crm_stage stage ON stage.id = line.stage_id
                         GROUP BY line.lead_ref
                       ) road
                 WHERE log.lead_ref = road.lead_ref AND log.road_start IS NULL
                   AND (log.date_left IS NULL OR log.kind IN ('merged', 'deleted'))
                """,
                SQL(ON_THE_ROAD),  # pylint: disable=sql-injection
            )
        )
        self._forget_lines()
