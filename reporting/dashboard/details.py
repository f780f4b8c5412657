"""The page of one row of a report: all that it holds, and what belongs to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from reporting.catalog import Column, Report
from reporting.dashboard.cells import Cell, cell_of
from reporting.dashboard.labels import label_of
from reporting.dashboard.page import Page
from reporting.dashboard.sections import Block
from reporting.dashboard.tables import Place, read_table
from reporting.dashboard.values import show
from reporting.errors import NotFoundError
from reporting.filters import Filter
from reporting.queries import MASK

# Two sources of a campus may number alike.
_MOST_ROWS = 5
_SHORT_LINES = 14


@dataclass(frozen=True, slots=True)
class Fact:
    """A column's value, with its label."""

    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Raw:
    """A column that holds JSON, as text that people can read."""

    label: str
    text: str

    @property
    def is_short(self) -> bool:
        """Whether it is shown without being asked for."""
        return self.text.count("\n") < _SHORT_LINES


@dataclass(frozen=True, slots=True)
class Details:
    """One row: what it says, its JSON, and the tables of what belongs to it."""

    name: str
    facts: tuple[Fact, ...]
    raws: tuple[Raw, ...]
    blocks: tuple[Block, ...]
    downloads: tuple[tuple[str, str], ...]


def read_details(page: Page, report: Report, wanted: str) -> list[Details]:
    """The rows whose ``details`` column is ``wanted``: two where sources number alike.

    Raises:
        ReportingError: the report has no such page, or the range no such row.
    """
    column = report.placement.details
    if column is None:
        raise NotFoundError("there is no page at this address")
    chosen = str(Filter(column, "eq", wanted))
    found = page.rows(page.question(report, filters=[chosen]), limit=_MOST_ROWS)
    if not found.rows:
        raise NotFoundError(
            f"{report.title} has no such row from {page.scope.range_text}: choose"
            " dates that hold it"
        )
    return [_details(page, report, row, wanted, chosen) for row in found.rows]


def _details(
    page: Page, report: Report, row: dict[str, Any], wanted: str, chosen: str
) -> Details:
    columns = [each for each in report.columns if each.name != "campus_id"]
    return Details(
        name=wanted,
        facts=tuple(
            Fact(label_of(each.name), _cell(page, report, each, row))
            for each in columns
            if not _is_raw(each, row)
        ),
        raws=tuple(
            Raw(label_of(each.name), _pretty(row[each.name]))
            for each in columns
            if _is_raw(each, row)
        ),
        blocks=_blocks(page, report, row),
        downloads=tuple(
            (
                name,
                page.scope.href(
                    f"/reports/{report.name}/download", format=name, filter=chosen
                ),
            )
            for name in ("json", "csv")
        ),
    )


def _cell(page: Page, report: Report, column: Column, row: dict[str, Any]) -> Cell:
    """A cell; what leads to this very page leads nowhere here."""
    found = cell_of(page, report, column, row)
    if column.name != report.placement.details:
        return found
    return replace(found, href=None, shown=show(row[column.name], page.scope.zone))


def _is_raw(column: Column, row: dict[str, Any]) -> bool:
    return column.type == "json" and row[column.name] not in (None, MASK)


def _pretty(text: Any) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(text)


def _blocks(page: Page, report: Report, row: dict[str, Any]) -> tuple[Block, ...]:
    """Tables of what the row's numbers lead to; a target that several share is one."""
    targets: dict[str, set[tuple[str, str]]] = {}
    for drill_down in report.drill_downs:
        led = drill_down.target(row)
        if led is None or led[0] == report.name or MASK in led[1].values():
            continue
        name, filters = led
        shared = targets.setdefault(name, set(filters.items()))
        shared &= set(filters.items())
    catalog = page.publication.catalog
    blocks = []
    for name, common in targets.items():
        target = catalog.reports.get(name)
        if target is None or not common:
            continue
        if page.reader.is_masked and any(
            target.column(column).is_personal for column, _ in common
        ):
            continue
        chosen = tuple(str(Filter(c, "eq", value)) for c, value in sorted(common))
        place = Place.of_several(page.path, target)
        blocks.append(Block(target, read_table(page, target, place, filters=chosen)))
    return tuple(blocks)
