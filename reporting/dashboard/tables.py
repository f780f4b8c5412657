"""A report as a page shows it: nine rows, sorted, with a way to every other page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reporting.catalog import Column, Report
from reporting.dashboard.cells import Cell, cell_of, shown_columns
from reporting.dashboard.facets import Facets, is_switch, read_facets, with_defaults
from reporting.dashboard.labels import label_of
from reporting.dashboard.page import Page
from reporting.dashboard.reasons import reason_of
from reporting.dashboard.scope import address
from reporting.filters import Filter
from reporting.queries import Question

PAGE_ROWS = 9
FORMATS = ("csv", "xlsx", "json")
_LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; ``href`` None where it cannot be sorted by."""

    label: str
    description: str
    is_number: bool
    href: str | None = None
    aria_sort: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, and the values that they were made of."""

    cells: tuple[Cell, ...]
    values: dict[str, Any]
    is_last_attempt: bool

    def cell(self, name: str) -> Cell:
        """The cell of a column; an empty one where the report has none."""
        found = (each for each in self.cells if each.column == name)
        return next(found, Cell(name))


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is in force, and the address without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Table:
    """Everything a template needs of a report."""

    report: Report
    anchor: str
    href: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    total_count: int
    first: int
    last: int
    previous_href: str | None
    next_href: str | None
    downloads: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...] = ()
    reason: str = ""
    marks_last_attempts: bool = field(default=False)
    facets: Facets | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: alone on its page, or as one of several.

    Of several, the parameters of each begin with the report's name.
    """

    path: str
    prefix: str = ""
    anchor: str = ""

    @classmethod
    def of_several(cls, path: str, report: Report) -> Place:
        """One of the tables of a page."""
        return cls(path, f"{report.name}.", report.name)


def read_table(
    page: Page,
    report: Report,
    place: Place,
    *,
    filters: tuple[str, ...] | None = None,
    order: tuple[str, ...] = (),
    rows_a_page: int = PAGE_ROWS,
) -> Table:
    """Read one page of a report; ``filters`` None means those of the address.

    ``order`` is how it comes unless the address sorts it: the report's own, if empty.

    Raises:
        ReportingError: the address holds what cannot be asked.
    """
    given = tuple(page.query.getlist(f"{place.prefix}filter"))
    used = with_defaults(report, given) if filters is None else filters
    sort = page.query.get(f"{place.prefix}sort")
    number = _page_number(page.query.get(f"{place.prefix}page"))
    question = page.question(report, sorts=[sort] if sort else order, filters=used)
    offset = (number - 1) * rows_a_page
    found = page.rows(question, limit=rows_a_page, offset=offset)
    columns = shown_columns(report)
    links = _Links(page, place)
    last = offset + len(found.rows)
    return Table(
        report=report,
        anchor=place.anchor or "table",
        href=page.scope.href(f"/reports/{report.name}", filter=used or None, sort=sort),
        headings=tuple(_heading(question, column, sort, links) for column in columns),
        rows=tuple(
            Row(
                tuple(cell_of(page, report, column, row) for column in columns),
                row,
                row.get("last_attempt") == "*",
            )
            for row in found.rows
        ),
        total_count=found.total_count,
        first=offset + 1 if found.rows else 0,
        last=last,
        previous_href=links.page(number - 1) if number > 1 else None,
        next_href=links.page(number + 1) if last < found.total_count else None,
        downloads=tuple(
            (
                name,
                page.scope.href(
                    f"/reports/{report.name}/download",
                    format=name,
                    sort=sort,
                    filter=used or None,
                ),
            )
            for name in FORMATS
        ),
        chips=tuple(
            _chip(each, links, given)
            for each in given
            if not is_switch(report, Filter.parse(each).column)
        ),
        reason="" if found.rows else reason_of(page, report, is_filtered=bool(used)),
        facets=read_facets(page, report, place.prefix, place.path)
        if filters is None
        else None,
        marks_last_attempts=any(each.name == "last_attempt" for each in report.columns),
    )


@dataclass(frozen=True, slots=True)
class _Links:
    """Addresses of the same page with something changed in one of its tables."""

    page_of: Page
    place: Place

    def changed(self, **changes: Any) -> str:
        """The address with parameters of this table replaced; None removes one."""
        replaced = {f"{self.place.prefix}{name}" for name in changes}
        pairs = [
            (name, value)
            for name, value in self.page_of.query.multi_items()
            if name not in replaced
        ]
        for name, value in changes.items():
            values = value if isinstance(value, (list, tuple)) else [value]
            pairs += [
                (f"{self.place.prefix}{name}", str(each))
                for each in values
                if each is not None
            ]
        return address(self.place.path, pairs, self.place.anchor)

    def page(self, number: int) -> str:
        """Another page of the table."""
        return self.changed(page=number if number > 1 else None)


def _heading(
    question: Question, column: Column, sort: str | None, links: _Links
) -> Heading:
    is_number = column.type in ("bigint", "integer", "double", "hugeint")
    label = label_of(column.name)
    if question.masks(column):
        return Heading(label, column.description, is_number)
    is_ascending, is_descending = sort == column.name, sort == f"-{column.name}"
    following = f"-{column.name}" if is_ascending else column.name
    return Heading(
        label,
        column.description,
        is_number,
        # A third click goes back to the order that the report comes in.
        links.changed(sort=None if is_descending else following, page=None),
        "ascending" if is_ascending else "descending" if is_descending else None,
    )


_OPERATORS = {
    "eq": "is",
    "ne": "is not",
    "lt": "before",
    "le": "up to",
    "gt": "after",
    "ge": "from",
    "contains": "contains",
    "is": "is",
}
_VALUES = {"true": "yes", "false": "no", "not_null": "not empty", "null": "empty"}


def _chip(text: str, links: _Links, given: tuple[str, ...]) -> Chip:
    found = Filter.parse(text)
    if found.operator == "in":
        value = " or ".join(found.values)
        return Chip(
            f"{label_of(found.column)} is {value}", _without(text, links, given)
        )
    value = "marked" if found.value == "*" else _VALUES.get(found.value, found.value)
    return Chip(
        f"{label_of(found.column)} {_OPERATORS[found.operator]} {value}",
        _without(text, links, given),
    )


def _without(text: str, links: _Links, given: tuple[str, ...]) -> str:
    """The address without one of its filters."""
    rest = [each for each in given if each != text]
    return links.changed(filter=rest or None, page=None)


def _page_number(text: str | None) -> int:
    """A page that is none is the first: an address may be old, or cut off."""
    if text is None or not text.isascii() or not text.isdigit():
        return 1
    return min(max(1, int(text[:9])), _LAST_PAGE)
