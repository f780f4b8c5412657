"""The worlds that came with the contract."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.compiled import CompiledProject
from support.worlds import DATA, built_world, instant, read_rows, rows

WORLDS = DATA / "contract"
RANGES = sorted(
    str(path.parent.relative_to(WORLDS)) for path in WORLDS.rglob("range.json")
)


@pytest.fixture(scope="module", params=RANGES)
def built(
    request: pytest.FixtureRequest,
    project: CompiledProject,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    expected = WORLDS / request.param
    times = json.loads((expected / "range.json").read_text(encoding="utf-8"))
    with built_world(
        project,
        expected.parent.parent / "drop",
        tmp_path_factory.mktemp("home"),
        **{name: instant(text) for name, text in times.items()},
    ) as connection:
        yield expected, connection


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A log row in the words of the expected files."""
    return {
        "campus_id": row["campus_id"],
        "operation": row["operation"],
        "params": json.loads(row["params"]),
        "status": row["status"],
        "error": row["error_code"] or row["message"],
        "message": row["message"],
        "first_attempted_at": f"{row['first_attempted_at']:%Y-%m-%dT%H:%M:%SZ}",
        "last_attempted_at": f"{row['last_attempted_at']:%Y-%m-%dT%H:%M:%SZ}",
        "attempted_count": row["attempted_count"],
        "last_attempt": row["last_attempt"],
    }


def _by_record(log: list[tuple[Any, dict[str, Any]]]) -> list[list[str]]:
    """Rows grouped by record, whatever the record is called."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for record, row in log:
        groups[row["campus_id"], record].append(json.dumps(row, sort_keys=True))
    return sorted(sorted(group) for group in groups.values())


def test_sync_logs(built: tuple[Path, duckdb.DuckDBPyConnection]) -> None:
    expected, connection = built
    reports = sorted(path.stem for path in expected.glob("*_sync_log.jsonl"))
    assert len(reports) == 5
    for report in reports:
        log = read_rows(expected / f"{report}.jsonl")
        told = [(row.pop("record"), row) for row in log]
        actual = rows(connection, f"from reports.{report}")

        assert _by_record(
            [(row["record_key"], _told(row)) for row in actual]
        ) == _by_record(told), report


@pytest.mark.parametrize("report", ["attempted_data_syncs", "system_data_summary"])
def test_summaries(built: tuple[Path, duckdb.DuckDBPyConnection], report: str) -> None:
    expected, connection = built

    actual = rows(connection, f"from reports.{report}")

    assert sorted(map(str, actual)) == sorted(
        map(str, read_rows(expected / f"{report}.jsonl"))
    )


def test_ten_rows_are_quarantined(
    built: tuple[Path, duckdb.DuckDBPyConnection],
) -> None:
    _, connection = built

    assert len(rows(connection, "from marts.quarantined_rows")) == 10
