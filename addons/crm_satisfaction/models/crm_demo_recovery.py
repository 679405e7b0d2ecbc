"""A year of recovery cases to look at: low scores and complaints, what was offered, and who was won back."""

from datetime import timedelta

from odoo import api, fields, models

#: Complaints of the past; causes by turns.
COMPLAINTS = 26
CAUSES = ("delivery", "reply", "delivery", "quality", "invoice", "delivery", "promise")
#: Remedies by turns, and out of how many one customer was lost all the same.
REMEDIES = (("callback", 6), ("priority", 3), ("callback", 5), ("loan", 2))
REASON = "Agreed before the service policy named it"


class CrmDemo(models.AbstractModel):
    _inherit = "crm.demo"

    @api.model
    def _load_recovery(self):
        """Open the cases that the answers of the demo would have opened, each on its day, and work on most of them."""
        self = self.with_context(mail_activity_quick_update=True, tracking_disable=True, mail_create_nolog=True)
        program = self.env.ref("crm_satisfaction.program_relationship_nps")
        program.write({"case_active": True, "case_program_id": program.id})
        low = [("program_id", "=", program.id), ("score", "<=", program.case_threshold), ("counted", "=", True)]
        for response in self.env["crm.satisfaction.response"].search(low, order="answered_at, id"):
            case = self.env["crm.satisfaction.case"]._open_for(response, "low", response.browse())
            self._end_case(case, response.answered_at, "quality", "callback", "recovered")
        for number in range(COMPLAINTS):
            self._load_complaint(number)
        self._load_second_answer(program)
        self._load_open_cases()

    def _end_case(self, case, opened_at, cause, remedy, result):
        """Tell how a case of the past went; its times are those of that day."""
        case.activity_ids.unlink()
        case.write(
            {
                "state": "closed",
                "opened_at": opened_at,
                "deadline": opened_at + timedelta(days=1),
                "contacted_at": opened_at + timedelta(hours=20),
                "closed_at": opened_at + timedelta(days=6),
                "hours_to_contact": 3.0 + case.id % 7,
                "hours_to_close": 24.0 + 4 * (case.id % 5),
                "cause_id": self.env.ref(f"crm_satisfaction.cause_{cause}").id,
                "remedy_id": self.env.ref(f"crm_segmentation.courtesy_{remedy}").id,
                "remedy_reason": REASON,
                "action_taken": "Called, apologised, and put it right with the next delivery.",
                "result": result,
                "again_on": False,
            }
        )
        case.write({"remedy_state": "approved", "approved_by_id": self.env.ref("base.user_admin").id})

    def _load_complaint(self, number):
        """Load a complaint that was taken in by phone."""
        remedy, lost = REMEDIES[number % len(REMEDIES)]
        customer = self.env.ref(f"crm_segmentation.partner_demo_{number % 22 + 1:02}")
        case = self.env["crm.satisfaction.case"].create(
            {
                "customer_id": customer.id,
                "partner_id": customer.child_ids[:1].id,
                "company_id": self.env.ref("base.main_company").id,
                "state": "closed",
            }
        )
        opened_at = fields.Datetime.now() - timedelta(days=30 + 12 * number, hours=3)
        result = "not_recovered" if number // len(REMEDIES) % lost == lost - 1 else "recovered"
        self._end_case(case, opened_at, CAUSES[number % len(CAUSES)], remedy, result)
        case.cost = 15.0 + 10 * (number % 6)

    def _load_second_answer(self, program):
        """The bookshop gave a 2, was called and visited, and gave a 9 when it was asked again."""
        response = self.env.ref("crm_satisfaction.response_demo_13_2")
        case = response.case_ids
        case.complaint = "Three wrong parcels in a row; nobody knew of the first when the third was on its way."
        case.action_taken = "One person looks after the account now; the third parcel was exchanged the same day."
        asked = fields.Datetime.now() - timedelta(days=9)
        request = self.env["crm.satisfaction.request"].create(
            {
                "program_id": program.id,
                "company_id": program.company_id.id,
                "partner_id": response.partner_id.id,
                "customer_id": response.customer_id.id,
                "state": "sent",
                "decided_at": asked,
                "sent_at": asked,
                "case_id": case.id,
            }
        )
        case.again_request_id = request
        request._record_answer(9, "mail")

    def _load_open_cases(self):
        """Three customers wait: one too long, one was promised something, one answers the phone tomorrow."""
        now, user = fields.Datetime.now(), self.env.ref("base.user_admin")
        words = {
            5: "Returned half of the order again: the colours differ from the sample.",
            2: "The invoice of last month has the old address for the third time.",
            10: "Asks why the fitters came a day late without a call.",
        }
        cases = self.env["crm.satisfaction.case"]
        for number, complaint in words.items():
            customer = self.env.ref(f"crm_segmentation.partner_demo_{number:02}")
            contact = customer.child_ids[:1]
            cases |= cases.create({"customer_id": customer.id, "partner_id": contact.id, "complaint": complaint})
        cases[0].write({"opened_at": now - timedelta(days=3), "deadline": now - timedelta(days=2)})
        cases[1].activity_ids.unlink()
        cases[1].write({"state": "work", "contacted_at": now, "hours_to_contact": 1.5})
        cases[1].cause_id = self.env.ref("crm_satisfaction.cause_invoice")
        self.env["crm.satisfaction.promise"].create(
            {
                "case_id": cases[1].id,
                "name": "Corrected invoice by mail",
                "date": fields.Date.today() + timedelta(days=2),
                "user_id": user.id,
            }
        )
        for kind, name in (
            ("contact", "By mail before noon, never by phone"),
            ("delivery", "Back door, mornings only"),
        ):
            self.env["crm.customer.preference"].create(
                {"partner_id": cases[1].customer_id.id, "kind": kind, "name": name, "user_id": user.id}
            )
