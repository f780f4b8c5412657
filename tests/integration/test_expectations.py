"""The suites on what landing writes and dbt builds: their names and rules still fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

import duckdb
import pytest

from expectations.engine import load_gx
from expectations.landing import checks as landing
from expectations.landing.suite import check_landing
from expectations.published import checks as published
from expectations.published.suite import check_published
from expectations.results import CheckResult, Severity, describe
from orchestration.home import Home
from support.compiled import CompiledProject
from support.worlds import DATA, built_world, instant

EXAMPLE = DATA / "worked_example"


@pytest.fixture(scope="module")
def times() -> dict[str, datetime]:
    text = (EXAMPLE / "expected" / "range.json").read_text(encoding="utf-8")
    return {name: instant(value) for name, value in json.loads(text).items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def file(
    project: CompiledProject, home: Home, times: dict[str, datetime]
) -> Iterator[Path]:
    """The tables of the worked example that are published, in a file."""
    file = home.root / "rollbook.duckdb"
    with built_world(project, EXAMPLE / "drop", home.root, **times) as connection:
        connection.execute(f"attach '{file}' as copied")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = 'rollbook'"
            " and schema_name in ('marts', 'reports', 'seeds')"
        ).fetchall()
        for schema, table in tables:
            connection.execute(f"create schema if not exists copied.{schema}")
            connection.execute(
                f"create table copied.{schema}.{table}"
                f" as from rollbook.{schema}.{table}"
            )
        connection.execute("detach copied")
    return file


def told(results: list[CheckResult]) -> list[str]:
    return [describe(result) for result in results if not result.passed]


def test_the_worked_example_lands_with_nothing_but_a_warning(
    file: Path, home: Home
) -> None:
    results = check_landing(home.landing, batch=1)

    assert [result.check for result in results] == [c.name for c in landing.CHECKS]
    # Four of its 48 requests are bad on purpose.
    assert [result.check for result in results if not result.passed] == [
        landing.FEW_ROWS_QUARANTINED.name
    ], told(results)


def test_the_worked_example_may_be_published(
    file: Path, times: dict[str, datetime]
) -> None:
    results = check_published(
        file,
        previous=file,
        range_start=times["range_start"],
        range_end=times["range_end"],
    )

    assert [result.check for result in results] == [c.name for c in published.CHECKS]
    assert told(results) == []


def test_a_real_file_that_lost_attempts_is_named_in_one_line(
    file: Path, times: dict[str, datetime], tmp_path: Path
) -> None:
    broken = tmp_path / "rollbook.duckdb"
    broken.write_bytes(file.read_bytes())
    with duckdb.connect(str(broken)) as connection:
        connection.execute("delete from reports.user_sync_log where rowid = 0")

    results = check_published(
        broken,
        previous=file,
        range_start=times["range_start"],
        range_end=times["range_end"],
    )

    blocking = [
        describe(result)
        for result in results
        if not result.passed and result.severity is Severity.BLOCKING
    ]
    assert any("every_attempt_logged" in line for line in blocking)
    assert all("user_sync_log" in line and "\n" not in line for line in blocking)


@pytest.mark.slow
def test_the_checks_are_quick_once_gx_is_there(
    file: Path, home: Home, times: dict[str, datetime]
) -> None:
    """Measured: 0.3 s and 0.4 s; the bounds leave room for a busy machine."""
    load_gx()
    check_landing(home.landing, batch=1)

    start = perf_counter()
    check_landing(home.landing, batch=1)
    landing_s = perf_counter() - start
    start = perf_counter()
    check_published(
        file,
        previous=file,
        range_start=times["range_start"],
        range_end=times["range_end"],
    )
    published_s = perf_counter() - start

    assert landing_s < 3
    assert published_s < 6
