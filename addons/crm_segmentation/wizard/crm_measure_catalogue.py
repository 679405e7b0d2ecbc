from odoo import Command, api, fields, models

from ..catalogue import FAMILIES


class CrmMeasureCatalogue(models.TransientModel):
    """The page with the ready indicators for the apps this database uses; creates the chosen ones in one click."""

    _name = "crm.measure.catalogue"
    _description = "Indicator Catalogue"

    line_ids = fields.One2many("crm.measure.catalogue.line", "catalogue_id")

    @api.model
    def action_open(self):
        """Look at the apps of this database and open the page."""
        catalogue = self.create({})
        catalogue.line_ids = [Command.create(values) for values in self._prepare_lines()]
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_measure_catalogue_line_action")
        return {
            **action,
            "domain": [("catalogue_id", "=", catalogue.id)],
            "context": {"crm_catalogue_id": catalogue.id, "group_by": ["family"]},
        }

    @api.model
    def _families(self):
        """Return the modules of the catalogue with ``FAMILY`` and ``ENTRIES``; other addons may add theirs."""
        return FAMILIES

    @api.model
    def _entries(self):
        """Return ``{code: entry}`` of everything this database has the documents and fields for."""
        entries = {entry.code: entry for family in self._families() for entry in family.ENTRIES}
        return {code: entry for code, entry in entries.items() if self._exists(entry, entries)}

    @api.model
    def _exists(self, entry, entries):
        """Say whether the apps behind an entry are there: its models, and every field it reads."""
        if not all(self._exists(entries[code], entries) for code in entry.components):
            return False
        if not all(name in self.env.registry for name in entry.models):
            return False
        return all(self._leads_somewhere(entry.model, path) for path in entry.paths)

    @api.model
    def _leads_somewhere(self, model_name, path):
        for part in path.split("."):
            field = model_name and self.env[model_name]._fields.get(part)
            if not field:
                return False
            model_name = field.comodel_name
        return True

    @api.model
    def _may_read(self, entry, entries):
        """Say whether the user may read what an entry counts; nobody creates an indicator that counts nothing."""
        if entry.components:
            return all(self._may_read(entries[code], entries) for code in entry.components)
        model = self.env[entry.model]
        return model.has_access("read") and all(
            model._has_field_access(model._fields[path.split(".")[0]], "read") for path in entry.paths
        )

    @api.model
    def _prepare_lines(self):
        """Return the values of one line per entry, the apps in the order of the catalogue."""
        entries = self._entries()
        measures = self._existing()
        lines = []
        for family in self._families():
            for entry in family.ENTRIES:
                if entry.code not in entries:
                    continue
                measure = measures.get(entry.code)
                state = "created" if measure else "new" if self._may_read(entry, entries) else "refused"
                lines.append(
                    {
                        "code": entry.code,
                        "family": self._text(family.FAMILY),
                        "name": self._text(entry.name),
                        "description": self._text(entry.description),
                        "unit": self._unit(entry),
                        "recommended": entry.recommended,
                        "state": state,
                        "chosen": entry.recommended and state == "new",
                        "measure_id": measure and measure.id,
                    }
                )
        return lines

    def _text(self, text, lang=None):
        """Return a text of the catalogue in a language, that of the user by default."""
        if isinstance(text, str):
            return text
        return (self.with_context(lang=lang) if lang else self).env._(text)

    def _unit(self, entry):
        if entry.values.get("is_monetary"):
            return self.env.company.currency_id.symbol
        return self._text(entry.unit)

    @api.model
    def _existing(self):
        """Return ``{code: indicator}`` of all indicators there are, archived ones included."""
        measures = self.env["crm.measure"].sudo().with_context(active_test=False)
        return {measure.code: measure for measure in measures.search([("code", "!=", False)])}

    @api.model
    def _create_measures(self, codes):
        """Create the indicators of the catalogue that do not exist yet, ratios after what they divide.

        They are reviewed when a system administrator creates them; otherwise they count what their creator sees.
        """
        entries = self._entries()
        codes = [code for code in codes if code in entries]
        wanted = [component for code in codes for component in entries[code].components] + list(codes)
        existing = self._existing()
        created = self.env["crm.measure"]
        for code in dict.fromkeys(wanted):
            if code not in existing:
                values = self._prepare_measure(entries[code], existing)
                existing[code] = self.env["crm.measure"].with_context(lang="en_US").create(values)
                self._translate(existing[code], entries[code])
                created += existing[code]
        return created.with_env(self.env)

    @api.model
    def _prepare_measure(self, entry, existing):
        """Return the values of a new indicator; ``existing`` has what a ratio divides."""
        values = {
            "code": entry.code,
            "name": self._text(entry.name, "en_US"),
            "description": self._text(entry.description, "en_US"),
            "unit": self._text(entry.unit, "en_US") or False,
            "group_ids": [Command.set(self._groups(entry).ids)],
            "sequence": 100 + 10 * list(self._entries()).index(entry.code),
            "reviewed": self.env["crm.measure"]._is_administrator(),
        }
        if entry.components:
            numerator, denominator = (existing[code] for code in entry.components)
            groups = numerator.group_ids | denominator.group_ids
            return {
                **values,
                "kind": "ratio",
                "numerator_id": numerator.id,
                "denominator_id": denominator.id,
                "group_ids": [Command.set(groups.ids)],
                "as_percentage": True,
            }
        model_id = self.env["ir.model"].sudo()._get_id(entry.model)
        return {**values, "kind": "documents", "model_id": model_id, "domain": entry.domain, **entry.values}

    @api.model
    def _groups(self, entry):
        """Return the groups that may see the values; none for everybody with Customer Insight."""
        groups = self.env["res.groups"].union(
            *(self.env.ref(name, raise_if_not_found=False) or self.env["res.groups"] for name in entry.groups)
        )
        return groups if groups or not entry.groups else self.env.ref("base.group_system")

    @api.model
    def _translate(self, measure, entry):
        """Name the indicator in every language of the database, and not only in that of its creator."""
        for lang, _name in self.env["res.lang"].get_installed():
            if lang == "en_US":
                continue
            for name in ("name", "description", "unit"):
                if text := getattr(entry, name):
                    measure.with_context(lang=lang)[name] = self._text(text, lang)


