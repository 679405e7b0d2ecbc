from ast import literal_eval
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmProcessIo(models.Model):
    """How one can see that an output is there: what has to be true before people move an opportunity on."""

    _inherit = "crm.process.io"

    evidence = fields.Selection(
        [
            ("field", "Field Filled"),
            ("attachment", "File Attached"),
            ("activity", "Activity Done"),
            ("meeting", "Meeting Held"),
            ("quotation", "Quotation Sent"),
            ("checklist", "Ticked Off"),
            ("approval", "Approved"),
        ],
        string="Required as",
        help="How one can see that the output is there. People cannot move an opportunity on without it. Empty: the "
        "output is described, and not asked for.",
    )
    condition = fields.Char(default="[]", help="The output is required of these opportunities only.")
    field_id = fields.Many2one(
        "ir.model.fields",
        ondelete="set null",
        groups="crm_segmentation.group_insight_configure",
        domain=[("model", "=", "crm.lead"), ("store", "=", True), ("readonly", "=", False)],
        help="Field that has to be filled. An amount of zero counts as empty.",
    )
    file_name = fields.Char(string="File Name Contains", help="Kind of file, for example contract or .pdf. Empty: any.")
    activity_type_id = fields.Many2one("mail.activity.type", ondelete="set null", help="Kind of activity to be done.")
    group_ids = fields.Many2many(
        "res.groups",
        "crm_process_io_group_rel",
        string="Ticked or Approved By",
        help="Members of these groups tick it off or approve it. Empty: whoever may edit the opportunity.",
    )
    key = fields.Char(
        default=lambda self: uuid4().hex,
        readonly=True,
        help="Stays the same from version to version, so that what was ticked off stays ticked off.",
    )

    @api.constrains("evidence", "field_id", "activity_type_id", "condition", "kind")
    def _check_evidence(self):
        for output in self.filtered("evidence"):
            lacking = (output.evidence == "field" and not output.sudo().field_id) or (
                output.evidence == "activity" and not output.activity_type_id
            )
            if output.kind != "output" or lacking or not output._fits_cases():
                raise ValidationError(
                    self.env._(
                        "“%(name)s”: only an output can be required; choose its field or its kind of activity, and a "
                        "condition that fits opportunities.",
                        name=output.name,
                    )
                )

    def _get_condition(self):
        """Return the condition as a domain; None where it does not fit (any more)."""
        try:
            domain = Domain(literal_eval(self.condition or "[]"))
            domain.validate(self.env["crm.lead"])
        except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
            return None
        return domain

    def _fits_cases(self):
        """Tell whether the condition can be asked of an opportunity: its fields are there, and its values compare."""
        condition = self._get_condition()
        try:
            return condition is not None and self.env["crm.lead"].new().filtered_domain(condition) is not None
        except (TypeError, ValueError, AttributeError, KeyError):
            return False

    def _may_check(self, user):
        """Tell whether ``user`` may tick the output off, or approve it."""
        return self.evidence in ("checklist", "approval") and (
            not self.group_ids or bool(self.group_ids & user.all_group_ids)
        )

    def _describe_missing(self):
        """Return what is missing, as a person would say it."""
        self.ensure_one()
        name = self.name
        if self.evidence == "field":
            return self.env._(
                "%(output)s: fill in “%(field)s”", output=name, field=self.sudo().field_id.field_description
            )
        if self.evidence == "attachment":
            if self.file_name:
                return self.env._("%(output)s: attach a file named “%(kind)s”", output=name, kind=self.file_name)
            return self.env._("%(output)s: attach the file", output=name)
        if self.evidence == "activity":
            activity = self.activity_type_id.sudo().name
            return self.env._("%(output)s: do the activity “%(activity)s”", output=name, activity=activity)
        texts = {
            "meeting": self.env._("%(output)s: hold the meeting", output=name),
            "quotation": self.env._("%(output)s: send the quotation", output=name),
            "checklist": self.env._("%(output)s: tick it off", output=name),
        }
        who = ", ".join(self.group_ids.sudo().mapped("full_name")) or self.env._(
            "somebody who may edit the opportunity"
        )
        return texts.get(self.evidence) or self.env._("%(output)s: approval by %(who)s", output=name, who=who)
