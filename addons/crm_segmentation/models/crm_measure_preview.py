"""What an indicator finds while it is being written: figures and examples, with the rights of whoever looks."""

import json
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from .crm_measure import DEFINITION
from .crm_preview_mixin import PREVIEW_SECONDS

PREVIEW_EXAMPLES = 10
#: PostgreSQL's estimate, in pages read, from which computing takes long enough to say so.
COSTLY = 500_000


class CrmMeasure(models.Model):
    _name = "crm.measure"
    _inherit = ["crm.measure", "crm.preview.mixin"]

    preview_html = fields.Html(
        string="Preview",
        compute="_compute_preview_html",
        sanitize=False,  # made by our own template, which escapes what users typed
        help="What the indicator finds now, for you, in your current company. Nothing is saved.",
    )

    missing_rate_ids = fields.One2many("crm.measure.missing.rate", "measure_id", string="Missing Exchange Rates")

    @api.depends(*DEFINITION, "sign", "is_monetary", "unit", "window_days", "as_percentage")
    @api.depends_context("uid", "company", "lang")
    def _compute_preview_html(self):
        started = time.monotonic()
        for measure in self:
            if time.monotonic() - started > 2 * PREVIEW_SECONDS:
                # A form shows one; whoever reads all fields of many waits no longer than for the slowest of them.
                measure.preview_html = False
                continue
            values = measure._as_viewer()._preview_values()
            measure.preview_html = self.env["ir.qweb"]._render("crm_segmentation.crm_measure_preview", values)

    def _as_viewer(self):
        """Return a copy in memory that counts what the viewer may see: nobody learns more than that from a preview."""
        names = (*DEFINITION, "name", "sign", "is_monetary", "unit", "window_days", "as_percentage")
        values = {name: self[name].id if self._fields[name].relational else self[name] for name in names}
        viewer = self.env["crm.measure"].with_env(self.env(su=False)).new({**values, "owner_id": self.env.uid})
        viewer.reviewed = False
        return viewer

    def _preview_values(self):
        """Return what the template shows: figures and examples, or why there are none, in words."""
        company = self.env.company
        values = {"where": self.env._("What you may see in %(company)s, as of now.", company=company.name)}
        if self.kind == "documents" and not self.model_id:
            return {**values, "hint": self.env._("Choose the documents to see what the indicator finds.")}
        compute = self._preview_ratio if self.kind == "ratio" else self._preview_documents
        return self._preview_safely(values, compute)

    # Counted from documents

    def _preview_documents(self):
        """Return rows found, customers, figures and examples of the viewer's current company."""
        self._check_preview()
        rows = self._preview_rows_sql()
        summary = self._preview_summary(rows)
        examples = self._preview_examples(rows) if summary["documents"] else []
        return {**summary, "examples": examples, "amounts": any(example["amount"] for example in examples)}

    def _check_preview(self):
        """Check the definition; without a name the sentences still need a subject."""
        self.name = self.name or self.env._("this indicator")
        if not self.env[self.model_name].has_access("read"):
            raise AccessError(self.model_name)
        self._check_definition()

    def _preview_rows_sql(self):
        """Return a SELECT of the documents of the current company, and of those that belong to no company."""
        passes = [self.env.company] if self.company_path else []
        if not passes or not self._needs_company():
            passes.append(self.env["res.company"])
        return SQL(" UNION ALL ").join(SQL("(%s)", self._documents_sql(companies)) for companies in passes)

    def _preview_summary(self, rows):
        start, today, _before = self._window(self.env.company)
        query = SQL(
            "SELECT COUNT(DISTINCT doc.document_id), COUNT(DISTINCT doc.partner_id), MIN(doc.day), MAX(doc.day), %s, %s"
            " FROM (%s) doc WHERE doc.day <= %s",
            self._aggregate_sql(),
            self._aggregate_sql(SQL("doc.day >= %s", start)),
            rows,
            today,
        )
        cost = self._preview_query(SQL("EXPLAIN (FORMAT JSON) %s", query))[0][0]
        cost = json.loads(cost) if isinstance(cost, str) else cost
        documents, customers, first, last, total, window = self._preview_query(query)[0]
        return {
            "costly": cost[0]["Plan"]["Total Cost"] > COSTLY,
            "documents": documents,
            "customers": customers,
            "figure": self._preview_figure(total),
            "figure_window": self._preview_figure(window),
            **self._preview_sentences(documents, customers, first, last, total, window),
        }

    def _preview_examples(self, rows):
        """Return the latest documents, each with a link, its day, customer and amount."""
        query = SQL(
            "SELECT doc.document_id, doc.partner_id, doc.day, doc.amount FROM (%s) doc WHERE doc.day <= %s"
            " ORDER BY doc.day DESC, doc.document_id DESC, doc.partner_id LIMIT %s",
            rows,
            self._window(self.env.company)[1],
            PREVIEW_EXAMPLES,
        )
        found = self._preview_query(query)
        documents = self.env[self.model_name].with_context(active_test=False)
        customers = self.env["res.partner"].browse(row[1] for row in found)._filtered_access("read")
        return [
            {
                **self._preview_link(documents.browse(document)),
                "day": format_date(self.env, day),
                "customer": customers.browse(partner).display_name if partner in customers._ids else "",
                "amount": self._preview_amount(amount),
            }
            for document, partner, day, amount in found
        ]

    def _preview_link(self, document):
        """Return name and address of a document, or of the document behind a row of a view."""
        action = document.get_formview_action()
        model, record = action["res_model"], document
        if model != document._name:
            record = self.env[model].browse(action["res_id"])
        if not record.has_access("read"):
            return {"name": self.env._("Document %(number)s", number=record.id), "url": False}
        path = model if "." in model else f"m-{model}"
        return {"name": record.display_name or str(record.id), "url": f"/odoo/{path}/{record.id}"}

    # Ratios

    def _preview_ratio(self):
        """Return the figures of both indicators and their quotient."""
        self.name = self.name or self.env._("this indicator")
        problem = self._ratio_problem()
        if problem:
            raise UserError(problem)
        self._check_ratio_windows()
        parts = []
        for part in (self.numerator_id, self.denominator_id):
            viewer = part._as_viewer()
            viewer._check_preview()
            numbers = viewer._preview_numbers()
            parts.append(
                {"name": part.name, "numbers": numbers, "figures": [viewer._preview_figure(n) for n in numbers]}
            )
        quotients = [
            self._preview_quotient(above, below)
            for above, below in zip(parts[0]["numbers"], parts[1]["numbers"], strict=True)
        ]
        return {**self._preview_headings(parts), "parts": parts, "figure": quotients[0], "figure_window": quotients[1]}

    def _preview_numbers(self):
        """Return the figure over all documents and over the window that ends today."""
        start, today, _before = self._window(self.env.company)
        columns = (self._aggregate_sql(), self._aggregate_sql(SQL("doc.day >= %s", start)))
        query = SQL("SELECT %s, %s FROM (%s) doc WHERE doc.day <= %s", *columns, self._preview_rows_sql(), today)
        return [number or 0 for number in self._preview_query(query)[0]]

    def _preview_quotient(self, above, below):
        if not below:
            return self.env._("nothing to divide by")
        quotient = float(above) / float(below)
        if self.as_percentage:
            return f"{self._preview_number(100 * quotient)} %"
        return f"{self._preview_number(quotient)} {self.unit or ''}".strip()
