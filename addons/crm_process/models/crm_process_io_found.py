from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql
from odoo.tools.mail import is_html_empty

#: Evidence that is found in the database, and what its query reads.
READS = {
    "attachment": ("ir.attachment", ["res_model", "res_id", "res_field", "name"]),
    "activity": ("mail.message", ["model", "res_id", "mail_activity_type_id"]),
    "meeting": ("calendar.event", ["opportunity_id", "active", "stop"]),
    "quotation": ("sale.order", ["opportunity_id", "state"]),
    "checklist": ("crm.lead.check", ["lead_id", "output_key"]),
    "approval": ("crm.lead.check", ["lead_id", "output_key"]),
}


class CrmProcessIo(models.Model):
    """Where outputs are found: one query for all outputs of all cases of a list."""

    _inherit = "crm.process.io"

    def _get_missing_of(self, required):
        """Return ``[(output, leads that should have it and do not)]``.

        :param required: ``{output: leads}``
        """
        bound = {output: output._get_bound(leads) for output, leads in required.items()}
        found = (
            self.browse()
            .union(*(output for output in bound if output._reads()))
            ._find(self.env["crm.lead"].union(*bound.values()))
        )
        missing = []
        for output, leads in bound.items():
            if output.evidence == "field":
                lacking = output._get_unfilled(leads)
            elif not output._reads():
                lacking = leads.browse()  # its kind of activity was removed: nobody could do it
            else:
                there = found.get(output.id, ())
                # By the id of what is saved, also while a case is edited in a form.
                lacking = leads.filtered(lambda lead, there=there: lead._origin.id not in there)
            missing.append((output, lacking))
        return missing

    def _get_bound(self, leads):
        """Return those of ``leads`` the output is asked of."""
        condition = self._get_condition()
        if condition is None or condition.is_true():
            return leads
        try:
            return leads.filtered_domain(condition)
        except (TypeError, ValueError, AttributeError, KeyError):
            # Where the condition fits no more, like one that names a field that is gone, the output is asked of all:
            # that can be fulfilled, and no case and no document is held up by it.
            return leads

    def _get_unfilled(self, leads):
        field = self.sudo().field_id.name
        if field not in leads._fields:
            return leads.browse()  # removed: nobody could fill it
        html = leads._fields[field].type == "html"
        return leads.filtered(lambda lead: is_html_empty(lead[field]) if html else not lead[field])

    def _reads(self):
        """Tell whether the database is asked for the output."""
        return self.evidence in READS and (self.evidence != "activity" or bool(self.activity_type_id.sudo()))

    def _is_findable(self):
        """Tell whether anybody could still bring the output: its field or kind of activity may have been removed."""
        if self.evidence == "field":
            return self.sudo().field_id.name in self.env["crm.lead"]._fields
        return self._reads()

    def _find(self, leads):
        """Return ``{output id: ids of the leads that have it}``, by one query whatever the number of outputs."""
        if not self or not leads._origin.ids:
            return {}
        ids = SQL("%s", tuple(leads._origin.ids))
        rows = self.env.execute_query(SQL(" UNION ALL ").join(output._found_sql(ids) for output in self))
        found = {}
        for output_id, lead_id in rows:
            found.setdefault(output_id, set()).add(lead_id)
        return found

    def _found_sql(self, leads):
        """Return a SELECT of ``(output id, lead id)`` of those leads that have the output.

        :param leads: SQL of a list of ids or of a subquery
        """
        self.ensure_one()
        if self.evidence == "field":
            return self._filled_sql(leads)
        model, names = READS[self.evidence]
        self.env[model].flush_model(names)
        return getattr(self, f"_{self.evidence}_sql")(SQL("%s::int AS output_id", self.id), leads)

    def _filled_sql(self, leads):
        """Return the leads whose field is filled; as on the form an amount of zero is empty."""
        field = self.env["crm.lead"]._fields[self.sudo().field_id.name]
        filled = Domain(field.name, "not in", [False, 0] if field.type in ("integer", "float", "monetary") else [False])
        Lead = self.env["crm.lead"].sudo().with_context(active_test=False)
        query = Lead._search(filled & Domain("id", "in", leads), order="id", bypass_access=True)
        query.order = None
        return query.select(
            SQL("%s::int AS output_id", self.id), SQL("%s AS lead_id", SQL.identifier(query.table, "id"))
        )

    def _attachment_sql(self, output, leads):
        name = SQL("AND name ILIKE %s", f"%{escape_psql(self.file_name)}%") if self.file_name else SQL()
        return SQL(
            "SELECT %s, res_id AS lead_id FROM ir_attachment"
            " WHERE res_model = 'crm.lead' AND res_field IS NULL AND res_id IN %s %s",
            output,
            leads,
            name,
        )

    def _activity_sql(self, output, leads):
        return SQL(
            "SELECT %s, res_id AS lead_id FROM mail_message"
            " WHERE model = 'crm.lead' AND res_id IN %s AND mail_activity_type_id = %s",
            output,
            leads,
            self.activity_type_id.sudo().id,
        )

    def _meeting_sql(self, output, leads):
        return SQL(
            "SELECT %s, opportunity_id AS lead_id FROM calendar_event"
            " WHERE active AND opportunity_id IN %s AND stop <= %s",
            output,
            leads,
            fields.Datetime.now(),
        )

    def _quotation_sql(self, output, leads):
        return SQL(
            "SELECT %s, opportunity_id AS lead_id FROM sale_order"
            " WHERE opportunity_id IN %s AND state IN ('sent', 'sale')",
            output,
            leads,
        )

    def _checklist_sql(self, output, leads):
        return SQL(
            "SELECT %s, lead_id FROM crm_lead_check WHERE lead_id IN %s AND output_key = %s", output, leads, self.key
        )

    _approval_sql = _checklist_sql
