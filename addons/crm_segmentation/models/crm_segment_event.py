from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_segment_action import MOVES

#: Days for which is kept what was done.
KEEP_DAYS = 180


class CrmSegmentEvent(models.Model):
    """One action for one customer that entered or left a segment: to be done, done, left out, or what went wrong."""

    _name = "crm.segment.event"
    _inherit = "crm.cell.mixin"
    _description = "Segment Action Started"
    _order = "id desc"
    _rec_name = "action_id"
    _log_access = False

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade", readonly=True)
    action_id = fields.Many2one("crm.segment.action", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True, readonly=True
    )
    member_id = fields.Many2one(
        "crm.segment.member",
        string="Stay",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="Empty when the stay left no trace, because it began and ended on one day.",
    )
    moved = fields.Selection(MOVES, string="On", required=True, readonly=True)
    moved_at = fields.Datetime(string="Noted", required=True, readonly=True)
    state = fields.Selection(
        [("pending", "To do"), ("done", "Done"), ("failed", "Failed"), ("skipped", "Left out")],
        string="Status",
        required=True,
        readonly=True,
        help="Failed ones are tried again in the next nights, five times in all.",
    )
    tries = fields.Integer(readonly=True, help="How often it was tried.")
    run = fields.Integer(readonly=True, help="Run of the nightly job that tried it last.")
    finished_at = fields.Datetime(string="Last Tried", readonly=True)
    note = fields.Text(string="Reason", readonly=True, help="Why it failed or was left out.")

    _todo_idx = models.Index("(id) WHERE state IN ('pending', 'failed')")
    _segment_idx = models.Index("(segment_id, state)")

    @api.model
    def _take_moves(self, company, first):
        """Note what the moves in the table ``crm_segment_moves`` of this transaction start; return the number of rows.

        :param first: segments that were filled for the first time: only actions that also want their first members
        """
        self.env["crm.segment.action"].flush_model()
        actions = self.env["crm.segment.action"].sudo().search([("segment_id.active", "=", True)])
        actions = actions.filtered(lambda action: action.segment_id not in action.segment_id._is_restricted())
        actions = actions.filtered(lambda action: action.at_first_fill or action.segment_id not in first)
        if not actions:
            return 0
        moves = SQL(
            "SELECT member_id, segment_id, partner_id, moved FROM crm_segment_moves WHERE company_id = %s", company.id
        )
        return self._note_moves(actions, company, moves)

    @api.model
    def _note_moves(self, actions, company, moves):
        """Insert one row for each move that one of the actions waits for, in the order in which they are to run."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_segment_event
                       (segment_id, action_id, company_id, partner_id, member_id, moved, moved_at, state, tries, run)
                SELECT moves.segment_id, action.id, %(company)s, moves.partner_id, stay.id, moves.moved, %(now)s,
                       'pending', 0, 0
                  FROM (%(moves)s) moves
                  JOIN crm_segment_action action
                    ON action.segment_id = moves.segment_id AND action.moved = moves.moved
                   AND action.id = ANY(%(actions)s)
                   AND (action.company_id IS NULL OR action.company_id = %(company)s)
             LEFT JOIN crm_segment_member stay ON stay.id = moves.member_id
                 ORDER BY action.moved DESC, action.sequence, action.id, moves.partner_id
                """,
                company=company.id,
                now=fields.Datetime.now(),
                moves=moves,
                actions=actions.ids,
            )
        )
        written = self.env.cr.rowcount
        self.invalidate_model()
        return written

    def action_try_again(self):
        """Try failed ones again with the next run, however often they failed."""
        self.env["crm.segment.action"].check_access("write")
        self.check_access("read")
        failed = self.sudo().filtered(lambda event: event.state == "failed")
        failed.write({"state": "pending", "tries": 0, "run": 0, "note": False})
        self.env.ref("crm_segmentation.job_segment_actions").sudo()._trigger_step()

    @api.autovacuum
    def _gc_events(self):
        """Forget what was done long ago, and all about segments that only some may see by now."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        over = [("state", "in", ("done", "skipped")), ("moved_at", "<", limit)]
        segments = self.env["crm.segment"].with_context(active_test=False).search([])
        old = self.search(["|", ("segment_id", "in", segments._is_restricted().ids), "&", *over], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000
