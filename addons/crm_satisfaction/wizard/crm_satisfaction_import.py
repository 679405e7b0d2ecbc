"""Historic scores from a file: read, shown row by row with what is wrong, stored when somebody says so."""

import base64
import hashlib

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import answer_file, scores

#: Answers stored with one call.
STORE_BATCH = 500


class CrmSatisfactionImport(models.TransientModel):
    _name = "crm.satisfaction.import"
    _description = "Import Scores"

    program_id = fields.Many2one(
        "crm.satisfaction.program",
        string="Schedule",
        domain="[('company_id', 'in', allowed_company_ids)]",
        context={"active_test": False},
        help="The scores become answers of this schedule and must lie on its scale.",
    )
    file = fields.Binary(
        attachment=False, help="CSV or XLSX. The first row names the columns: key, customer, date, score, comment."
    )
    filename = fields.Char()
    template = fields.Binary(compute="_compute_template")
    line_ids = fields.One2many("crm.satisfaction.import.line", "import_id", string="Rows", readonly=True)
    ready_count = fields.Integer(string="To Store", compute="_compute_counts")
    known_count = fields.Integer(string="Stored Before", compute="_compute_counts")
    wrong_count = fields.Integer(string="Wrong", compute="_compute_counts")

    def _compute_template(self):
        self.template = base64.b64encode(answer_file.TEMPLATE.encode("utf-8-sig"))

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for page in self:
            states = page.line_ids.mapped("state")
            page.ready_count, page.known_count, page.wrong_count = map(states.count, ("ready", "known", "wrong"))

    def action_template(self):
        """Download a file to fill in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/template?download=true&filename=scores.csv",
            "target": "download",
        }

    def action_read(self):
        """Show each row of the file with the customer found or what is wrong; nothing is stored yet."""
        self.ensure_one()
        if not self.program_id:
            raise UserError(self.env._("Choose the schedule that the scores belong to."))
        self.program_id.check_access("read")
        if not self.file:
            raise UserError(self.env._("Choose a file first, or download the template."))
        try:
            rows = answer_file.read(base64.b64decode(self.file), self.filename or "")
        except answer_file.WrongFile as error:
            raise UserError(self._wrong_file(str(error))) from error
        self.line_ids = [Command.clear(), *(Command.create(values) for values in self._prepare_lines(rows))]
        return self._reopen()

    def action_store(self):
        """Store the rows that are right; rows stored before are left alone."""
        self.ensure_one()
        self.program_id.check_access("read")
        ready = self.line_ids.filtered(lambda line: line.state == "ready")
        if not ready:
            raise UserError(self.env._("There is no row to store."))
        # Whoever pressed the button twice, or loaded the file in two windows, stores each row once.
        known = self._known(ready.mapped("source_key"))
        ready = ready.filtered(lambda line: line.source_key not in known)
        responses = self.env["crm.satisfaction.response"].sudo()
        for start in range(0, len(ready), STORE_BATCH):
            responses |= responses._record([line._prepare_answer() for line in ready[start : start + STORE_BATCH]])
        self.env["crm.customer"]._trigger_satisfaction()
        action = self.env["crm.customer"]._open_answers_of([("id", "in", responses.ids)])
        return dict(action, name=self.env._("Imported Scores"))

    def _wrong_file(self, reason):
        return {
            "columns": self.env._("The first row must name the columns customer, date and score. See the template."),
            "too_long": self.env._("At most %(rows)s rows a file. Divide it.", rows=answer_file.MAX_ROWS),
        }.get(reason, self.env._("This is no CSV or XLSX file that can be read."))

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Scores"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _prepare_lines(self, rows):
        customers = self._find_customers({row["customer"] for row in rows})
        lines, seen = [], set()
        for row in rows:
            values, wrong = self._judge(row, customers)
            key = values["source_key"]
            wrong = wrong or (key in seen and self.env._("This key is in the file twice."))
            seen.add(key)
            lines.append({**values, "state": "wrong" if wrong else "ready", "note": wrong or False})
        known = self._known(seen)
        for line in lines:
            if line["state"] == "ready" and line["source_key"] in known:
                line["state"] = "known"
        return lines

    def _judge(self, row, customers):
        """Return the values of one row, and in words what is wrong with it."""
        program = self.program_id
        score = scores.parse_score(row["score"], *program._scale())
        moment, when = answer_file.parse_moment(row["date"], program.company_id._crm_today())
        partners = customers.get(row["customer"], self.env["res.partner"])
        if moment:
            zone = pytz.timezone(program.company_id._crm_timezone())
            moment = zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
        wrong = self._what_is_wrong(row, when, partners, score)
        return {
            "number": row["row"],
            "customer": row["customer"],
            "partner_id": len(partners) == 1 and partners.id,
            "answered_at": moment,
            "score": score or 0,
            "score_text": row["score"],
            "comment": row["comment"],
            "source_key": self._source_key(row),
        }, wrong

    def _what_is_wrong(self, row, when, partners, score):
        """Say in words why a row cannot be stored, False when it can; the customer first."""
        if len(partners) > 1:
            return self.env._("%(number)s contacts are called “%(text)s”.", number=len(partners), text=row["customer"])
        if not partners:
            return self.env._("No contact is called “%(text)s”.", text=row["customer"])
        if score is None:
            low, high = self.program_id._scale()
            return self.env._(
                "“%(score)s” is no whole number from %(low)s to %(high)s.", score=row["score"], low=low, high=high
            )
        return {
            "format": self.env._("“%(text)s” is no day like 2019-05-17.", text=row["date"]),
            "old": self.env._("%(text)s is too long ago to be true.", text=row["date"]),
            "future": self.env._("%(text)s has not come yet.", text=row["date"]),
        }.get(when, False)

    def _source_key(self, row):
        """Return the key of a row: its own, or else what it says. The same row is never stored twice."""
        own = row["key"] or hashlib.sha256(repr(sorted(row.items() - {("row", row["row"])})).encode()).hexdigest()
        return f"import:{self.program_id.company_id.id}:{own if row['key'] else f'{self.program_id.id}:{own}'}"

    def _known(self, keys):
        found_sudo = self.env["crm.satisfaction.response"].sudo().search([("source_key", "in", list(keys))])
        return set(found_sudo.mapped("source_key"))

    def _find_customers(self, wanted):
        """Return ``{text: contacts}`` by e-mail address, reference or name, as far as the user sees them.

        A reference beats an address, an address beats a name; contacts of a company stand back behind customers of the
        same name or address.
        """
        partners = self.env["res.partner"].with_context(active_test=False)
        own, found = set(self.env["crm.measure"]._own_partner_ids()), {}
        for name in ("ref", "email_normalized", "name"):
            left = {text for text in wanted if text and text not in found}
            texts = {(text.lower() if name == "email_normalized" else text): text for text in left}
            matches = {}
            domain = [(name, "in", list(texts)), ("company_id", "in", [False, self.program_id.company_id.id])]
            for partner in partners.search(domain):
                if partner.commercial_partner_id.id not in own:
                    matches[partner[name]] = matches.get(partner[name], partners) | partner
            for key, group in matches.items():
                group = group.filtered("active") or group
                tops = group.filtered(lambda partner: partner == partner.commercial_partner_id)
                found[texts[key]] = tops if name != "ref" and tops else group
        return found
