from odoo import api, fields, models
from odoo.tools import escape_psql


class CrmProcessStage(models.Model):
    """Who works on a stage without a skill it needs, where employees' skills are kept (Odoo's ``hr_skills``)."""

    _inherit = "crm.process.stage"

    skill_gap = fields.Text(
        string="Skills Missing",
        compute="_compute_skill_gap",
        groups="crm_segmentation.group_insight_configure",
        help="Persons with open opportunities in this stage who do not have a skill it needs.",
    )

    @api.depends("resource_ids.kind", "resource_ids.name", "stage_id", "process_id.team_ids")
    def _compute_skill_gap(self):
        """Compare by name: the sheet stays whole when the employees app comes or goes."""
        known = "hr.employee.skill" in self.env
        for sheet in self:
            needed = sheet.resource_ids.filtered(lambda resource: resource.kind == "skill").mapped("name")
            lines = sheet._get_skill_gaps(needed) if known and needed else []
            sheet.skill_gap = "\n".join(lines) or False

    def _get_skill_gaps(self, names):
        """Return one line a person, and one for the skills no employee record knows."""
        users_sudo = self._get_workers_sudo()
        holders = {name: self._get_holders_sudo(name) for name in names}
        lines = []
        for user_sudo in users_sudo.sorted("name"):
            missing = [name for name, users in holders.items() if users is not None and user_sudo not in users]
            if missing:
                lines.append(self.env._("%(person)s: %(skills)s", person=user_sudo.name, skills=", ".join(missing)))
        if unknown := [name for name, users in holders.items() if users is None]:
            lines.append(self.env._("Not among the skills of the employees: %(skills)s", skills=", ".join(unknown)))
        return lines

    def _get_workers_sudo(self):
        """Return who has open opportunities of the process's teams in the stage."""
        if not self.stage_id or not self.process_id.team_ids:
            return self.env["res.users"].sudo()
        domain = [
            ("stage_id", "=", self.stage_id.id),
            ("team_id", "in", self.process_id.team_ids.ids),
            ("user_id.active", "=", True),
        ]
        leads_sudo = self.env["crm.lead"].sudo()  # a configurer need not be a salesperson
        [[users_sudo]] = leads_sudo._read_group(domain, [], ["user_id:recordset"])
        return users_sudo

    def _get_holders_sudo(self, name):
        """Return the users who have the skill of this name today, in any language; None where no such skill exists."""
        skills_sudo = self.env["hr.skill"].sudo()  # names and holders only
        for lang, _label in self.env["res.lang"].get_installed():
            skills_sudo |= skills_sudo.with_context(lang=lang).search([("name", "=ilike", escape_psql(name.strip()))])
        if not skills_sudo:
            return None
        held_sudo = self.env["hr.employee.skill"].sudo()
        held_sudo = held_sudo.search(
            [
                ("skill_id", "in", skills_sudo.ids),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", fields.Date.today()),
            ]
        )
        return held_sudo.employee_id.user_id
