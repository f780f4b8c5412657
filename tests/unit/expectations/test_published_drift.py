"""What is about to be served is held against its own days and publications."""

import json
from pathlib import Path

import duckdb
import pytest
from served_world import RANGE_END, RANGE_START, make_served_file

from expectations.published.suite import check_published
from expectations.results import CheckResult, Severity


def failed(file: Path, *, previous: Path | None = None) -> dict[str, CheckResult]:
    results = check_published(
        file, previous=previous, range_start=RANGE_START, range_end=RANGE_END
    )
    return {result.check: result for result in results if not result.passed}


def failed_after(tmp_path: Path, *broken_by: str) -> dict[str, CheckResult]:
    return failed(make_served_file(tmp_path / "served.duckdb", broken_by=broken_by))


def shown(result: CheckResult) -> dict[str, object]:
    row: dict[str, object] = json.loads(result.failing_rows[0])
    return row


def published_before(times: int, rows: int, *, range_days: int = 7) -> str:
    """Earlier publications, each with so many rows of postings."""
    return (
        "insert into marts.publications"
        " select 'earlier', json_object('attendance_posting_sync_log', "
        f"{rows}), $range_end - to_days({range_days}), $range_end,"
        f" now() - to_days(1) from range({times})"
    )


def postings(rows: int) -> str:
    """Give the posting log of a whole file this many rows, unlike its attempts."""
    return (
        "create or replace table reports.attendance_posting_sync_log as"
        " select log.* from reports.attendance_posting_sync_log as log,"
        f" range(100) limit {rows}"
    )


@pytest.mark.parametrize(
    ("earlier", "rows", "is_warned"),
    [
        (published_before(7, 100), 49, True),
        (published_before(7, 100), 50, False),
        (published_before(7, 100), 200, False),
        (published_before(7, 100), 201, True),
        (published_before(7, 99), 201, False),
        (published_before(6, 100), 201, False),
        (published_before(7, 100, range_days=6), 201, False),
    ],
)
def test_a_report_far_from_its_usual_volume_warns(
    tmp_path: Path, earlier: str, rows: int, *, is_warned: bool
) -> None:
    found = failed_after(tmp_path, earlier, postings(rows))

    assert ("report_volume_usual" in found) is is_warned
    if is_warned:
        assert found["report_volume_usual"].severity is Severity.WARNING
        row = shown(found["report_volume_usual"])
        assert (row["report"], row["row_count"], row["usual_rows"]) == (
            "attendance_posting_sync_log",
            rows,
            100,
        )


def on_day(days_ago: int, changed: str, *, job: str = "J1") -> str:
    return (
        f"update marts.fct_daily_sync_activity set {changed}"
        f" where requested_date = cast($range_end as date) - {days_ago}"
        f" and job_id = '{job}'"
    )


MORE_JOBS = (
    "insert into marts.fct_daily_sync_activity"
    " select * exclude (number) replace ('J' || number as job_id)"
    " from marts.fct_daily_sync_activity, range(2, 7) as numbers (number)"
)


def failing_jobs(result: CheckResult) -> set[object]:
    return {json.loads(row)["job_id"] for row in result.failing_rows}


def test_a_job_day_of_many_errors_warns(tmp_path: Path) -> None:
    found = failed_after(
        tmp_path,
        MORE_JOBS,
        on_day(1, "error_count = 21"),
        on_day(1, "error_count = 20", job="J2"),
        on_day(7, "error_count = 50", job="J3"),
        on_day(8, "error_count = 50", job="J4"),
        # Of two operations nine each are too few to say anything, ten are not.
        on_day(1, "error_count = 50, distinct_sync_count = 9", job="J5"),
        on_day(1, "error_count = 50, distinct_sync_count = 10", job="J6"),
    )

    result = found["job_day_errors_steady"]
    assert (result.severity, result.table_name) == (
        Severity.WARNING,
        "fct_daily_sync_activity",
    )
    assert failing_jobs(result) == {"J1", "J3", "J6"}
    assert shown(result)["highest_error_share"] == pytest.approx(0.1)


def test_errors_as_high_as_before_are_no_news(tmp_path: Path) -> None:
    found = failed_after(
        tmp_path, on_day(20, "error_count = 40"), on_day(1, "error_count = 45")
    )

    assert found == {}


def test_a_job_day_of_unusual_volume_warns(tmp_path: Path) -> None:
    """A job of seven days before has none that is usual."""
    syncs = {"J1": 12, "J2": 13, "J3": 50, "J4": 51, "J5": 500, "J6": 500}
    found = failed_after(
        tmp_path,
        MORE_JOBS,
        *(
            on_day(1, f"distinct_sync_count = {count}", job=job)
            for job, count in syncs.items()
        ),
        *(
            "delete from marts.fct_daily_sync_activity"
            f" where requested_date < cast($range_end as date) - {days}"
            f" and job_id = '{job}'"
            for job, days in (("J5", 8), ("J6", 7))
        ),
    )

    assert list(found) == ["job_day_volume_steady"]
    assert failing_jobs(found["job_day_volume_steady"]) == {"J1", "J4", "J5"}
    row = shown(found["job_day_volume_steady"])
    assert (row["requested_date"], row["distinct_syncs"], row["fewest_syncs"]) == (
        "2026-03-19",
        24,
        50,
    )


