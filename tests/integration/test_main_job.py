"""The main job as people run it: from a drop folder to the file that readers open."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from dagster import (
    AssetKey,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    build_schedule_context,
)

from expectations.registry import all_checks
from oracle.schema import TABLES
from orchestration.definitions import defs
from orchestration.home import Home
from orchestration.publish.records import read_publications
from orchestration.run_ledger import Event, read_events
from orchestration.run_resource import RunResource
from support.runs import (
    TIMES,
    PublishedRun,
    expected_reports,
    published_report,
)

REPORTS = expected_reports()


@pytest.fixture(scope="module")
def published(run: PublishedRun) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(run.home.published_file), read_only=True) as connection:
        yield connection


def test_the_command_says_what_was_published(run: PublishedRun) -> None:
    assert run.completed.stderr == ""
    assert "published 000001-20260313T060000Z as of 2026-03-13T" in run.completed.stdout
    for report, expected in REPORTS.items():
        (line,) = [
            line
            for line in run.completed.stdout.splitlines()
            if line.split()[:1] == [report]
        ]
        assert line.split()[1:] == [str(len(expected)), "rows"]
    assert "quarantined rows: 4" in run.completed.stdout
    assert str(run.home.published_file) in run.completed.stdout


@pytest.mark.parametrize("report", REPORTS)
def test_a_published_report_is_as_written_by_hand(
    published: duckdb.DuckDBPyConnection, report: str
) -> None:
    found = published_report(published, f"from reports.{report}")

    assert found == REPORTS[report]
    assert [list(row) for row in found] == [list(row) for row in REPORTS[report]]


def test_the_published_file_is_finished(run: PublishedRun) -> None:
    link = run.home.published_file
    file = link.resolve()

    assert not link.readlink().is_absolute()
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    assert not file.with_name("rollbook.duckdb.wal").exists()
    assert sorted(path.name for path in link.parent.iterdir()) == [
        "check_results.jsonl",
        "publications.jsonl",
        "rollbook.duckdb",
        "versions",
    ]


@pytest.mark.parametrize("zone", ["America/Denver", "Pacific/Auckland"])
def test_macros_work_when_the_file_is_attached(run: PublishedRun, zone: str) -> None:
    """Under its default name, beside a database that has the reader's own tables."""
    with duckdb.connect() as reader:
        reader.execute(f"set timezone = '{zone}'")
        reader.execute("create schema reports")
        reader.execute("create table reports.fct_sync_attempts (nothing integer)")
        reader.execute(f"attach '{run.home.published_file}' (read_only)")
        start, end = (TIMES[name].rstrip("Z") for name in ("range_start", "range_end"))
        for report, expected in REPORTS.items():
            if report == "integration_jobs":
                continue
            found = published_report(
                reader,
                f"from rollbook.reports.{report}_between(null, '{start}', '{end}')",
            )
            assert found == expected, report


def test_every_column_of_marts_and_reports_is_described(
    published: duckdb.DuckDBPyConnection,
) -> None:
    bare = published.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where schema_name in ('marts', 'reports') and coalesce(comment, '') = ''"
        " union all"
        " select schema_name, table_name, null from duckdb_tables()"
        " where schema_name in ('marts', 'reports') and coalesce(comment, '') = ''"
    ).fetchall()

    assert bare == []


def test_every_instant_has_a_zone(published: duckdb.DuckDBPyConnection) -> None:
    naive = published.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where schema_name in ('marts', 'reports')"
        " and (column_name like '%\\_at' escape '\\' or data_type like 'TIMESTAMP%')"
        " and data_type <> 'TIMESTAMP WITH TIME ZONE'"
    ).fetchall()

    assert naive == []


def test_every_line_of_every_file_is_accounted_for(
    published: duckdb.DuckDBPyConnection,
) -> None:
    files = published.execute(
        "select source_file, line_count, loaded_count + redelivered_count"
        " + quarantined_count + blank_count + header_count from marts.input_files"
    ).fetchall()

    assert len(files) == 11
    assert [file for file in files if file[1] != file[2]] == []


def test_the_run_ledger_tells_what_was_asked_and_how_far_it_came(
    run: PublishedRun,
) -> None:
    (publication,) = read_publications(run.home)

    events = read_events(run.home)

    assert [event.event for event in events] == [
        Event.STARTED,
        Event.LANDING,
        Event.LOADING,
        Event.BUILDING,
        Event.AUDITING,
        Event.SWAPPING,
        Event.PUBLISHED,
        Event.ENDED,
    ]
    assert {event.run_id for event in events} == {publication.run_id}
    assert events[0].details["as_of"] == publication.as_of
    assert events[0].details["source"] == str(run.drop)


