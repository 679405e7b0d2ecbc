from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmProcessStage(models.Model):
    """What happens when an opportunity enters the stage: who takes it on, and which activities are planned."""

    _inherit = "crm.process.stage"

    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Activity Plan",
        index="btree_not_null",
        ondelete="set null",
        domain="[('res_model', '=', 'crm.lead')]",
        help="Its activities are planned each time an opportunity enters the stage, except those that are still to be "
        "done from the time before. Activities without a person of their own go to the salesperson.",
    )
    responsible_rule = fields.Selection(
        [
            ("user", "This Person"),
            ("leader", "Leader of the Sales Team"),
            ("authority", "Who May Move In, With the Fewest Open Cases"),
        ],
        string="On Entry It Goes To",
        help="Who becomes the salesperson when an opportunity enters the stage. Empty: it stays with who has it. Who "
        "may move in: the persons and groups named on this page, those of the sales team first.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Person",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Becomes the salesperson when an opportunity enters the stage.",
    )

    @api.constrains("plan_id", "responsible_rule", "responsible_id", "mover_group_ids", "mover_user_ids")
    def _check_entry(self):
        for sheet in self:
            if sheet.plan_id.sudo().res_model not in (False, "crm.lead"):
                raise ValidationError(
                    self.env._("“%(plan)s” is no activity plan for opportunities.", plan=sheet.plan_id.sudo().name)
                )
            if (sheet.responsible_rule == "user" and not sheet.responsible_id) or (
                sheet.responsible_rule == "authority" and not (sheet.mover_user_ids or sheet.mover_group_ids)
            ):
                raise ValidationError(
                    self.env._(
                        "“%(stage)s”: say who takes opportunities on that enter the stage.", stage=sheet.display_name
                    )
                )

    def _acts_on_entry(self):
        """Tell whether anything happens when an opportunity enters the stage."""
        return bool(self.plan_id or self.responsible_rule)

    def _get_responsibles(self, leads):
        """Return ``{lead: user}`` of who is to take these leads on; no entry where it stays as it is."""
        self.ensure_one()
        if self.responsible_rule == "user":
            return dict.fromkeys(leads, self.responsible_id)
        if self.responsible_rule == "leader":
            return {lead: lead.team_id.user_id for lead in leads if lead.team_id.user_id}
        if self.responsible_rule == "authority":
            return self._get_authorised(leads)
        return {}

    def _get_authorised(self, leads):
        """Deal leads out among those who may move in: each to who has the fewest open ones by then."""
        known = self.mover_user_ids | self.mover_group_ids.all_user_ids
        known = known.filtered(lambda user: user.active and not user.share)
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("user_id", "in", known.ids), ("type", "=", "opportunity"), ("won_status", "=", "pending")],
                ["user_id"],
                ["__count"],
            )
        )
        chosen = {}
        for lead in leads:
            company = lead.company_id
            able = known.filtered(lambda user, company=company: not company or company in user.company_ids)
            able = able & lead.team_id.member_ids or able
            if lead.user_id in able or not able:
                continue
            chosen[lead] = min(able, key=lambda user: (counts.get(user, 0), user.id))
            counts[chosen[lead]] = counts.get(chosen[lead], 0) + 1
        return chosen