class CrmMeasureCatalogueLine(models.TransientModel):
    _name = "crm.measure.catalogue.line"
    _description = "Entry of the Indicator Catalogue"
    _order = "id"

    catalogue_id = fields.Many2one("crm.measure.catalogue", required=True, ondelete="cascade", index=True)
    code = fields.Char(required=True, readonly=True)
    family = fields.Char(string="App", readonly=True)
    name = fields.Char(string="Indicator", readonly=True)
    description = fields.Char(string="What It Counts", readonly=True)
    unit = fields.Char(readonly=True)
    recommended = fields.Boolean(readonly=True)
    state = fields.Selection(
        [("new", "Not created"), ("created", "Already there"), ("refused", "You may not read these documents")],
        string="Status",
        readonly=True,
    )
    chosen = fields.Boolean(string="Create")
    measure_id = fields.Many2one("crm.measure", readonly=True)

    def action_create_chosen(self):
        """Create the indicators that are switched on, or those the user marked in the list, and show them."""
        lines = self or self.search(
            [("catalogue_id", "=", self.env.context.get("crm_catalogue_id")), ("chosen", "=", True)]
        )
        catalogue = self.env["crm.measure.catalogue"]
        created = catalogue._create_measures(lines.filtered(lambda line: line.state == "new").mapped("code"))
        if not created:
            return self._notify("warning", self.env._("Nothing to create: switch on the indicators you want."))
        self.env["crm.job"]._trigger_chain()
        lines.write({"state": "created", "chosen": False})
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_measure_action")
        action["domain"] = [("id", "in", created.ids)]
        return self._notify("success", self._summary(created), next_action=action)

    def _summary(self, created):
        """Say what was created and what happens next."""
        if created.filtered("reviewed"):
            return self.env._("%(count)s indicators created. Their values appear in a few minutes.", count=len(created))
        return self.env._(
            "%(count)s indicators created. They count what you may see, and feed no profile, segment or cost until a "
            "system administrator reviews them.",
            count=len(created),
        )

    def _notify(self, kind, message, next_action=None):
        params = {"type": kind, "message": message, "next": next_action}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    def action_open_measure(self):
        """Open the indicator that exists already."""
        self.ensure_one()
        return self.measure_id.get_formview_action()
