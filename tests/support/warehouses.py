"""A built warehouse as publication needs it, without dbt: its records and a report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from expectations.results import CheckResult, Severity
from orchestration.home import Home
from orchestration.publish.publication import publish
from orchestration.publish.records import Publication, StagedResult
from orchestration.publish.versions import Versions
from orchestration.run_parameters import RunParameters
from orchestration.warehouse import Warehouse

AS_OF = datetime(2026, 3, 13, 6, tzinfo=UTC)

_TABLES = """
create schema marts;
create schema reports;
create table marts.input_files (table_name varchar, source_file varchar);
insert into marts.input_files values
('courses', 'a.csv'), ('api_requests', 'b.csv'), ('api_requests', 'b.csv');
create table marts.quarantined_rows (line_number bigint);
insert into marts.quarantined_rows values (7);
create table marts.report_catalog (name varchar, row_key json);
insert into marts.report_catalog values ('course_list', '["course_id"]');
create table reports.course_list (course_id varchar, title varchar);
create table marts.publications (
    publication_id varchar, run_id varchar, code_version varchar,
    published_by varchar, forced_reason varchar, landed_through_batch integer,
    input_file_count bigint, quarantined_count bigint, failed_check_count bigint,
    new_inputs json, report_rows json,
    as_of timestamptz, range_start_at timestamptz, range_end_at timestamptz,
    published_at timestamptz
);
create table marts.check_results (
    publication_id varchar, stage varchar, check_name varchar, table_name varchar,
    severity varchar, observed varchar, expected varchar, failing_rows json,
    is_passed boolean, checked_at timestamptz
);
"""


def small_warehouse(home: Home, *courses: str) -> None:
    """Build the home's warehouse anew, with these courses in its one report.

    A course may have a title: ``K1=Algebra``.
    """
    database = Warehouse(home).database
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(_TABLES)
        for course in courses:
            connection.execute(
                "insert into reports.course_list"
                " select split_part($1, '=', 1), split_part($1, '=', 2)",
                [course],
            )


def publish_courses(
    home: Home,
    *courses: str,
    day: int = 0,
    audited: tuple[CheckResult, ...] = (),
    forced_reason: str | None = None,
) -> Publication:
    """Build and publish; the audit finds what it is told to find."""
    small_warehouse(home, *courses)
    as_of = AS_OF + timedelta(days=day)
    landed = StagedResult("landing", verdict("few_bad_rows", passed=False))
    return publish(
        home,
        RunParameters(
            source=Path("drop"),
            as_of=as_of,
            range_start=as_of - timedelta(days=7),
            range_end=as_of,
        ),
        run_id=f"run-{day}",
        earlier_results=[landed],
        audit=lambda file, previous: list(audited),
        on_swapping=lambda: None,
        kept_versions=3,
        forced_reason=forced_reason,
    )


def verdict(
    name: str, *, passed: bool, severity: Severity = Severity.WARNING
) -> CheckResult:
    """A check's result over one table."""
    return CheckResult(
        check=name,
        table_name="course_list",
        severity=severity,
        passed=passed,
        observed="2 rows of 10",
        expected="no row",
        failing_rows=() if passed else ('{"course_id":"K1"}', '{"course_id":"K2"}'),
    )


def served_courses(home: Home) -> list[str]:
    """The courses that a reader who opens the link now sees."""
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        return [
            row[0]
            for row in connection.execute(
                "select course_id from reports.course_list order by 1"
            ).fetchall()
        ]


def kept_versions(home: Home) -> list[str]:
    """The folders of the versions, whatever is in them."""
    return sorted(path.name for path in Versions(home).folder.iterdir())
