"""Each published check fails on the fault it is for, and on nothing less."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from served_world import RANGE_END, RANGE_START, longer, make_served_file

from expectations.errors import CheckRunError
from expectations.published.checks import CHECKS
from expectations.published.suite import check_published
from expectations.results import CheckResult, Severity

RANGE = (RANGE_START, RANGE_END)


def failed(
    file: Path, *, previous: Path | None = None, in_range: Sequence[object] = RANGE
) -> dict[str, CheckResult]:
    results = check_published(
        file, previous=previous, range_start=in_range[0], range_end=in_range[1]
    )
    assert [result.check for result in results] == [check.name for check in CHECKS]
    return {result.check: result for result in results if not result.passed}


def failed_after(tmp_path: Path, *broken_by: str) -> dict[str, CheckResult]:
    return failed(make_served_file(tmp_path / "served.duckdb", broken_by=broken_by))


def test_a_whole_file_passes_every_check(tmp_path: Path) -> None:
    assert failed_after(tmp_path) == {}


def test_a_whole_file_passes_against_itself_and_an_equal_one(tmp_path: Path) -> None:
    file = make_served_file(tmp_path / "served.duckdb", attempts=2000)
    equal = make_served_file(tmp_path / "previous.duckdb", attempts=2000)

    assert failed(file, previous=file) == {}
    assert failed(file, previous=equal) == {}


LOG = "reports.user_sync_log"
ONE_ROW = f"rowid = (select min(rowid) from {LOG} where status = 'success')"
# The worlds give each campus's record 0 a row of errors and one of successes.
TWO_ROWS = "campus_id = 'C1' and record_key = 'user:0'"

# What is broken, the one check that must say so, and what a failing row must show.
FAULTS = {
    "a column out of order": (
        "alter table reports.system_data_summary drop record_type;\n"
        "alter table reports.system_data_summary add record_type varchar;\n"
        "update reports.system_data_summary as summary set record_type ="
        " ['course', 'user', 'course_member', 'attendance_session'][1 + rowid % 4]",
        "report_columns_as_catalogued",
        {"report": "system_data_summary"},
    ),
    "a column that is not catalogued": (
        "alter table reports.attempted_data_syncs add note varchar",
        "report_columns_as_catalogued",
        {"catalogue_columns": "campus_id, record_type, distinct_syncs"},
    ),
    "a report without a table": (
        "insert into marts.report_catalog"
        " select 'user_list', parameters, columns from marts.report_catalog limit 1",
        "report_columns_as_catalogued",
        {"report": "user_list", "table_columns": None},
    ),
    "a report that left the catalogue": (
        "delete from marts.report_catalog where name = 'user_sync_log'",
        "report_columns_as_catalogued",
        {"report": "user_sync_log", "catalogue_columns": None},
    ),
    "a campus without a row": (
        "delete from reports.attempted_data_syncs"
        " where campus_id = 'C2' and record_type = 'user'",
        "attempted_data_syncs_per_campus",
        {"campus_id": "C2", "expected_rows": 4, "row_count": 3},
    ),
    "one record type twice": (
        "update reports.system_data_summary set record_type = 'user'"
        " where campus_id = 'C1' and record_type = 'course'",
        "system_data_summary_per_campus",
        {"campus_id": "C1", "row_count": 4, "record_types": 3},
    ),
    "rows of a deleted campus": (
        "insert into reports.system_data_summary values ('C3', 'user', 0)",
        "system_data_summary_per_campus",
        {"campus_id": "C3", "expected_rows": 0, "row_count": 1},
    ),
    "a record without its mark": (
        f"update {LOG} set last_attempt = null where campus_id = 'C1'"
        " and record_key = 'user:1'",
        "last_attempt_marked_once",
        {"report": "user_sync_log", "campus_id": "C1", "marked_rows": 0},
    ),
    "a record with two marks": (
        f"update {LOG} set last_attempt = '*' where {TWO_ROWS}",
        "last_attempt_marked_once",
        {"report": "user_sync_log", "marked_rows": 2},
    ),
    "another mark": (
        f"update {LOG} set last_attempt = 'x' where {ONE_ROW}",
        "last_attempt_marked_once",
        {"report": "user_sync_log"},
    ),
    "a mark on an earlier row": (
        f"update {LOG} set last_attempt = if(last_attempt is null, '*', null)"
        f" where {TWO_ROWS}",
        "last_attempt_marked_once",
        {"report": "user_sync_log", "marked_rows": 1},
    ),
    "an unknown status": (
        f"update {LOG} set status = 'partial' where {ONE_ROW}",
        "sync_status_known",
        {"report": "user_sync_log", "status": "partial"},
    ),
    "no status": (
        f"update {LOG} set status = null where {ONE_ROW}",
        "sync_status_known",
        {"report": "user_sync_log", "status": None},
    ),
    "a success with a code": (
        f"update {LOG} set error_code = 'E1' where {ONE_ROW}",
        "success_without_error",
        {"report": "user_sync_log", "error_code": "E1"},
    ),
    "a success with a message": (
        f"update {LOG} set message = 'fine' where {ONE_ROW}",
        "success_without_error",
        {"report": "user_sync_log", "message": "fine"},
    ),
    "a row that ends before it starts": (
        f"update {LOG} set first_attempted_at = last_attempted_at + to_seconds(1)"
        f" where {ONE_ROW}",
        "attempts_counted_in_order",
        {"report": "user_sync_log"},
    ),
    "an attempt before the range": (
        f"update {LOG} set first_attempted_at = $range_start - to_seconds(1)"
        f" where {ONE_ROW}",
        "attempts_within_range",
        {"first_attempted_at": "2026-03-13 05:59:59+00:00"},
    ),
    "an attempt at the range's end": (
        f"update {LOG} set last_attempted_at = $range_end where last_attempt = '*'",
        "attempts_within_range",
        {"last_attempted_at": "2026-03-20 06:00:00+00:00"},
    ),
    "an attempt that is not logged": (
        "insert into marts.fct_sync_attempts"
        " select * from marts.fct_sync_attempts where request_id = 'R1'",
        "every_attempt_logged",
        {"report": "user_sync_log", "logged_attempts": 12, "range_attempts": 13},
    ),
    "a posting logged at a campus that wants none": (
        "insert into reports.attendance_posting_sync_log"
        " values ('C2', 'p', 'post', 'success', null, null,"
        " $range_start, $range_start, 1, '*')",
        "every_attempt_logged",
        {"report": "attendance_posting_sync_log", "range_attempts": 6},
    ),
}


@pytest.mark.parametrize(
    ("broken_by", "check", "shown"), FAULTS.values(), ids=FAULTS.keys()
)
def test_a_fault_fails_its_check_alone(
    tmp_path: Path, broken_by: str, check: str, shown: dict[str, object]
) -> None:
    found = failed_after(tmp_path, broken_by)

    assert list(found) == [check]
    assert found[check].severity is Severity.BLOCKING
    row = json.loads(found[check].failing_rows[0])
    assert {name: row[name] for name in shown} == shown


def test_a_row_without_attempts_fails(tmp_path: Path) -> None:
    broken_by = f"update {LOG} set attempted_count = 0 where {ONE_ROW}"

    assert list(failed_after(tmp_path, broken_by)) == [
        "attempts_counted_in_order",
        "every_attempt_logged",
    ]


def test_what_reads_a_lost_table_has_not_passed(tmp_path: Path) -> None:
    found = failed_after(tmp_path, "drop table marts.dim_campuses")

    assert json.loads(found["checked_tables_present"].failing_rows[0]) == {
        "schema_name": "marts",
        "table_name": "dim_campuses",
        "columns_missing": "campus_id, is_deleted, time_zone",
    }
    assert "not run" in found["every_attempt_logged"].observed
    assert "report_columns_as_catalogued" not in found


def test_a_lost_column_fails_both_checks_of_shape(tmp_path: Path) -> None:
    found = failed_after(tmp_path, f"alter table {LOG} drop last_attempt")

    assert "last_attempt" in found["checked_tables_present"].failing_rows[0]
    assert "user_sync_log" in found["report_columns_as_catalogued"].failing_rows[0]


def test_without_a_catalogue_nothing_has_passed(tmp_path: Path) -> None:
    found = failed_after(tmp_path, "drop table marts.report_catalog")

    assert len(found) == len(CHECKS)


@pytest.mark.parametrize(
    ("before", "after", "is_blocked"),
    [(1000, 985, True), (1000, 995, False), (900, 300, False), (1000, 4000, False)],
)
def test_a_log_that_shrinks_blocks_if_it_was_large_enough(
    tmp_path: Path, before: int, after: int, *, is_blocked: bool
) -> None:
    previous = make_served_file(tmp_path / "previous.duckdb", attempts=before)
    file = make_served_file(tmp_path / "served.duckdb", attempts=after)

    found = failed(file, previous=previous)

    assert ("attempts_not_lost" in found) is is_blocked
    if is_blocked:
        result = found["attempts_not_lost"]
        assert result.severity is Severity.BLOCKING
        assert json.loads(result.failing_rows[0])["previous_attempts"] == before + 2


def grown(rows: int) -> str:
    """Give the posting log of a whole file this many rows, unlike its attempts."""
    return (
        "create or replace table reports.attendance_posting_sync_log as"
        " select log.* from reports.attendance_posting_sync_log as log,"
        f" range(100) limit {rows}"
    )


@pytest.mark.parametrize(
    ("before", "after", "is_warned"),
    [
        (100, 49, True),
        (100, 50, False),
        (100, 300, False),
        (100, 301, True),
        (99, 1, False),
    ],
)
def test_a_report_far_from_its_last_volume_warns(
    tmp_path: Path, before: int, after: int, *, is_warned: bool
) -> None:
    previous = make_served_file(tmp_path / "previous.duckdb", broken_by=[grown(before)])
    file = make_served_file(tmp_path / "served.duckdb", broken_by=[grown(after)])

    found = failed(file, previous=previous)

    assert ("report_volume_steady" in found) is is_warned
    if is_warned:
        result = found["report_volume_steady"]
        assert result.severity is Severity.WARNING
        row = json.loads(result.failing_rows[0])
        assert row["report"] == "attendance_posting_sync_log"
        assert (row["row_count"], row["previous_row_count"]) == (after, before)


@pytest.mark.parametrize(
    ("broken_by", "is_warned"),
    [
        ("drop table marts.publications", True),
        ("delete from marts.publications", True),
        ("update marts.report_catalog set parameters = '[]'", True),
        ("update marts.report_catalog set parameters = parameters", False),
    ],
)
def test_volumes_of_ranges_of_other_length_are_not_compared(
    tmp_path: Path, broken_by: str, *, is_warned: bool
) -> None:
    """Unless nothing tells the earlier range, or the report has none."""
    statements = [grown(100), broken_by]
    previous = make_served_file(tmp_path / "previous.duckdb", broken_by=statements)
    statements = [grown(10), broken_by]
    file = make_served_file(tmp_path / "served.duckdb", broken_by=statements)

    found = failed(file, previous=previous, in_range=longer(RANGE, days=1))

    assert ("report_volume_steady" in found) is is_warned


@pytest.mark.parametrize(
    ("attempts", "errors_in_ten", "is_warned"),
    [(200, 4, True), (200, 2, False), (50, 9, False)],
)
def test_a_rise_of_errors_warns(
    tmp_path: Path, attempts: int, errors_in_ten: int, *, is_warned: bool
) -> None:
    previous = make_served_file(tmp_path / "previous.duckdb", attempts=200)
    file = make_served_file(
        tmp_path / "served.duckdb", attempts=attempts, errors_in_ten=errors_in_ten
    )

    found = failed(file, previous=previous)

    assert list(found) == (["error_share_steady"] if is_warned else [])
    if is_warned:
        result = found["error_share_steady"]
        assert result.severity is Severity.WARNING
        assert json.loads(result.failing_rows[0])["error_share"] == pytest.approx(
            0.4, abs=0.01
        )


def test_a_broken_previous_publication_warns_and_no_more(tmp_path: Path) -> None:
    file = make_served_file(tmp_path / "served.duckdb")
    previous = tmp_path / "previous.duckdb"
    previous.write_bytes(b"no database")

    found = failed(file, previous=previous)

    assert list(found) == ["previous_publication_readable"]
    assert found["previous_publication_readable"].severity is Severity.WARNING


def test_a_previous_publication_without_the_tables_is_not_compared(
    tmp_path: Path,
) -> None:
    file = make_served_file(tmp_path / "served.duckdb", attempts=2000)
    previous = make_served_file(
        tmp_path / "previous.duckdb",
        broken_by=["drop schema marts cascade", "drop schema reports cascade"],
    )

    assert failed(file, previous=previous) == {}


def test_the_file_is_only_read(tmp_path: Path) -> None:
    file = make_served_file(tmp_path / "served.duckdb")
    file.chmod(0o444)
    before = file.read_bytes()

    assert failed(file) == {}

    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_no_database_is_an_error_not_a_failed_check(
    tmp_path: Path,
) -> None:
    file = tmp_path / "served.duckdb"
    file.write_bytes(b"no database")

    with pytest.raises(CheckRunError, match=r"served\.duckdb cannot be checked"):
        failed(file)
