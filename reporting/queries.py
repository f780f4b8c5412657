"""What a reader asks of a report, and the one SQL statement that answers it.

Values are bound parameters. Identifiers come from the catalogue alone, quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reporting.catalog import Column, Report, Sort
from reporting.errors import BadParameterError, MaskedColumnError
from reporting.filters import Filter
from reporting.instants import Range

MASK = "•••"


@dataclass(frozen=True, slots=True)
class Question:
    """Rows of a report that a reader asks for.

    ``campuses`` None means every campus; the caller has settled what is allowed.
    ``range`` None means that of the publication; options need one. ``is_masked`` hides
    what is personal.

    Raises:
        BadParameterError: the report has no such range, option or column.
        MaskedColumnError: a filter or sort is on a column that is hidden.
    """

    report: Report
    campuses: tuple[str, ...] | None = None
    range: Range | None = None
    options: dict[str, int] = field(default_factory=dict)
    sorts: tuple[Sort, ...] = ()
    filters: tuple[Filter, ...] = ()
    is_masked: bool = False

    def __post_init__(self) -> None:
        report = self.report
        if self.range is not None and not report.has_range:
            raise BadParameterError(
                f"report {report.name} takes no range: leave out start and end"
            )
        known = {option.name for option in report.options}
        for name in self.options:
            if name not in known:
                raise BadParameterError(f"report {report.name} takes no {name}")
        used = [sort.column for sort in self.sorts]
        if len(set(used)) < len(used):
            raise BadParameterError("sort names a column twice")
        for name in [*used, *(each.column for each in self.filters)]:
            if self.masks(report.column(name)):
                raise MaskedColumnError(
                    f"column {name} is masked for your role: no filter or sort on it"
                )
        for given in self.filters:
            given.check(report.column(given.column))

    def masks(self, column: Column) -> bool:
        """Whether the reader sees the mask in place of its values."""
        return self.is_masked and column.is_personal


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and the values of its parameters."""

    sql: str
    values: list[Any]


def quoted(name: str) -> str:
    """An identifier as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def rows_statement(
    question: Question,
    selected: str,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Statement:
    """Select ``selected`` from the rows asked for, in their order.

    Args:
        question: what is asked.
        selected: expressions over the report's columns, made by ``reporting.cells``.
        limit: at most so many rows.
        offset: rows to leave out first.
    """
    values: list[Any] = []
    sql = (
        f"select {selected} from {_source(question, values)} as report"
        f"{_where(question, values)}{_order(question)}"
    )
    if limit is not None:
        values += [limit, offset]
        sql += f" limit ${len(values) - 1} offset ${len(values)}"
    return Statement(sql, values)


def count_statement(question: Question) -> Statement:
    """Count the rows asked for."""
    values: list[Any] = []
    source = _source(question, values)
    return Statement(
        f"select count(*) from {source} as report{_where(question, values)}", values
    )


def groups_statement(
    question: Question, columns: Sequence[str], *, limit: int | None = None
) -> Statement:
    """Count the rows asked for by the values of some columns.

    With a ``limit`` only so many groups, those of the most rows.

    Raises:
        BadParameterError: the report has no such column.
        MaskedColumnError: one is hidden.
    """
    for name in columns:
        if question.masks(question.report.column(name)):
            raise MaskedColumnError(f"column {name} is masked for your role")
    values: list[Any] = []
    source = _source(question, values)
    grouped = ", ".join(map(quoted, columns))
    sql = (
        f"select {grouped}, count(*) from {source} as report"
        f"{_where(question, values)} group by {grouped}"
    )
    if limit is not None:
        values.append(limit)
        sql += f" order by count(*) desc, {grouped} limit ${len(values)}"
    return Statement(sql, values)


def _source(question: Question, values: list[Any]) -> str:
    """The report's table, or its macro where the table does not hold what is asked."""
    name = question.report.name
    if question.range is None and not question.options:
        return f"rollbook.reports.{quoted(name)}"
    campuses = question.campuses or ()
    values.append(campuses[0] if len(campuses) == 1 else None)
    arguments = ["$1"]
    if question.range is not None:
        values += [question.range.start, question.range.end]
        arguments += ["$2", "$3"]
    for option, value in question.options.items():
        values.append(value)
        arguments.append(f"{quoted(option)} := ${len(values)}")
    return f"rollbook.reports.{quoted(name + '_between')}({', '.join(arguments)})"


def _where(question: Question, values: list[Any]) -> str:
    conditions = []
    if question.campuses is not None:
        first = len(values) + 1
        values += question.campuses
        places = ", ".join(f"${place}" for place in range(first, len(values) + 1))
        conditions.append(f"campus_id in ({places})" if places else "false")
    for given in question.filters:
        column = question.report.column(given.column)
        conditions.append(given.condition(quoted(column.name), column, values))
    return f" where {' and '.join(conditions)}" if conditions else ""


def _order(question: Question) -> str:
    """The order asked for, made total.

    Without one, rows keep the order in which table and macro give them: it may use
    what the report does not show. A reader who may not see a column must not learn its
    order either, so hidden ones give way to a hash of the row's key.
    """
    report = question.report
    personal = {column.name for column in report.columns if question.masks(column)}
    ordered = {sort.column for sort in report.default_order}
    if not question.sorts and personal.isdisjoint(ordered):
        return ""
    asked = {sort.column for sort in question.sorts}
    following = [
        sort for sort in report.default_order if sort.column not in asked | personal
    ]
    terms = [
        f"{quoted(sort.column)} {'desc' if sort.is_descending else 'asc'} nulls last"
        for sort in (*question.sorts, *following)
    ]
    key = ", ".join(report.row_key)
    if personal:
        terms.append(f"md5(to_json(list_value({_as_text(report.row_key)})))")
    elif key:
        terms += [f"{each} asc nulls last" for each in report.row_key]
    return f" order by {', '.join(terms)}"


def _as_text(expressions: tuple[str, ...]) -> str:
    return ", ".join(f"cast({each} as varchar)" for each in expressions)
