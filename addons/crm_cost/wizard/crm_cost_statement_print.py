"""The statement on paper and in a spreadsheet."""

import io

import xlsxwriter

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.crm_segmentation.tools.export import plain_cell

#: Columns of the sheet: field, width, kind of number.
COLUMNS = (
    ("name", 36, None),
    ("quantity", 12, "number"),
    ("unit_cost", 12, "number"),
    ("amount", 16, "money"),
    ("amount_before", 16, "money"),
    ("difference", 16, "money"),
    ("change", 10, "percent"),
)


class CrmCostStatement(models.TransientModel):
    _inherit = "crm.cost.statement"

    def action_print(self):
        """Print the statement."""
        self._check_customer()
        return self.env.ref("crm_cost.action_report_statement").report_action(self)

    def action_export(self):
        """Save the statement as a spreadsheet."""
        self._check_customer()
        return {"type": "ir.actions.act_url", "url": f"/crm_cost/statement/{self.id}.xlsx", "target": "download"}

    def _check_customer(self):
        if not (self.partner_id and self.line_ids):
            raise UserError(self.env._("Choose a customer and a month first."))

    def _file_name(self):
        return f"{self.partner_id.commercial_partner_id.name} {self.months}".replace("/", "-")

    def _columns(self):
        """Return ``[(field, words, width, kind)]`` of what is shown; without a span before, nothing of it."""
        words = {
            "name": self.env._("Level"),
            "quantity": self.env._("Quantity"),
            "unit_cost": self.env._("Unit cost"),
            "amount": self.months,
            "amount_before": self.months_before,
            "difference": self.env._("Difference"),
            "change": self.env._("Change"),
        }
        hidden = {"amount_before", "difference", "change"} if self.against == "none" else set()
        return [(name, words[name], width, kind) for name, width, kind in COLUMNS if name not in hidden]

    def _below(self):
        """Return ``[(words, value, kind)]`` of what stands below the levels."""
        return [
            (self.env._("Return on service"), self.return_on_service if self.is_served else "-", "number"),
            (
                self.env._("Rank"),
                self.env._("%(rank)s of %(count)s", rank=self.rank or "-", count=self.customer_count),
                None,
            ),
            (self.env._("Tenth of the customers (1 holds the best)"), self.tenth or "-", "count"),
            (self.env._("Receivable today"), self.receivable, "money"),
            (self.env._("Overdue today"), self.overdue, "money"),
            (self.env._("Invoiced revenue, by invoice date"), self.invoiced, "money"),
        ]

    def _xlsx(self):
        """Return the statement as a spreadsheet: figures only, no formula, and no text that could become one."""
        buffer = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(buffer, options) as book:
            sheet = book.add_worksheet(self.env._("Statement")[:31])
            if self.env["res.lang"]._get_data(code=self.env.user.lang).direction == "rtl":
                sheet.right_to_left()
            self._write_sheet(sheet, self._formats(book))
        return buffer.getvalue()

    def _formats(self, book):
        """Return ``{(kind, bold): format}``."""
        decimals = self.currency_id.decimal_places
        money = "#,##0" + ("." + "0" * decimals if decimals else "")
        kinds = {None: "@", "money": money, "number": "#,##0.00", "percent": "0.0%", "count": "0"}
        return {
            (kind, bold): book.add_format({"num_format": number, "bold": bold, "top": int(bold)})
            for kind, number in kinds.items()
            for bold in (False, True)
        }

    def _write_sheet(self, sheet, formats):
        columns = self._columns()
        head = (self.partner_id.commercial_partner_id.name, self.company_id.name, self.months, self.currency_id.name)
        for row, words in enumerate(head):
            sheet.write_string(row, 0, plain_cell(words or ""))
        row = len(head) + 1
        for column, (_name, words, width, _kind) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(row, column, plain_cell(words or ""), formats[None, True])
        sheet.freeze_panes(row + 1, 1)
        for line in self.line_ids:
            row += 1
            for column, (name, _words, _width, kind) in enumerate(columns):
                self._write_cell(sheet, row, column, line._shown(name), formats[kind, not line.level])
        row += 1
        for words, value, kind in self._below():
            row += 1
            self._write_cell(sheet, row, 0, words, formats[None, False])
            self._write_cell(sheet, row, 3, value, formats[kind, False])
        for words in (*(self.reasons or "").splitlines(), *(self.method or "").splitlines()):
            row += 1
            sheet.write_string(row, 0, plain_cell(words))

    def _write_cell(self, sheet, row, column, value, cell_format):
        if value == "":
            sheet.write_blank(row, column, None, cell_format)
        elif isinstance(value, str):
            sheet.write_string(row, column, plain_cell(value), cell_format)
        else:
            sheet.write_number(row, column, value, cell_format)
