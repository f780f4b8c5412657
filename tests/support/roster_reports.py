"""The four reports of a source's history, built by dbt's SQL and by the oracle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import duckdb

from oracle.oneroster_counts import OUTCOMES
from oracle.oneroster_history import History
from orchestration.rosters.state import state_file
from support.compiled import CompiledProject
from support.rosters import RosterHome

REPORTS = [
    f"reports.{name}"
    for name in (
        *("sync_history", "sync_history_counts", "sync_history_records"),
        "roster_records",
    )
]


def built(reporting: CompiledProject, home: RosterHome) -> Any:
    return reporting.built(
        landing=home.home.landing,
        published=home.home.published,
        as_of=datetime(2026, 6, 1, tzinfo=UTC),
        range_start=datetime(2026, 1, 1, tzinfo=UTC),
        range_end=datetime(2026, 6, 1, tzinfo=UTC),
        roster=state_file(home.home),
    )


def compare(reports: duckdb.DuckDBPyConnection, history: History, where: str) -> None:
    """Compare the three reports of the history, cell by cell."""
    same(records(reports), history.records(), f"sync_history_records, {where}")
    syncs = reports.execute(
        "select sync_id, app, started_at, status, records, errors, stage"
        " from reports.sync_history"
    ).fetchall()
    for sync_id, _, _, status, _, _, stage in syncs:
        assert (stage is None) == (status in ("Completed", "Warning")), where
        assert (stage == "late") == (sync_id in history.late()), where
    same(
        [_app_when_known(row[:-1]) for row in syncs],
        [_app_when_known(row) for row in history.sync_history()],
        f"sync_history, {where}",
    )
    names = ", ".join(("sync_id", "data_type", "school_id", "total", *OUTCOMES))
    counts = reports.execute(f"select {names} from reports.sync_history_counts")
    same(counts.fetchall(), history.counts(), f"sync_history_counts, {where}")


def _app_when_known(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A bundle that could not be read does not tell its system."""
    app = None if row[3] == "Failed" else row[1]
    return (row[0], app, row[2].timestamp(), *row[3:])


def records(reports: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    rows = reports.execute(
        "select sync_id, data_type, record_id, outcome, is_invalid, file_name,"
        " line_number, school_ids, messages, changed_fields, content"
        " from reports.sync_history_records"
    ).fetchall()
    return [
        (
            *row[:7],
            sorted(row[7]),
            sorted(_told(message, row[5], row[6]) for message in row[8]),
            [(each["field"], each["old"], each["new"]) for each in row[9]],
            None if row[10] is None else json.loads(row[10]),
        )
        for row in rows
    ]


def _told(message: str, file_name: str, line: int) -> str:
    """What a message is about: it begins with its place and its column."""
    place = f"{file_name}, line {line}: "
    assert message.startswith(place)
    words = message.removeprefix(place).split(" ")
    if words[0] == "line":
        return f"line {words[1]}"
    if "is taken by" in message:
        return f"username {words[-1]}"
    return "" if message.startswith(f"{place}the row has ") else words[0]


def roster_records(reports: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    rows = reports.execute(
        "select data_type, record_id, is_active, school_ids, content, first_sync_id,"
        " last_changed_sync_id from reports.roster_records"
    ).fetchall()
    return [(*row[:3], sorted(row[3]), json.loads(row[4]), *row[5:]) for row in rows]


def same(
    got: Iterable[tuple[Any, ...]], wanted: Iterable[tuple[Any, ...]], where: str
) -> None:
    """Two bags of rows are one; else the first rows that differ are told."""
    surplus = Counter(map(_spelled, got))
    lacking = Counter(map(_spelled, wanted))
    surplus, lacking = surplus - lacking, lacking - surplus
    assert not surplus, (
        f"{where}\nhas:   "
        + "\n       ".join(sorted(surplus)[:5])
        + "\nlacks: "
        + "\n       ".join(sorted(lacking)[:5])
    )
    assert not lacking, f"{where}\nlacks: " + "\n       ".join(sorted(lacking)[:5])


def _spelled(row: tuple[Any, ...]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)
