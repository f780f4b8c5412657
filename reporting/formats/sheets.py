"""Excel workbooks, a row in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reporting.catalog import Column
from reporting.cells import sheet_cells
from reporting.formats.answer import BATCH_ROWS, Answer

# Excel's own limits: rows of a sheet, the header included, and characters of a cell.
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
_CUT = "… (cut)"
_SAMPLED_ROWS = 200
_WIDEST = 60


def write_workbook(
    answer: Answer, sink: IO[bytes], *, sheet_rows: int = SHEET_ROWS
) -> int:
    """Write sheets of the report and one about it; return how many rows.

    Instants are real dates, the wall clock of the reader's zone: Excel has no zones.
    """
    columns = answer.question.report.columns
    book = xlsxwriter.Workbook(
        sink,
        {
            "constant_memory": True,
            "remove_timezone": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    try:
        sheets = _Sheets(book, columns)
        rows = _rows(answer)
        sample = list(islice(rows, _SAMPLED_ROWS))
        widths = [_width(column, sample, i) for i, column in enumerate(columns)]
        pending = chain(sample, rows)
        count = 0
        while True:
            written = sheets.write(pending, widths, sheet_rows - 1)
            count += written
            if written < sheet_rows - 1:
                break
        _write_about(book, answer, count, sheets.cut_count)
    finally:
        book.close()
    return count


class _Sheets:
    """The workbook's sheets of rows, one after the other."""

    def __init__(self, book: xlsxwriter.Workbook, columns: tuple[Column, ...]) -> None:
        self._book = book
        self._columns = columns
        self._header: Format = book.add_format({"bold": True, "bottom": 1})
        self._instant: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheets = 0
        self.cut_count = 0

    def write(
        self, rows: Iterator[tuple[Any, ...]], widths: list[int], limit: int
    ) -> int:
        """Fill one new sheet; return how many rows it took.

        A sheet that would be empty is made only when it is the first.
        """
        page = islice(rows, limit)
        first = next(page, None)
        if first is None and self._sheets:
            return 0
        sheet = self._new_sheet(widths)
        written = 0
        for row in chain([first] if first is not None else [], page):
            written += 1
            for position, value in enumerate(row):
                self._write_cell(sheet, written, position, value)
        sheet.autofilter(0, 0, written, len(self._columns) - 1)
        return written

    def _new_sheet(self, widths: list[int]) -> Worksheet:
        self._sheets += 1
        sheet = self._book.add_worksheet(f"rows {self._sheets}")
        sheet.freeze_panes(1, 0)
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        for position, column in enumerate(self._columns):
            sheet.write_string(0, position, column.name, self._header)
        return sheet

    def _write_cell(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._instant)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value)
        else:
            text = str(value)
            if len(text) > CELL_CHARACTERS:
                self.cut_count += 1
                text = text[: CELL_CHARACTERS - len(_CUT)] + _CUT
            sheet.write_string(row, column, text)


def _rows(answer: Answer) -> Iterator[tuple[Any, ...]]:
    cursor = answer.execute(sheet_cells(answer.question))
    while batch := cursor.fetchmany(BATCH_ROWS):
        yield from batch


def _width(column: Column, sample: list[tuple[Any, ...]], position: int) -> int:
    """Wide enough for the name and the first rows, within reason."""
    longest = max(
        (len(str(row[position])) for row in sample if row[position] is not None),
        default=0,
    )
    longest = 19 if column.is_instant else longest
    return min(max(longest, len(column.name) + 3), _WIDEST)


def _write_about(
    book: xlsxwriter.Workbook, answer: Answer, count: int, cut_count: int
) -> None:
    """The last sheet says what the workbook holds."""
    asked = answer.question
    about = [
        ("report", asked.report.title),
        ("description", asked.report.description),
        ("campuses", "all" if asked.campuses is None else ", ".join(asked.campuses)),
        ("range start", asked.range.start.isoformat() if asked.range else "published"),
        ("range end", asked.range.end.isoformat() if asked.range else "published"),
        ("times are in", answer.zone.key),
        ("publication", answer.publication_id),
        ("rows", f"{count:,}"),
        ("texts cut at Excel's limit", f"{cut_count:,}"),
    ]
    sheet = book.add_worksheet("about")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (name, value) in enumerate(about):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value[:CELL_CHARACTERS])
