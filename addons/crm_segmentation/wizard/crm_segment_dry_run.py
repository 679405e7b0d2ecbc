from odoo import fields, models

#: Customers named for each action; beyond it only their number is said.
NAMED = 200


class CrmSegmentDryRun(models.TransientModel):
    """What the actions of a segment would do, and for whom, without doing it."""

    _name = "crm.segment.dry.run"
    _description = "Dry Run of Segment Actions"

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade", readonly=True)
    basis = fields.Selection(
        [("pending", "What waits for tonight"), ("members", "If today's members entered now")],
        string="For",
        required=True,
        default="pending",
        help="What waits: entries and exits noted and not done yet, failed ones included. Today's members: everybody "
        "in the segment, for its entry actions.",
    )
    line_ids = fields.One2many("crm.segment.dry.run.line", "run_id", readonly=True)
    summary = fields.Text(readonly=True, help="How many customers each action concerns.")

    def _open(self):
        self._compute_lines()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dry Run: %(segment)s", segment=self.segment_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_show(self):
        """List it again, for what was chosen."""
        self.ensure_one()
        return self._open()

    def _compute_lines(self):
        """Write down, in this dialogue only, what would be done."""
        texts, lines = [], []
        for action, company, partners in self._cases():
            obstacles = action._obstacles(partners, company)
            responsibles = {}
            if action.kind in ("activity", "plan"):
                responsibles = action._responsibles(partners[:NAMED], company)
            texts.append(
                self.env._(
                    "%(action)s, %(company)s: %(number)s customers, %(skipped)s of them left out",
                    action=action.name,
                    company=company.name,
                    number=len(partners),
                    skipped=len(obstacles),
                )
            )
            nobody = self.env["res.users"]
            for partner in partners[:NAMED]:
                reason = obstacles.get(partner)
                effect = action._effect(partner, company, responsibles.get(partner, nobody))
                lines.append(
                    {
                        "run_id": self.id,
                        "action_id": action.id,
                        "company_id": company.id,
                        "partner_id": partner.id,
                        "effect": reason or effect,
                        "left_out": bool(reason),
                    }
                )
        self.line_ids.unlink()
        self.env["crm.segment.dry.run.line"].create(lines)
        self.summary = "\n".join(texts) or self.env._("Nothing would be done.")

    def _cases(self):
        """Return [(action, company, customers)], as far as the reader may see who is in the segment."""
        actions = self.segment_id.action_ids.sorted()
        if self.basis == "pending":
            events = self.env["crm.segment.event"].search(
                [("action_id", "in", actions.ids), ("state", "in", ("pending", "failed"))], order="id"
            )
            found = {}
            for event in events - events.sudo()._moot():
                key = (event.action_id, event.company_id)
                found[key] = found.get(key, self.env["res.partner"]) | event.partner_id
            return [(action, company, partners) for (action, company), partners in found.items()]
        members = self.env["crm.segment.member"].search(
            [("segment_id", "=", self.segment_id.id), ("date_to", "=", False)]
        )
        return [
            (action, company, stays.partner_id)
            for action in actions.filtered(lambda action: action.moved == "enter")
            for company, stays in members.grouped("company_id").items()
            if not action.company_id or action.company_id == company
        ]


class CrmSegmentDryRunLine(models.TransientModel):
    _name = "crm.segment.dry.run.line"
    _description = "Dry Run of Segment Actions, Customer"
    _order = "action_id, id"

    run_id = fields.Many2one("crm.segment.dry.run", required=True, ondelete="cascade", index=True)
    action_id = fields.Many2one("crm.segment.action", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, ondelete="cascade", readonly=True)
    effect = fields.Char(string="What Would Happen", readonly=True)
    left_out = fields.Boolean(readonly=True, help="Nothing would be done for this customer, for the reason given.")
