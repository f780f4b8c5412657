"""What changed between two published versions, report by report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import BadInputError
from orchestration.home import Home
from orchestration.publish.versions import Versions

_SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class ReportDifference:
    """Rows of a report by their key: only in the newer, only in the older, changed.

    ``shown_rows`` are up to 20 lines of each kind, ``+``, ``-`` or ``~`` and the row as
    JSON; a changed row is shown as it is in the newer version.
    """

    report: str
    added: int
    gone: int
    changed: int
    shown_rows: tuple[str, ...] = ()


def diff_versions(
    home: Home, older: str, newer: str, *, shown_report: str | None
) -> list[ReportDifference]:
    """Compare every report that both versions have.

    Raises:
        BadInputError: a version is not kept, or has no report of that name.
    """
    versions = Versions(home)
    with _attached(versions.require(older), versions.require(newer)) as session:
        keys = {
            name: json.loads(row_key)
            for name, row_key in session.execute(
                "select name, newer.row_key from newer.marts.report_catalog as newer"
                " semi join older.marts.report_catalog as older using (name)"
                " order by name"
            ).fetchall()
        }
        if shown_report is not None and shown_report not in keys:
            raise BadInputError(
                f"report {shown_report} is not in both versions: choose one of"
                f" {', '.join(keys)}"
            )
        return [
            _difference(session, name, key, is_shown=name == shown_report)
            for name, key in keys.items()
        ]


@contextmanager
def _attached(older: Path, newer: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as session:
        session.execute("set timezone = 'UTC'")
        session.execute(f"attach '{older}' as older (read_only)")
        session.execute(f"attach '{newer}' as newer (read_only)")
        yield session


def _difference(
    session: duckdb.DuckDBPyConnection, report: str, key: list[str], *, is_shown: bool
) -> ReportDifference:
    """Compare by the key; rows are told apart by their text, column names included."""
    row_key = ", ".join(f"cast({each} as varchar)" for each in key)
    session.execute(
        "create or replace temp table differences as"
        " with"
        f" older_rows as (select json_array({row_key}) as row_key,"
        f" to_json(older) as told from older.reports.{report} as older),"
        f" newer_rows as (select json_array({row_key}) as row_key,"
        f" to_json(newer) as told from newer.reports.{report} as newer)"
        " select case when older_rows.row_key is null then '+'"
        " when newer_rows.row_key is null then '-' else '~' end as kind,"
        " row_key, coalesce(newer_rows.told, older_rows.told) as told"
        " from older_rows full join newer_rows using (row_key)"
        " where older_rows.told is distinct from newer_rows.told"
    )
    counts = dict(
        session.execute("select kind, count(*) from differences group by 1").fetchall()
    )
    shown = (
        session.execute(
            "select kind || ' ' || told from differences"
            " qualify row_number() over (partition by kind order by row_key) <= $1"
            " order by kind, row_key",
            [_SHOWN_ROWS],
        ).fetchall()
        if is_shown
        else []
    )
    return ReportDifference(
        report=report,
        added=counts.get("+", 0),
        gone=counts.get("-", 0),
        changed=counts.get("~", 0),
        shown_rows=tuple(row[0] for row in shown),
    )
