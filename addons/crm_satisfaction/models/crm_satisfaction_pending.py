from odoo import api, fields, models
from odoo.tools import SQL


class CrmSatisfactionPending(models.Model):
    """Answers whose figures must be counted again, one row for each change. Internal, written with plain SQL.

    A list that only grows at one end, without keys and links, for the reasons given at ``crm.queue``.
    """

    _name = "crm.satisfaction.pending"
    _description = "Answers to Count"
    _order = "id"
    _rec_name = "response_id"
    _log_access = False

    response_id = fields.Integer(string="Answer (ID)", required=True, readonly=True)

    @api.model
    def _add(self, response_ids):
        """Have these answers counted again."""
        if response_ids:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO crm_satisfaction_pending (response_id) SELECT UNNEST(%s)",
                    list(response_ids),
                )
            )

    @api.model
    def _drain(self, limit):
        """Take the oldest rows out and put their answers into table ``satisfaction_drained`` (response_id).

        The table ends with the transaction, and so does the removal when the transaction fails.

        :return: number of rows taken out; fewer than ``limit`` when no more are left
        """
        cr = self.env.cr
        self.env.flush_all()
        cr.execute("DROP TABLE IF EXISTS satisfaction_drained")
        cr.execute("CREATE TEMPORARY TABLE satisfaction_drained (response_id integer PRIMARY KEY) ON COMMIT DROP")
        cr.execute(
            SQL(
                """
                WITH taken AS (
                     DELETE FROM crm_satisfaction_pending
                      WHERE id = ANY(ARRAY(SELECT id FROM crm_satisfaction_pending ORDER BY id LIMIT %s
                                              FOR UPDATE SKIP LOCKED))
                  RETURNING response_id),
                     noted AS (INSERT INTO satisfaction_drained SELECT DISTINCT response_id FROM taken)
                SELECT COUNT(*) FROM taken
                """,
                limit,
            )
        )
        return cr.fetchone()[0]
