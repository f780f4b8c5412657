"""Every generic dbt test of ours passes on good rows and fails on bad ones."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestration.manifest import DBT_EXECUTABLE
from orchestration.settings import PROJECT_FOLDER

GENERIC_TESTS = PROJECT_FOLDER / "tests" / "dbt" / "generic"


@dataclass(frozen=True)
class Case:
    """A generic test on a few rows, and how many failures it has to find there."""

    name: str
    generic_test: str
    arguments: dict[str, Any]
    columns: str
    rows: str
    failures: int


def _keys(name: str, rows: str, failures: int, **arguments: Any) -> Case:
    arguments = {"columns": ["campus_id", "job_id"], **arguments}
    columns = "campus_id, job_id"
    return Case(name, "unique_combination", arguments, columns, rows, failures)


def _spans(name: str, rows: str, failures: int) -> Case:
    return Case(
        name,
        "no_overlap",
        {"record_columns": ["campus_id"], "starts": "starts_at", "ends": "ends_at"},
        "campus_id, starts_at, ends_at",
        rows,
        failures,
    )


def _rows(name: str, rows: str, failures: int) -> Case:
    conditions = {"positive": "size > 0", "known": "kind in ('a', 'b')"}
    return Case(
        name, "every_row", {"conditions": conditions}, "size, kind", rows, failures
    )


_DAY_1, _DAY_2, _DAY_3 = (f"timestamptz '2026-03-0{day} 00:00:00+00'" for day in "123")
_OPEN = "cast(null as timestamptz)"

CASES = [
    _keys("keys_differ", "('C1', 'J1'), ('C1', 'J2'), ('C2', 'J1')", 0),
    _keys("key_stands_twice", "('C1', 'J1'), ('C1', 'J1'), ('C1', 'J2')", 1),
    _keys("key_lacks_a_part", "('C1', 'J1'), ('C1', null)", 1),
    _keys("part_may_lack", "('C1', 'J1'), ('C1', null)", 0, nullable=["job_id"]),
    _keys("null_key_twice", "('C1', null), ('C1', null)", 1, nullable=["job_id"]),
    _keys(
        "expression_stands_twice",
        "('C1', 'J1'), ('C1', 'j1')",
        1,
        columns=["campus_id", "lower(job_id)"],
    ),
    _spans(
        "spans_touch",
        f"('C1', {_DAY_1}, {_DAY_2}), ('C1', {_DAY_2}, {_OPEN}),"
        f" ('C2', {_DAY_1}, {_OPEN})",
        0,
    ),
    _spans(
        "spans_overlap",
        f"('C1', {_DAY_1}, {_DAY_3}), ('C1', {_DAY_2}, {_DAY_3})",
        1,
    ),
    _spans("two_open_ends", f"('C1', {_DAY_1}, {_OPEN}), ('C1', {_DAY_2}, {_OPEN})", 1),
    _spans("same_start", f"('C1', {_DAY_1}, {_DAY_2}), ('C1', {_DAY_1}, {_OPEN})", 1),
    _spans("span_without_length", f"('C1', {_DAY_1}, {_DAY_1})", 1),
    _spans("span_without_start", f"('C1', {_OPEN}, {_DAY_1})", 1),
    _rows("conditions_hold", "(1, 'a'), (2, 'b')", 0),
    _rows("one_condition_breaks_twice", "(1, 'a'), (0, 'a'), (-1, 'b')", 1),
    _rows("both_conditions_break", "(0, 'a'), (1, 'c')", 2),
    _rows("null_breaks_a_condition", "(1, null)", 1),
]


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Let dbt build one model a case; return the failures that its test found."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(GENERIC_TESTS, project / "tests" / "generic")
    (project / "models").mkdir()
    for case in CASES:
        (project / "models" / f"{case.name}.sql").write_text(
            f"select * from (values {case.rows}) as given ({case.columns})"
        )
    _write_json(project / "models" / "cases.yml", {"models": _models()})
    _write_json(
        project / "dbt_project.yml",
        {"name": "cases", "profile": "cases", "flags": {"partial_parse": False}},
    )
    output = {"type": "duckdb", "path": str(project / "cases.duckdb")}
    _write_json(
        project / "profiles.yml",
        {"cases": {"target": "duckdb", "outputs": {"duckdb": output}}},
    )
    completed = subprocess.run(
        [str(DBT_EXECUTABLE), "build", "--no-send-anonymous-usage-stats"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    results = json.loads((project / "target" / "run_results.json").read_text())
    found = {
        result["unique_id"].split(".")[2].removeprefix("test_"): result["failures"]
        for result in results["results"]
        if result["unique_id"].startswith("test.")
    }
    assert len(found) == len(CASES), completed.stdout
    return found


def _models() -> list[dict[str, Any]]:
    return [
        {
            "name": case.name,
            "data_tests": [
                {
                    case.generic_test: {
                        "name": f"test_{case.name}",
                        "arguments": case.arguments,
                    }
                }
            ],
        }
        for case in CASES
    ]


def _write_json(path: Path, content: dict[str, Any]) -> None:
    """YAML takes JSON as it is."""
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_generic_test_finds_bad_rows_alone(
    case: Case, failures: dict[str, int]
) -> None:
    assert failures[case.name] == case.failures


def test_every_generic_test_has_a_passing_and_a_failing_case() -> None:
    tests = {path.stem for path in GENERIC_TESTS.glob("*.sql")}

    assert {case.generic_test for case in CASES if case.failures} == tests
    assert {case.generic_test for case in CASES if not case.failures} == tests
