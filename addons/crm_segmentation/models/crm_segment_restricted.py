"""Segments built on figures that only some may see: only they see the segment, and who is in it."""

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_segment import DEFINITION
from .res_partner import READ_GROUP


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    restriction_ids = fields.One2many(
        "crm.segment.restriction",
        "segment_id",
        string="Only Seen by",
        readonly=True,
        copy=False,
        help="Built on what only these groups may see: nobody else sees the segment or its members.",
    )
    is_restricted = fields.Boolean(
        compute="_compute_is_restricted", help="Built on figures that only some may see; so is who is in it."
    )

    @api.depends("restriction_ids")
    def _compute_is_restricted(self):
        for segment in self:
            segment.is_restricted = bool(segment.sudo().restriction_ids)

    def _is_restricted(self):
        """Return those that only some may see."""
        return self.filtered(lambda segment: segment.sudo().restriction_ids)

    @api.model_create_multi
    def create(self, vals_list):
        segments = super().create(vals_list)
        segments._restrict()
        return segments

    def write(self, vals):
        result = super().write(vals)
        if {*DEFINITION, "active"} & vals.keys():
            self._restrict()
        return result

    def _restrict(self, check=True):
        """Note who may see these segments, and those built on them.

        Where only the first rule that fits counts, being in one segment says that the earlier ones do not fit: all
        segments of such a segmentation are seen by the same people.
        """
        every = self.env["crm.segment"].sudo().with_context(active_test=False).search([])
        models = {}
        needs = {segment: segment._own_requirements(models) for segment in every}
        nodes = every.grouped(lambda segment: segment._node())
        changed = True
        while changed:
            changed = False
            for segment in every:
                wanted = set(needs[segment])
                for other in segment.within_ids | segment.without_ids:
                    wanted |= needs[other]
                if segment.kind != "overlapping":
                    wanted = wanted.union(*(needs[other] for other in nodes[segment._node()]))
                changed = changed or wanted != needs[segment]
                needs[segment] = wanted
        for segment in every:
            segment._note_requirements(needs[segment])
        if check:
            every.scheme_id._check_card_open()

    def _note_requirements(self, wanted):
        """Bring the restrictions of one segment in line, writing only what differs."""
        known = {(frozenset(line.group_ids.ids), line.because): line for line in self.restriction_ids}
        gone = self.env["crm.segment.restriction"].union(*(known[want] for want in known.keys() - wanted)).sudo()
        if gone:
            self._begin_anew(gone)
        self.env["crm.segment.restriction"].sudo().create(
            [
                {"segment_id": self.id, "group_ids": [Command.set(list(groups))], "because": because}
                for groups, because in sorted(wanted - known.keys(), key=lambda want: want[1])
            ]
        )

    def _begin_anew(self, restrictions):
        """Keep the past of a rule that was opened to those who could see it: its stays end, and begin anew tonight."""
        versions = self.env["crm.segment.version"].sudo().search([("segment_id", "=", self.id)])
        restrictions.write({"segment_id": False, "version_ids": [Command.set(versions.ids)]})
        if not versions:
            restrictions.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_segment_member m SET date_to = GREATEST(m.date_from, today.day) FROM (%s) today"
                " WHERE m.company_id = today.company_id AND m.segment_id = %s AND m.date_to IS NULL",
                self.env["res.company"]._crm_todays_sql(),
                self.id,
            )
        )
        self.env.cr.execute(SQL("DELETE FROM crm_segment_pending WHERE segment_id = %s", self.id))
        self.sudo().filled_company_ids = [Command.clear()]
        self.env["crm.segment.member"].invalidate_model()
        self.env["crm.segment.layout"].sudo()._forget()

    # What a rule is built on

    def _own_requirements(self, models):
        """Return {(ids of groups, why)} of what this segment's own rule is built on.

        :param dict models: what is known already of who may read which documents
        """
        if self.kind == "rank":
            return set()
        found = set()
        for measure in self.condition_ids.measure_id._restricted():
            for part in measure | measure.numerator_id | measure.denominator_id:
                if part.group_ids:
                    found.add((frozenset(part.group_ids.ids), part.name))
        for text in self._filters():
            try:
                domain = self._read_filter(text, self.name)
            except ValidationError:
                continue  # a rule that cannot be read finds nobody
            found |= self._domain_requirements(self.env["crm.customer"], domain, models)
        return found

    @api.model
    def _domain_requirements(self, model, domain, models):
        found = set()
        for leaf in domain.iter_conditions():
            comodel = model
            for part in leaf.field_expr.split("."):
                field = comodel._fields.get(part)
                if field is None:
                    break
                found |= self._field_requirements(comodel, field)
                if not field.relational:
                    break
                comodel = self.env[field.comodel_name]
                if comodel._name not in models:
                    models[comodel._name] = self._model_requirements(comodel)
                found |= models[comodel._name]
            if leaf.operator in ("any", "not any"):
                found |= self._domain_requirements(comodel, Domain(leaf.value), models)
        return found

    @api.model
    def _field_requirements(self, model, field):
        """Return what a field's own groups ask of its readers, unless everybody with Customer Insight is in one."""
        if not field.groups:
            return set()
        groups = self.env["res.groups"].union(
            *(self.env.ref(name.strip(), raise_if_not_found=False) or self.env["res.groups"]
              for name in field.groups.split(",") if not name.strip().startswith("!"))
        )  # fmt: skip
        if groups & self._reader_groups():
            return set()
        return {(frozenset(groups.ids), field._description_string(self.env))}

    @api.model
    def _model_requirements(self, model):
        """Return the groups that may read all documents of a kind, unless everybody with Customer Insight may."""
        found = set()
        lines = self.env["ir.model.access"].search([("model_id.model", "=", model._name), ("perm_read", "=", True)])
        if all(line.group_id for line in lines) and not lines.group_id & self._reader_groups():
            found.add((frozenset(lines.group_id.ids), model._description))
        if everything := self._groups_that_see_all(model):
            found.add((frozenset(everything.ids), self.env._("all %(documents)s", documents=model._description)))
        return found

    @api.model
    def _groups_that_see_all(self, model):
        """Return the groups of employees with all documents of a kind, where others see only their own."""
        rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("perm_read", "=", True)])
        employee = self.env.ref("base.group_user")
        own, everything = self.env["res.groups"], self.env["res.groups"]
        for rule in rules.filtered("groups"):
            groups = rule.groups.filtered(lambda group: employee in group.all_implied_ids)
            if (rule.domain_force or "[]").replace(" ", "") in ("[]", "[(1,'=',1)]", '[(1,"=",1)]'):
                everything |= groups
            else:
                own |= groups
        return everything if own - everything else everything.browse()

    @api.model
    def _reader_groups(self):
        return self.env.ref(READ_GROUP).sudo().all_implied_ids
