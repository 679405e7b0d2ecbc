"""The agreement with the ledger as a spreadsheet in which no text can become a formula or a link."""

from io import BytesIO

#: What users typed stays text: nothing in a cell is run by whoever opens the file.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def agreement(sheet, title, decimals):
    """Return the bytes of a workbook with heading, one row per account, totals and signature."""
    import xlsxwriter  # only whoever downloads pays for it

    stream = BytesIO()
    workbook = xlsxwriter.Workbook(stream, OPTIONS)
    page = workbook.add_worksheet(title[:31])
    bold = workbook.add_format({"bold": True})
    head = workbook.add_format({"bold": True, "bottom": 1, "align": "right", "text_wrap": True})
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    money = workbook.add_format({"num_format": number})
    total = workbook.add_format({"num_format": number, "bold": True, "top": 1})
    line = _pairs(page, 0, sheet["heading"], bold) + 1
    page.write_string(line, 0, sheet["group"], bold)
    for column, label in enumerate(sheet["columns"].values(), 1):
        page.write_string(line, column, label, head)
    page.freeze_panes(line + 1, 1)
    for row in [*sheet["rows"], sheet["totals"]]:
        line += 1
        last = row is sheet["totals"]
        page.write_string(line, 0, row["label"] or "", bold if last else None)
        for column, name in enumerate(sheet["columns"], 1):
            page.write_number(line, column, row[name], total if last else money)
    _pairs(page, line + 2, sheet["signature"], bold)
    page.set_column(0, 0, 34)
    page.set_column(1, len(sheet["columns"]), 16)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    workbook.close()
    return stream.getvalue()


def _pairs(page, line, pairs, bold):
    """Write label and text below each other and return the line after them."""
    for label, text in pairs:
        page.write_string(line, 0, label, bold)
        page.write_string(line, 1, text or "")
        line += 1
    return line