def test_days_that_the_previous_publication_held_are_not_judged_again(
    tmp_path: Path,
) -> None:
    previous = make_served_file(tmp_path / "previous.duckdb")
    late = make_served_file(
        tmp_path / "late.duckdb",
        broken_by=["update marts.publications set range_end_at = $range_start"],
    )
    file = make_served_file(
        tmp_path / "served.duckdb", broken_by=[on_day(1, "error_count = 50")]
    )

    assert "job_day_errors_steady" not in failed(file, previous=previous)
    assert "job_day_errors_steady" in failed(file, previous=late)


def test_a_day_that_is_not_over_is_not_judged(tmp_path: Path) -> None:
    """At the range's end it is midnight in Denver: the day has just begun."""
    found = failed_after(
        tmp_path,
        "insert into marts.fct_daily_sync_activity"
        " select campus_id, job_id, record_type, operation, 1, 1, 1,"
        " cast($range_end as date) from marts.fct_daily_sync_activity limit 1",
    )

    assert found == {}


@pytest.mark.parametrize(
    ("broken_by", "is_warned"),
    [
        ("update marts.dim_integration_jobs set is_overdue = true", True),
        ("update marts.dim_integration_jobs set schedule_cron = null", False),
        (
            "insert into marts.dim_integration_jobs"
            " select 'C1', 'in', true, true, false, '0 3 * * *', $range_end",
            False,
        ),
    ],
)
def test_a_campus_whose_jobs_are_silent_warns(
    tmp_path: Path, broken_by: str, *, is_warned: bool
) -> None:
    found = failed_after(tmp_path, broken_by)

    assert ("jobs_heard_from" in found) is is_warned
    if is_warned:
        assert found["jobs_heard_from"].observed == "2 of 2 campuses against it"
        assert shown(found["jobs_heard_from"]) == {
            "campus_id": "C1",
            "overdue_jobs": 1,
            "scheduled_jobs": 1,
            "overdue_share": 1.0,
        }


def blackout(campus_id: str, first: int, last: int) -> str:
    """A break between two days of March."""
    return (
        f"insert into seeds.blackout_periods values ({campus_id},"
        f" '2026-03-{first:02}', '2026-03-{last:02}', 'spring break')"
    )


@pytest.mark.parametrize(
    ("breaks", "warned"),
    [
        ([], {"C1", "C2"}),
        ([blackout("'C1'", 19, 19), blackout("'C1'", 10, 30)], {"C2"}),
        ([blackout("null", 19, 19)], set()),
        ([blackout("null", 20, 30), blackout("'C1'", 1, 18)], {"C1", "C2"}),
    ],
)
def test_jobs_may_be_silent_in_a_break(
    tmp_path: Path, breaks: list[str], warned: set[str]
) -> None:
    """They were due at eight in the evening of the 19th in Denver, the 20th in UTC."""
    found = failed_after(
        tmp_path, "update marts.dim_integration_jobs set is_overdue = true", *breaks
    )

    rows = found["jobs_heard_from"].failing_rows if warned else ()
    assert {json.loads(row)["campus_id"] for row in rows} == warned
    assert ("jobs_heard_from" in found) is bool(warned)


@pytest.mark.parametrize(
    ("breaks", "is_warned"),
    [
        ([], True),
        ([blackout("'C1'", 19, 19), blackout("null", 18, 20)], False),
        ([blackout("'C2'", 19, 19), blackout("null", 20, 30)], True),
    ],
)
def test_volumes_of_a_break_are_not_judged(
    tmp_path: Path, breaks: list[str], *, is_warned: bool
) -> None:
    found = failed_after(tmp_path, on_day(1, "distinct_sync_count = 12"), *breaks)

    assert list(found) == (["job_day_volume_steady"] if is_warned else [])


def test_volumes_of_a_break_are_not_usual(tmp_path: Path) -> None:
    """A day as small as those of the last break is news."""
    small = [on_day(day, "distinct_sync_count = 12") for day in (1, 15)]
    file = make_served_file(tmp_path / "served.duckdb", broken_by=small)
    assert failed(file) == {}

    with duckdb.connect(str(file)) as connection:
        connection.execute(blackout("'C1'", 5, 5))
    found = failed(file)

    assert shown(found["job_day_volume_steady"])["fewest_syncs"] == 50
