"""Cells of a table: what a value means, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reporting.catalog import Column, Report
from reporting.dashboard.facets import undone_defaults
from reporting.dashboard.labels import label_of, plural_of, record_name
from reporting.dashboard.page import Page
from reporting.dashboard.values import EMPTY, Shown, show
from reporting.queries import MASK

# Said once, above the table, or by another cell.
_LEFT_OUT = {"campus_id", "error_meaning", "next_step", "next_step_owner"}
# Of a sync log: how it ended comes first, before the edge of a laptop's screen; what
# was sent last.
_FIRST = (
    *("last_attempt", "status", "operation", "record_key"),
    *("error_code", "message"),
)
_LAST = ("params",)
# A longer name of a row says little, and widens its table.
_LONGEST_NAME = 12
_TONES = {
    "success": "good",
    "error": "bad",
    "critical": "bad",
    "warning": "warn",
    "info": "note",
    **dict.fromkeys(("Completed", "Fetched"), "good"),
    **dict.fromkeys(("Warning", "On Hold", "Discarded"), "warn"),
    "Failed": "bad",
    **dict.fromkeys(("In Progress", "Waiting", "Submitting", "Pending"), "note"),
}
# Names of ours among the values, which people read as words.
_NAMED: dict[str, Callable[[str], str]] = {
    "record_key": record_name,
    "record_type": lambda name: label_of(plural_of(name)),
    **dict.fromkeys(("operation", "rule", "status", "severity"), label_of),
    **dict.fromkeys(("integration_type", "user_type"), label_of),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and what belongs to it.

    ``tone`` colours a status; ``meaning`` and the next step explain an error; ``href``
    leads to the records behind a number, or to the record itself.
    """

    column: str
    shown: Shown = EMPTY
    href: str | None = None
    tone: str | None = None
    meaning: str | None = None
    next_step: str | None = None
    next_step_owner: str | None = None


def shown_columns(report: Report) -> tuple[Column, ...]:
    """The columns of a report's table in the order that reads best."""
    explains = "error_meaning" in {column.name for column in report.columns}
    columns = [
        column
        for column in report.columns
        if column.name not in report.placement.only_in_details
        and (
            column.name not in _LEFT_OUT
            or (column.name != "campus_id" and not _is_explained(report, explains))
        )
    ]
    is_log = report.placement.view == "log"
    leading = _FIRST if is_log else report.placement.leading

    def place(column: Column) -> int:
        if column.name in leading:
            return leading.index(column.name)
        return 100 + (is_log and column.name in _LAST)

    return tuple(sorted(columns, key=place))


def cell_of(page: Page, report: Report, column: Column, row: Mapping[str, Any]) -> Cell:
    """The cell of a column in a row."""
    value = row[column.name]
    shown = show(value, page.scope.zone)
    if column.name == "last_attempt" and value is not None:
        shown = Shown("text", "Last attempt")
    elif column.name in _NAMED and shown.kind == "text":
        shown = Shown("text", _NAMED[column.name](shown.text), shown.text)
    details_href = _details_href(page, report, column, row)
    if details_href is not None and len(shown.text) > _LONGEST_NAME:
        shown = Shown("text", "Details", shown.text)
    explained = column.name == _explained_column(report)
    return Cell(
        column.name,
        shown,
        href=_record_href(page, report, column, row)
        or details_href
        or drill_down_href(page, report, column.name, row),
        tone=_TONES.get(str(value)) if column.name in ("status", "severity") else None,
        meaning=row.get("error_meaning") if explained else None,
        next_step=row.get("next_step") if explained else None,
        next_step_owner=row.get("next_step_owner") if explained else None,
    )


def drill_down_href(
    page: Page, report: Report, column: str, row: Mapping[str, Any]
) -> str | None:
    """Where a column's value leads: the records behind it."""
    for drill_down in report.drill_downs:
        if drill_down.column != column:
            continue
        led = drill_down.target(row)
        if led is None or MASK in led[1].values():
            continue
        name, filters = led
        target = page.publication.catalog.reports.get(name)
        if target is None or any(
            page.reader.is_masked and target.column(each).is_personal
            for each in filters
        ):
            continue
        return page.scope.href(
            f"/reports/{name}",
            filter=[
                *(f"{each}:eq:{value}" for each, value in filters.items()),
                *undone_defaults(target, filters),
            ],
        )
    return None


def record_href(page: Page, record_key: str) -> str:
    """The page of one record."""
    name = page.service.handles.name(page.scope.campus.campus_id, record_key)
    return page.scope.href(f"/records/{name}")


def _record_href(
    page: Page, report: Report, column: Column, row: Mapping[str, Any]
) -> str | None:
    """A record's key, or its own id in a record list, leads to its story."""
    value = row[column.name]
    if not isinstance(value, str) or value == MASK:
        return None
    if column.name == "record_key":
        return record_href(page, value)
    placement = report.placement
    if placement.view == "list" and column is report.columns[1]:
        return record_href(page, f"{placement.record_type}:{value}")
    return None


def _details_href(
    page: Page, report: Report, column: Column, row: Mapping[str, Any]
) -> str | None:
    """What names a row leads to the row's own page, of the range that holds it."""
    value = row[column.name]
    if column.name != report.placement.details or value in (None, MASK):
        return None
    days = page.scope.days or (page.scope.first_day, page.scope.last_day)
    return replace(page.scope, days=days).href(
        f"/reports/{report.name}/details", of=value
    )


def _is_explained(report: Report, explains: bool) -> bool:  # noqa: FBT001
    return explains and _explained_column(report) is not None


def _explained_column(report: Report) -> str | None:
    """The column whose cell tells what an error means."""
    names = [column.name for column in report.columns]
    return next((each for each in ("message", "error_code") if each in names), None)
