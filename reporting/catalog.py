"""The catalogue of reports, as a published file carries it.

It is written from the reports' own yml (``marts.report_catalog``). No code of this
package names a report or a column of one: all of it follows from here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from reporting.errors import BadParameterError, NotFoundError

RANGE_PARAMETERS = ("campus", "range_start", "range_end")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report; a personal one is masked for analysts."""

    name: str
    type: str
    description: str
    is_personal: bool

    @property
    def is_instant(self) -> bool:
        """Whether it is shown in the reader's zone."""
        return self.type == "timestamp with time zone"

    @property
    def is_list(self) -> bool:
        """Whether its values are lists: JSON to readers without such a type."""
        return self.type.endswith("[]")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a report's table macro."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Sort:
    """One column of an order; nulls are last either way."""

    column: str
    is_descending: bool = False

    @classmethod
    def parse(cls, text: str) -> Sort:
        """``column`` ascending, ``-column`` descending."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    @classmethod
    def told(cls, text: str) -> Sort:
        """As the catalogue has it: ``column`` ascending, ``column desc`` descending."""
        return cls(text.removesuffix(" desc"), text.endswith(" desc"))

    def __str__(self) -> str:
        return f"-{self.column}" if self.is_descending else self.column


@dataclass(frozen=True, slots=True)
class DrillDown:
    """A column whose value leads to records of another report.

    ``report`` and the filters' values may hold ``{column}``: the row's own value. Only
    rows lead there whose values match ``where`` in full: a regular expression a column,
    whose named groups stand for what they matched, beside the columns.
    """

    column: str
    report: str
    filters: Mapping[str, str]
    where: Mapping[str, str] = field(default_factory=dict)

    def target(self, row: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
        """Report and filters for a row, or None where a value that it needs is null."""
        used = {name: value for name, value in row.items() if value is not None}
        for column, pattern in self.where.items():
            found = re.fullmatch(pattern, str(used.get(column, "")))
            if found is None:
                return None
            groups = found.groupdict()
            used |= {name: text for name, text in groups.items() if text is not None}
        try:
            return self.report.format_map(used), {
                column: value.format_map(used) for column, value in self.filters.items()
            }
        except KeyError:
            return None


@dataclass(frozen=True, slots=True)
class Facet:
    """A column that readers narrow a report down by.

    ``is_list`` offers its values to be ticked, several at once; else one value is
    typed. With a ``default`` it is a switch: rows of other values are shown on demand,
    as ``label`` says.
    """

    column: str
    is_list: bool = False
    default: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and how the dashboard shows a report; all of it may be missing.

    Reports of one ``group`` stand together; ``view`` says how it is drawn;
    ``record_type`` says which integration jobs feed it, ``source_kinds`` which kinds of
    sources; of the kinds in ``history_of`` the section lists the syncs beside it. The
    value of the column ``details`` leads to a page of the one row, which alone shows
    the columns of ``only_in_details``. ``leading`` columns are shown first.
    """

    section: str | None = None
    group: str | None = None
    place: int = 0
    view: str | None = None
    record_type: str | None = None
    source_kinds: tuple[str, ...] = ()
    history_of: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    details: str | None = None
    only_in_details: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Placement:
        """What the report's yml says."""
        read: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.items()
        }
        read["facets"] = tuple(Facet(**each) for each in given.get("facets", ()))
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the dashboard that reports are placed in."""

    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report: what it is called, takes, shows, and how its rows are ordered.

    ``row_key`` are expressions over its columns that no two rows have in common.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    default_order: tuple[Sort, ...]
    row_key: tuple[str, ...]
    drill_downs: tuple[DrillDown, ...]
    placement: Placement

    @property
    def has_range(self) -> bool:
        """Whether it can be asked for any range."""
        names = {parameter.name for parameter in self.parameters}
        return names.issuperset(RANGE_PARAMETERS)

    @property
    def options(self) -> tuple[Parameter, ...]:
        """Parameters beside campus and range; each has a default."""
        return tuple(
            each for each in self.parameters if each.name not in RANGE_PARAMETERS
        )

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises:
            BadParameterError: the report has none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise BadParameterError(
            f"report {self.name} has no column {name!r}: choose one of"
            f" {', '.join(column.name for column in self.columns)}"
        )


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every report of one published file, by name."""

    reports: Mapping[str, Report]
    sections: tuple[Section, ...]

    @classmethod
    def read(cls, session: duckdb.DuckDBPyConnection) -> Catalog:
        """Read ``marts.report_catalog`` of the file attached as ``rollbook``."""
        rows = session.execute(
            "select name, title, description, parameters, columns, default_order,"
            " row_key, drill_downs, placement from rollbook.marts.report_catalog"
            " order by name"
        ).fetchall()
        sections = session.execute(
            "select section, title, description from rollbook.seeds.report_sections"
            " order by section_order"
        ).fetchall()
        return cls(
            {row[0]: _report(*row) for row in rows},
            tuple(Section(*section) for section in sections),
        )

    def __iter__(self) -> Iterator[Report]:
        return iter(self.reports.values())

    def in_section(self, name: str) -> tuple[Report, ...]:
        """The reports of a section, in their order."""
        found = [each for each in self if each.placement.section == name]
        return tuple(sorted(found, key=lambda each: each.placement.place))

    def drawn_as(self, view: str) -> Report | None:
        """The first report that is drawn so; None where there is none."""
        found = [each for each in self if each.placement.view == view]
        return min(found, key=lambda each: each.placement.place, default=None)

    def report(self, name: str) -> Report:
        """Return the report of that name.

        Raises:
            NotFoundError: there is none.
        """
        if name not in self.reports:
            raise NotFoundError(
                f"there is no report {name!r}: choose one of {', '.join(self.reports)}"
            )
        return self.reports[name]


def _report(name: str, title: str, description: str, *lists: str) -> Report:
    parameters, columns, order, key, drill_downs, placement = map(json.loads, lists)
    return Report(
        name=name,
        title=title,
        description=description,
        parameters=tuple(Parameter(**each) for each in parameters),
        columns=tuple(Column(**each) for each in columns),
        default_order=tuple(map(Sort.told, order)),
        row_key=tuple(key or ()),
        drill_downs=tuple(
            DrillDown(
                each["column"],
                each["report"],
                {name: str(value) for name, value in each.get("filters", {}).items()},
                each.get("where", {}),
            )
            for each in drill_downs
        ),
        placement=Placement.read(placement),
    )
