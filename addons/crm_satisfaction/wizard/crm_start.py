from odoo import api, models


class CrmStart(models.TransientModel):
    _inherit = "crm.start"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), self._satisfaction_check()]

    def _satisfaction_check(self):
        """Tell whom one could ask, and what came back so far."""
        programs = self.env["crm.satisfaction.program"].search([("company_id", "in", self.env.companies.ids)])
        answers = self.env["crm.satisfaction.response"].search_count([])
        sent = self.env["crm.satisfaction.request"].search_count([("state", "not in", ("not_asked", "to_send"))])
        reachable = self._count_reachable()
        return {
            "sequence": 30,
            "question": self.env._("How content are customers?"),
            "state": "ready" if answers else "partly" if reachable else "missing",
            "fact": self.env._(
                "%(reachable)s customers with an e-mail address, %(sent)s invitations sent, %(answers)s answers.",
                reachable=f"{reachable:,}",
                sent=f"{sent:,}",
                answers=f"{answers:,}",
            ),
            "missing": self._missing_for_scores(programs, reachable, answers),
            "button": self.env._("Answers") if answers else self.env._("Survey Schedules"),
            "action": f"crm_satisfaction.crm_satisfaction_{'response' if answers else 'program'}_action",
        }

    def _missing_for_scores(self, programs, reachable, answers):
        if not reachable:
            return self.env._("Add e-mail addresses to your customers or their contacts.")
        if not programs:
            return self.env._("Switch a survey schedule on. Nothing is sent before you choose whom to invite.")
        return False if answers else self.env._("Invite the first customers.")

    def _count_reachable(self):
        """Return the number of customers with an address, their own or that of a contact."""
        customers = [("company_id", "in", self.env.companies.ids)]
        by_mail = [
            "|",
            ("partner_id.email_normalized", "!=", False),
            ("partner_id.child_ids.email_normalized", "!=", False),
        ]
        return self.env["crm.customer"].search_count([*customers, *by_mail])
