"""The hand-made example: reports written from the contract, not by the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest

from support.compiled import CompiledProject
from support.worlds import DATA, built_world, contract_rows, instant, read_rows, rows

EXAMPLE = DATA / "worked_example"
EXPECTED = EXAMPLE / "expected"
REPORTS = sorted(path.stem for path in EXPECTED.glob("*.jsonl"))


@pytest.fixture(scope="module")
def example(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    times = json.loads((EXPECTED / "range.json").read_text(encoding="utf-8"))
    with built_world(
        project,
        EXAMPLE / "drop",
        tmp_path_factory.mktemp("home"),
        **{name: instant(text) for name, text in times.items()},
    ) as connection:
        yield connection


def _readable(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    return value


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    """The example writes `request=*`: what follows is no part of the contract."""
    comparable = {name: _readable(value) for name, value in row.items()}
    if "record_key" in comparable:
        comparable["record_key"] = re.sub(
            r"\?request=.*", "?request=*", comparable["record_key"]
        )
    if "params" in comparable and isinstance(comparable["params"], str):
        comparable["params"] = _exact(comparable["params"])
    return comparable


def _exact(params: str) -> Any:
    """Parsed JSON in which 1 and 1.0 differ and the order of the keys counts."""
    return json.loads(params, parse_int=str, parse_float=str, object_pairs_hook=tuple)


@pytest.mark.parametrize("report", REPORTS)
def test_report_is_as_written_by_hand(
    example: duckdb.DuckDBPyConnection, report: str
) -> None:
    lines = (EXPECTED / f"{report}.jsonl").read_text(encoding="utf-8").splitlines()
    expected = []
    for line in lines:
        row = json.loads(line)
        if "params" in row:
            row["params"] = dict(_exact(line))["params"]
        expected.append(row)

    actual = [
        _comparable(row) for row in contract_rows(example, f"from reports.{report}")
    ]

    assert actual == expected
    assert [list(row) for row in actual] == [list(row) for row in expected]


def test_bad_rows_are_quarantined_with_file_and_line(
    example: duckdb.DuckDBPyConnection,
) -> None:
    quarantined = rows(
        example,
        "select source_file, line_number, reason from marts.quarantined_rows",
    )

    assert len(quarantined) == 4
    assert all(row["reason"] and row["line_number"] >= 1 for row in quarantined)


def test_every_expected_report_is_compared() -> None:
    assert len(REPORTS) == 12
    assert read_rows(EXPECTED / "course_sync_log.jsonl")
