from odoo import api, fields, models
from odoo.exceptions import AccessError

from .crm_stage import PHASES

KINDS = [
    ("created", "Created"),
    ("forward", "Moved Forward"),
    ("back", "Moved Back"),
    ("aside", "Moved Aside"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("reopened", "Reopened"),
    ("archived", "Archived"),
    ("restored", "Restored"),
    ("converted", "Lead Became Opportunity"),
    ("merged", "Merged"),
    ("deleted", "Deleted"),
]


class CrmStageLog(models.Model):
    """One stay of an opportunity in one stage: how it came in, how it went on, and what was true then.

    A line is written by the transaction that moves the opportunity, and completed once, by the one that moves it on.
    Nobody changes or deletes it. Names are kept beside the links, so a line tells its story when opportunity or stage
    are gone.
    """

    _name = "crm.stage.log"
    _inherit = "crm.cell.mixin"
    _description = "Stage History"
    _order = "date_entered desc, id desc"
    _rec_name = "lead_name"

    # Which opportunity
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty once it was deleted; after a merge, the opportunity it became part of.",
    )
    lead_ref = fields.Integer(
        string="Opportunity Number",
        readonly=True,
        aggregator="count_distinct",
        help="Number of the opportunity that moved, kept when it is merged or deleted.",
    )
    lead_name = fields.Char(
        string="Opportunity Name", readonly=True, help="Its name at that time, kept when it is merged or deleted."
    )
    lead_type = fields.Selection(
        [("lead", "Lead"), ("opportunity", "Opportunity")],
        string="Type",
        readonly=True,
        help="What it was in the stay.",
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, help="Responsible on entering.")
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True, help="Sales team on entering.")
    company_id = fields.Many2one("res.company", readonly=True, help="Company on entering.")
    process_id = fields.Many2one(
        "crm.process", readonly=True, index="btree_not_null", help="Version of the process the case followed."
    )
    # The move
    kind = fields.Selection(KINDS, string="Came In", readonly=True, help="What brought the opportunity here.")
    from_stage_id = fields.Many2one("crm.stage", string="From", readonly=True)
    from_stage_name = fields.Char(string="From (Name)", translate=True, readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True, index="btree_not_null")
    stage_name = fields.Char(
        string="Stage (Name)",
        translate=True,
        readonly=True,
        help="Name of the stage at that time, kept when it is gone.",
    )
    phase = fields.Selection(PHASES, readonly=True, help="Phase of the stage on entering.")
    step = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="Stages of the team's pipeline passed by the move: 1 is the next stage, 3 left out two, -1 went back.",
    )
    status = fields.Selection(
        [("open", "Open"), ("won", "Won"), ("lost", "Lost"), ("archived", "Archived"), ("gone", "Gone")],
        readonly=True,
        help="What was true of the opportunity during the stay. Gone: merged into another one, or deleted.",
    )
    is_overridden = fields.Boolean(
        string="A Gate Was Overridden",
        readonly=True,
        help="Something the process asks for stood against the move; an authorised person made it all the same.",
    )
    reason = fields.Char(
        readonly=True, help="Document of the ERP that moved the opportunity here; empty where a person did."
    )
    outcome = fields.Selection(
        KINDS, string="Went On", readonly=True, help="How the stay ended. Empty while the opportunity is still there."
    )
    # Time
    date_entered = fields.Datetime(string="Entered", readonly=True, index=True)
    date_left = fields.Datetime(string="Left", readonly=True)
    calendar_seconds = fields.Float(readonly=True)
    working_seconds = fields.Float(
        readonly=True, help="Working time by the calendar of the company, public holidays left out."
    )
    days = fields.Float(compute="_compute_time", help="Calendar days of a completed stay.")
    working_hours = fields.Float(compute="_compute_time", help="Working hours of a completed stay.")
    # The road up to here, carried from line to line, so that the funnel reads the last line of each opportunity only
    road_start = fields.Datetime(
        string="Entered the Pipeline", readonly=True, help="When it became an opportunity, or was created as one."
    )
    furthest_stage_id = fields.Many2one("crm.stage", readonly=True, help="Furthest stage it had come to by then.")
    # What was expected
    amount = fields.Monetary(string="Expected Revenue", readonly=True, help="Expected on entering.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    probability = fields.Float(readonly=True, aggregator="avg", help="Probability on entering, in percent.")
    origin = fields.Selection(
        [("live", "When It Happened"), ("messages", "From Messages"), ("start", "At Installation")],
        string="Recorded",
        readonly=True,
        help="How the line came about: written with the move; read from the tracking in the messages when the app was "
        "installed; or known only as the stage at that moment.",
    )

    # An opportunity is in one place. Two users moving it at once: the second transaction is run again.
    _open_uniq = models.UniqueIndex("(lead_id) WHERE date_left IS NULL", "An opportunity is in one stage at a time.")

    @api.depends("calendar_seconds", "working_seconds")
    def _compute_time(self):
        for line in self:
            line.days = line.calendar_seconds / 86400
            line.working_hours = line.working_seconds / 3600

    def write(self, vals):
        if self:
            raise AccessError(self.env._("The history of stages cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The history of stages cannot be deleted."))

    def action_open_lead(self):
        """Open the opportunity of the line, in the view that fits."""
        self.ensure_one()
        return self.lead_id._open_from_history()