@pytest.fixture(scope="module")
def instance(
    run: PublishedRun, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DagsterInstance]:
    """What the UI shows of a copy of the home: to read SQLite is to write beside it."""
    home = Home(run.again(tmp_path_factory.mktemp("history")))
    with DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return defs()


def test_the_run_shows_in_the_home_s_own_dagster(
    run: PublishedRun, instance: DagsterInstance
) -> None:
    (publication,) = read_publications(run.home)

    (shown,) = instance.get_runs()

    assert shown.run_id == publication.run_id
    assert (shown.job_name, shown.status) == (
        "publish_reports",
        DagsterRunStatus.SUCCESS,
    )


def test_every_table_is_materialized_and_the_publication_last(
    instance: DagsterInstance, definitions: Definitions
) -> None:
    graph = definitions.resolve_asset_graph()
    at = {}
    for key in graph.materializable_asset_keys:
        event = instance.get_latest_materialization_event(key)
        assert event is not None, key
        at[key.to_user_string()] = event.timestamp

    assert at["publication"] == max(at.values())
    assert {f"platform/{table}" for table in TABLES} <= set(at)
    assert {f"reports/rpt_{report}" for report in REPORTS} <= set(at)


def test_every_check_shows_with_its_verdict(
    run: PublishedRun, instance: DagsterInstance
) -> None:
    (publication,) = read_publications(run.home)
    events = instance.all_logs(
        publication.run_id, of_type=DagsterEventType.ASSET_CHECK_EVALUATION
    )

    found = {
        event.get_dagster_event().event_specific_data.check_name: (
            event.get_dagster_event().event_specific_data.passed
        )
        for event in events
    }

    assert {check.name for check in all_checks()} <= set(found)
    assert len(found) > 2 * len(all_checks()), "dbt's own tests are checks too"
    assert [name for name, passed in found.items() if not passed] == [
        "few_rows_quarantined"
    ]


def test_lineage_leads_from_landed_tables_through_reports_to_the_publication(
    definitions: Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()

    def upstream(name: str) -> set[str]:
        found: set[AssetKey] = set()
        waiting = [AssetKey(name.split("/"))]
        while waiting:
            parents = graph.get(waiting.pop()).parent_keys - found
            found |= parents
            waiting += parents
        return {key.to_user_string() for key in found}

    landed = {f"platform/{table}" for table in TABLES}
    logs = {"platform/api_requests", "platform/courses", "platform/users"}
    for report in REPORTS:
        above = upstream(f"reports/rpt_{report}")
        assert above & landed, report
        if report.endswith("_sync_log") or report == "attempted_data_syncs":
            assert logs <= above, report
    everything = {key.to_user_string() for key in graph.materializable_asset_keys}
    assert upstream("publication") >= everything - {"publication"}
    assert not graph.get(AssetKey("publication")).child_keys


def test_definitions_load_without_network_or_secrets(tmp_path: Path) -> None:
    code = """
import socket

def refuse(*arguments, **named):
    raise AssertionError(f"network: {arguments}")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from orchestration.definitions import defs

print(defs().resolve_job_def("publish_reports").name)
"""
    completed = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.returncode == 0, completed.stderr
    assert completed.stdout.splitlines()[-1] == "publish_reports"
    assert list(tmp_path.iterdir()) == []


def test_the_schedule_s_tick_is_the_run_s_time(
    definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ROLLBOOK_SOURCE", str(tmp_path / "drop"))
    tick = datetime(2026, 3, 20, 5, tzinfo=UTC)
    schedule = definitions.resolve_schedule_def("nightly_publish_reports")

    with build_schedule_context(scheduled_execution_time=tick) as context:
        (asked,) = schedule.evaluate_tick(context).run_requests or []

    assert schedule.job_name == "publish_reports"
    resource = RunResource(**asked.run_config["resources"]["run"]["config"])
    with DagsterInstance.ephemeral() as nothing:
        parameters = resource.parameters(nothing, "no run")
    assert parameters.as_of == tick
    assert parameters.range_start == tick - timedelta(days=7)
    assert parameters.range_end == tick
    assert parameters.source == tmp_path / "drop"
    assert resource.opened_home == Home(tmp_path / "home")
