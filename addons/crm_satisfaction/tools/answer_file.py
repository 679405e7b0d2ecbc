"""Files of historic scores: bytes in, rows of text out, and what a cell means."""

import csv
import io
from datetime import datetime
from zipfile import BadZipFile

COLUMNS = ("key", "customer", "date", "score", "comment")
TEMPLATE = (
    "key,customer,date,score,comment\r\n"
    "2019-001,Azure Interior,2019-05-17,9,Quick and friendly\r\n"
    "2019-002,anna@example.com,2019-05-18 14:30,6,\r\n"
)
#: Before this year nobody recorded such scores; spreadsheets turn empty and broken cells into days of 1900.
FIRST_YEAR = 1990
MAX_ROWS = 20_000


class WrongFile(ValueError):
    """The file as a whole cannot be read; the reason is one of a few words."""


def read(content, name=""):
    """Return the rows of a CSV or XLSX file, each as a dict of text with the keys of ``COLUMNS``.

    The first row names the columns, in any order and case; ``key`` and ``comment`` may be missing. Empty rows are left
    out. Delimiters ``,``, ``;`` and TAB are told apart by the first row.

    :raise WrongFile: ``unreadable``, ``columns`` or ``too_long``

    >>> read("Score;Customer;Date\\n7;Ann;2020-01-02\\n;;\\n".encode())
    [{'key': '', 'customer': 'Ann', 'date': '2020-01-02', 'score': '7', 'comment': '', 'row': 2}]
    >>> [row["customer"] for row in read(TEMPLATE.encode("utf-8-sig"))]
    ['Azure Interior', 'anna@example.com']
    >>> read(b"Name,Day")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    WrongFile: columns
    """
    rows = _xlsx_rows(content) if name.lower().endswith(".xlsx") else _csv_rows(content)
    header = [str(cell or "").strip().lower() for cell in next(rows, ())]
    if not {"customer", "date", "score"} <= set(header):
        raise WrongFile("columns")
    found = []
    for number, cells in enumerate(rows, 2):
        texts = dict(zip(header, (_text(cell) for cell in cells), strict=False))
        row = {column: texts.get(column, "") for column in COLUMNS}
        if any(row.values()):
            found.append({**row, "row": number})
        if len(found) > MAX_ROWS:
            raise WrongFile("too_long")
    return found


def _csv_rows(content):
    for encoding in ("utf-8-sig", "gb18030", "latin-1"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if "\x00" in text:
        raise WrongFile("unreadable")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise WrongFile("unreadable") from error


def _xlsx_rows(content):
    from openpyxl import load_workbook  # only who imports such a file needs it

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        yield from sheet.iter_rows(values_only=True)
    except (BadZipFile, OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise WrongFile("unreadable") from error


def _text(cell):
    """Return a cell as text: whole numbers without a decimal point, days as ISO dates.

    >>> [_text(cell) for cell in (None, 7.0, 7.5, True, datetime(2020, 1, 2, 3, 4), " a ")]
    ['', '7', '7.5', 'True', '2020-01-02 03:04:00', 'a']
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "").strip()


def parse_moment(text, today):
    """Return (moment, what is wrong with it): ``format``, ``old`` or ``future``.

    A day without an hour is taken at noon, so that it stays that day almost everywhere.

    >>> from datetime import date
    >>> day = date(2026, 11, 28)
    >>> parse_moment("2019-05-17", day)
    (datetime.datetime(2019, 5, 17, 12, 0), None)
    >>> parse_moment("2019-05-17 14:30", day)[0].hour
    14
    >>> [parse_moment(text, day)[1] for text in ("1900-01-01", "2026-11-29", "17.05.2019", "", "2019-02-30")]
    ['old', 'future', 'format', 'format', 'format']
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, "format"
    moment = moment.replace(tzinfo=None)
    if len(text) <= 10:
        moment = moment.replace(hour=12)
    if moment.year < FIRST_YEAR:
        return None, "old"
    return (None, "future") if moment.date() > today else (moment, None)
