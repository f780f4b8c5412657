"""One campus's week as the reports tell it, from a published file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pictures.svg import FAINT, INK, LINE, MONO_WIDTH, Picture

SIZE = 11.5
ROW = 23
MARGIN = 24
PADDING = 11
LOG_ROWS = 9
LAST_ATTEMPT = "#e4f1fc"
ERROR = "#b42318"
LOG_COLUMNS = (
    "record_key",
    "add_code",
    "name",
    "operation",
    "status",
    "error_code",
    "last_attempted_at",
    "attempted_count",
    "last_attempt",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A query's result as it is drawn."""

    title: str
    names: Sequence[str]
    rows: Sequence[Sequence[object]]

    @property
    def widths(self) -> list[float]:
        """Width of each column in pixels."""
        longest = [
            max(len(name), *(len(_cell(row[place])) for row in self.rows))
            for place, name in enumerate(self.names)
        ]
        return [length * SIZE * MONO_WIDTH + 2 * PADDING for length in longest]

    @property
    def height(self) -> float:
        """Height with the title and the names."""
        return ROW * (len(self.rows) + 1) + 26


def draw_report(file: Path, campus_id: str) -> str:
    """Draw the summaries of a campus, and the start of its course sync log."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        campus, start, end = _only(
            connection,
            "select campuses.name, publications.range_start_at,"
            " publications.range_end_at from marts.dim_campuses as campuses"
            " cross join marts.publications"
            " where campuses.campus_id = $campus"
            " order by publications.published_at desc limit 1",
            campus_id,
        )
        (log_count,) = _only(
            connection,
            "select count(*) from reports.course_sync_log where campus_id = $campus",
            campus_id,
        )
        attempted = _table(
            connection,
            "reports.attempted_data_syncs",
            "select * exclude (campus_id) from reports.attempted_data_syncs"
            " where campus_id = $campus",
            campus_id,
        )
        summary = _table(
            connection,
            "reports.system_data_summary",
            "select * exclude (campus_id) from reports.system_data_summary"
            " where campus_id = $campus",
            campus_id,
        )
        log = _table(
            connection,
            f"reports.course_sync_log: {LOG_ROWS} of its {log_count} rows,"
            f" {len(LOG_COLUMNS)} of its 15 columns; * marks a record's last attempt",
            f"select {', '.join(LOG_COLUMNS)} from reports.course_sync_log"
            f" where campus_id = $campus limit {LOG_ROWS}",
            campus_id,
        )
    return _draw(f"{campus}, {_day(start)} to {_day(end)}", attempted, summary, log)


def _draw(title: str, attempted: Table, summary: Table, log: Table) -> str:
    width = sum(log.widths) + 2 * MARGIN
    top = 62
    second = top + attempted.height + 24
    picture = Picture(width, second + log.height + MARGIN, title)
    picture.text(MARGIN, 38, title, size=19, bold=True)
    picture.text(width - MARGIN, 38, "times in UTC", color=FAINT, anchor="end")
    _draw_table(picture, attempted, MARGIN, top)
    _draw_table(picture, summary, width - MARGIN - sum(summary.widths), top)
    _draw_table(picture, log, MARGIN, second)
    return picture.render()


def _draw_table(picture: Picture, table: Table, left: float, top: float) -> None:
    picture.text(left, top + 13, table.title, size=13, bold=True, color=FAINT)
    top += 26
    width = sum(table.widths)
    picture.box(left, top, width, ROW, fill="#f1f4f7")
    _draw_row(picture, table, table.names, left, top)
    for row in table.rows:
        top += ROW
        if row[-1] == "*":
            picture.box(left, top, width, ROW, fill=LAST_ATTEMPT)
        _draw_row(picture, table, row, left, top)
        picture.path(f"M{left:g},{top:g} h{width:g}", color=LINE, width=1)


def _draw_row(
    picture: Picture, table: Table, row: Sequence[object], left: float, top: float
) -> None:
    is_heading = row is table.names
    for value, width in zip(row, table.widths, strict=True):
        is_number = isinstance(value, int)
        picture.text(
            left + width - PADDING if is_number else left + PADDING,
            top + 15.5,
            _cell(value),
            size=SIZE,
            mono=True,
            bold=is_heading,
            color=ERROR if value == "error" else INK,
            anchor="end" if is_number else "start",
        )
        left += width


def _table(
    connection: duckdb.DuckDBPyConnection, title: str, query: str, campus_id: str
) -> Table:
    result = connection.execute(query, {"campus": campus_id})
    names = [column[0] for column in result.description or []]
    return Table(title, names, result.fetchall())


def _only(
    connection: duckdb.DuckDBPyConnection, query: str, campus_id: str
) -> tuple[object, ...]:
    (row,) = connection.execute(query, {"campus": campus_id}).fetchall()
    return tuple(row)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    return str(value)


def _day(value: object) -> str:
    return f"{value:%d %B %Y %H:%M}".lstrip("0")
