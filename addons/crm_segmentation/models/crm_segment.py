from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

#: What decides who is in a segment. Whoever changes it becomes the owner, with whose rights the rule is asked.
DEFINITION = {
    "scheme_id",
    "rule_domain",
    "use_stay_domain",
    "stay_domain",
    "match",
    "condition_ids",
    "within_ids",
    "without_ids",
    "share_to",
}


class CrmSegment(models.Model):
    _name = "crm.segment"
    _inherit = ["crm.filter.mixin", "crm.cell.mixin"]
    _description = "Customer Segment"
    _order = "scheme_id, sequence, id"

    name = fields.Char(required=True, translate=True, help="Short; it stands on profiles and in lists.")
    active = fields.Boolean(default=True, help="An archived segment has no customers.")
    sequence = fields.Integer(default=10, help="Rules are asked in this order.")
    color = fields.Integer(help="Colour of the tag.")
    description = fields.Text(translate=True, help="What this segment means for the daily work.")
    scheme_id = fields.Many2one(
        "crm.segment.scheme",
        string="Segmentation",
        required=True,
        ondelete="cascade",
        index=True,
        help="The way to divide customers that this segment is part of.",
    )
    kind = fields.Selection(related="scheme_id.kind")
    share_to = fields.Float(
        string="Up to Share",
        digits=(5, 4),
        required=True,
        default=1.0,
        help="The class takes customers, best first, until they hold this share of the total.",
    )
    # Who belongs
    rule_domain = fields.Char(
        string="Filter",
        default="[]",
        help="Which customer profiles belong. Fields of the contact are behind Customer. Empty: everybody whom the "
        "conditions below leave.",
    )
    match = fields.Selection(
        [("all", "All conditions"), ("any", "Any condition")],
        string="Must Meet",
        required=True,
        default="all",
        help="Whether a customer must meet all conditions on indicators, or one of them; the filter as well.",
    )
    condition_ids = fields.One2many(
        "crm.segment.condition",
        "segment_id",
        string="Conditions",
        copy=True,
        help="Conditions on figures of indicators. A figure that is undefined meets none.",
    )
    within_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_within_rel",
        "segment_id",
        "within_id",
        string="Only Members of",
        help="Customers must be in one of these segments.",
    )
    without_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_without_rel",
        "segment_id",
        "without_id",
        string="No Members of",
        help="Customers must be in none of these segments.",
    )
    use_stay_domain = fields.Boolean(
        string="Looser Filter to Stay",
        help="Who is in the segment stays as long as a looser filter fits, even when the rule does not. It keeps "
        "customers near an edge from going to and fro.",
    )
    stay_domain = fields.Char(
        string="Stays While", default="[]", help="Who is in the segment stays as long as this filter fits."
    )
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        copy=False,
        default=lambda self: self.env.user,
        readonly=True,
        help="Whoever changed the rule last. It finds what this user may see, and nothing more.",
    )
    exception_ids = fields.One2many(
        "crm.segment.exception", "segment_id", string="By Hand", help="Customers who are always in, or never."
    )
    member_ids = fields.One2many("crm.segment.member", "segment_id", domain=[("date_to", "=", False)])
    member_count = fields.Integer(compute="_compute_member_count", string="Customers", help="Customers in it today.")
    broken = fields.Text(
        readonly=True,
        copy=False,
        help="Why the database could not run the rule. Members stay as they are until the rule is changed.",
    )
    filled_company_ids = fields.Many2many(
        "res.company",
        "crm_segment_filled_rel",
        string="Filled in",
        readonly=True,
        copy=False,
        help="Companies in which customers have been assigned before; the first time counts as no change.",
    )

    _share_range = models.Constraint(
        "CHECK (share_to > 0 AND share_to <= 1)", "A share must be above 0 % and at most 100 %."
    )

    @api.depends("member_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["crm.segment.member"]._read_group(
                [("segment_id", "in", self.ids), ("date_to", "=", False)], ["segment_id"], ["__count"]
            )
        )
        for segment in self:
            segment.member_count = counts.get(segment, 0)

    @api.depends("scheme_id.name", "name")
    @api.depends_context("crm_segment_scheme")
    def _compute_display_name(self):
        """With the name of the segmentation where segments of several are to choose from."""
        for segment in self:
            segment.display_name = segment.name
            if self.env.context.get("crm_segment_scheme") and segment.scheme_id:
                segment.display_name = f"{segment.scheme_id.name}: {segment.name}"

    @api.constrains("scheme_id", "within_ids", "without_ids", "rule_domain", "use_stay_domain", "stay_domain", "active")
    def _check_no_circle(self):
        """Refuse segments that would need each other's members, or their own."""
        every = self.env["crm.segment"].sudo().search([]) | self.sudo()
        try:
            every._levels()
        except ValueError as error:
            nodes = error.args
            circle = every.filtered(lambda segment: segment._node() in nodes)
            names = circle._names_shown()
            raise ValidationError(
                self.env._(
                    "These segments need each other's members in a circle: %(names)s. Segments of one segmentation in "
                    "which only the first that fits counts may not build on one another either.",
                    names=names,
                )
            ) from error

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever writes the rule owns it, whatever the caller says."""
        if not self.env.su:
            vals_list = [{**vals, "owner_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Whoever changes the rule owns it: with whose rights could it be asked otherwise? It may be tried again."""
        changed = bool(DEFINITION & vals.keys())
        if changed:
            vals = {"broken": False, **vals}
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "owner_id"}
            vals.update({"owner_id": self.env.uid} if changed else {})
        result = super().write(vals)
        if "scheme_id" in vals:
            self._move_stays()
        if "share_to" in vals and not self.env.context.get("crm_scheme_written"):
            self.scheme_id._check_limits()  # else the segmentation checks all of its segments at once
        return result

    def unlink(self):
        """What was built on these segments may be open now, or nothing at all."""
        result = super().unlink()
        self.env["crm.segment"].sudo()._restrict()
        return result

    def _own(self):
        """Make the user the owner: a condition was changed by itself."""
        others = self.filtered(lambda segment: segment.owner_id != self.env.user)
        if others and not self.env.su:
            others.sudo().owner_id = self.env.user

    def _move_stays(self):
        """Stays go with their segment to another segmentation."""
        self.flush_recordset(["scheme_id"])
        self.env["crm.segment.member"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_segment_member m SET scheme_id = s.scheme_id FROM crm_segment s"
                " WHERE s.id = m.segment_id AND s.id = ANY(%s) AND m.scheme_id <> s.scheme_id",
                self.ids,
            )
        )
        self.env["crm.segment.member"].invalidate_model()
        self.env["crm.segment.layout"]._forget()

    def _names_shown(self):
        """Return the names of those that the user may see, for a message."""
        seen = self.with_env(self.env(su=False))._filtered_access("read").sudo() if self.env.uid != 1 else self
        names = sorted(seen.mapped("name"))
        if self - seen:
            names.append(self.env._("segments that you may not see"))
        return ", ".join(names)

    def action_open_members(self):
        """Open the customers that are in this segment today."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_member_action")
        return {
            **action,
            "domain": [("segment_id", "in", self.ids)],
            "context": {"search_default_today": 1},
        }
