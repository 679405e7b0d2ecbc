"""The dry run: who would be asked and who not, before a schedule is switched on. Nothing is written."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .crm_satisfaction_program_candidates import BATCH

#: A schedule that is off is tried on what happened in so many days.
TRIED_DAYS = 30
EXAMPLES = 10


class CrmSatisfactionProgram(models.Model):
    _name = "crm.satisfaction.program"
    _inherit = ["crm.satisfaction.program", "crm.preview.mixin"]

    preview_html = fields.Html(
        string="Who Would Be Asked",
        compute="_compute_preview_html",
        sanitize=False,  # made by our own template, which escapes what users typed
        help="Numbers by reason and examples, as far as you may see the documents. Nothing is written or sent.",
    )

    @api.depends_context("uid", "company", "lang")
    def _compute_preview_html(self):
        for program in self[:1]:
            values = program._preview_safely({"where": program._preview_where()}, program._preview_values)
            program.preview_html = self.env["ir.qweb"]._render(
                "crm_satisfaction.crm_satisfaction_program_preview", values
            )
        self[1:].preview_html = False  # a form shows one

    def action_preview(self):
        """Open the dry run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Would Be Asked"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("crm_satisfaction.crm_satisfaction_program_view_form_preview").id, "form")],
            "target": "new",
        }

    def _preview_where(self):
        """Return in words which time the dry run looks at."""
        if self.active:
            return self.env._("What the next run would decide, as far as you may see the documents.")
        if self.trigger == "document":
            return self.env._(
                "What the last %(days)s days would have caused, as far as you may see the documents. Switched on, the "
                "schedule begins with what happens from then on.",
                days=TRIED_DAYS,
            )
        return self.env._("What the first period would bring, as far as you may see the customers.")

    def _preview_values(self):
        """Return numbers by reason and examples, with the viewer's rights whoever owns the schedule."""
        if self.trigger == "manual":
            raise UserError(self.env._("Somebody chooses whom to invite: the window for that shows who is asked."))
        viewer = self.with_env(self.env(su=False))
        viewer._check_trigger_parts(self.env.user)
        viewer.env.flush_all()
        decisions = viewer._decisions_sql(viewer._candidates_sql(self.env.user, self._tried_span()), self.env.user)
        # Read once: everything below is counted from the same rows.
        rows = self._preview_query(SQL("SELECT reason, contact_id, at, rank FROM (%s) d ORDER BY place", decisions))
        asked = [row for row in rows if not row[0]]
        return {
            "found": len(rows),
            "asked": len(asked),
            "summary": self._preview_summary(len(rows), len(asked)),
            "limit": self._preview_limit(len(asked)),
            "reasons": self._preview_reasons(rows),
            "examples": self._preview_examples(asked[:EXAMPLES]),
        }

    def _tried_span(self):
        """Return the time to look at: None for what is due now, else the last days."""
        if self.active:
            return None
        until = fields.Datetime.now() - self._delay_delta()
        return until - timedelta(days=TRIED_DAYS), until

    def _preview_summary(self, found, asked):
        if not found:
            return self.env._("Nothing found. Look at the filter and the date; what is decided already is not shown.")
        if found == BATCH:
            return self.env._(
                "Of the first %(found)s, %(asked)s would be asked.", found=f"{found:,}", asked=f"{asked:,}"
            )
        return self.env._("%(asked)s of %(found)s would be asked.", found=f"{found:,}", asked=f"{asked:,}")

    def _preview_limit(self, asked):
        if not self.day_limit or asked <= self.day_limit:
            return False
        return self.env._("At most %(limit)s a day: the others wait for the next days.", limit=self.day_limit)

    def _preview_reasons(self, rows):
        """Return [(reason in words, number)], the most frequent first."""
        counts, texts = {}, self._reason_texts()
        for reason, *_rest in rows:
            if reason:
                counts[reason] = counts.get(reason, 0) + 1
        return [(texts[code], f"{counts[code]:,}") for code in sorted(counts, key=lambda code: (-counts[code], code))]

    def _preview_examples(self, rows):
        """Return the first contacts who would be asked, as far as the viewer may read them."""
        contacts = self.env["res.partner"].browse(row[1] for row in rows)
        seen = set(contacts._filtered_access("read").ids)
        return [
            {
                "name": contact.display_name if contact.id in seen else self.env._("(a contact you may not see)"),
                "url": f"/odoo/contacts/{contact.id}" if contact.id in seen else False,
                "day": at and format_date(self.env, at),
            }
            for contact, (_reason, _id, at, _rank) in zip(contacts, rows, strict=True)
        ]
