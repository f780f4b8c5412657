"""Each published check with the expectation that decides it."""

from __future__ import annotations

from datetime import UTC, datetime

from expectations.checks import Check
from expectations.engine import Declared, load_gx
from expectations.published import checks
from expectations.session import text_literal
from orchestration.extract.platform.tables import STATUSES

_JOB_DAY = ("campus_id", "job_id", "requested_date")
_LOG_ROW = "report, campus_id, record_key, operation"


def declared_on_shape() -> list[Declared]:
    """What can be judged of any file."""
    gxe = load_gx().expectations
    return [
        Declared(
            checks.CHECKED_TABLES_PRESENT,
            "read_tables",
            gxe.ExpectColumnValuesToBeNull(column="columns_missing"),
            shown=("schema_name", "table_name"),
            noun="table",
        )
    ]


def declared_on_reports() -> list[Declared]:
    """What can be judged with the catalogue."""
    gxe = load_gx().expectations
    from great_expectations.expectations.row_conditions import Column

    return [
        Declared(
            checks.REPORT_COLUMNS_AS_CATALOGUED,
            "report_metrics",
            gxe.ExpectColumnPairValuesToBeEqual(
                column_A="catalogue_columns",
                column_B="table_columns",
                ignore_row_if="neither",
            ),
            shown=("report",),
            noun="report",
        ),
        Declared(
            checks.REPORT_VOLUME_STEADY,
            "report_metrics",
            gxe.ExpectColumnValuesToBeBetween(
                column="row_share",
                min_value=checks.MIN_REPORT_SHARE,
                max_value=checks.MAX_REPORT_SHARE,
                row_condition=Column("previous_row_count")
                >= checks.MIN_PREVIOUS_REPORT_ROWS,
            ),
            shown=("report", "row_count", "previous_row_count"),
            noun="report",
        ),
    ]


def declared_on_rows(range_start: datetime, range_end: datetime) -> list[Declared]:
    """What can be judged when every table that the checks read is there."""
    return [
        _per_campus(checks.ATTEMPTED_DATA_SYNCS_PER_CAMPUS),
        _per_campus(checks.SYSTEM_DATA_SUMMARY_PER_CAMPUS),
        *_on_sync_logs(range_start, range_end),
        *_on_publication(),
    ]


def _per_campus(check: Check) -> Declared:
    return _unexpected_rows(
        check,
        "campus_metrics",
        "select report, campus_id, expected_rows, row_count, record_types from {batch}"
        f" where report = {text_literal(check.table_name)} and"
        " (row_count <> expected_rows or record_types <> expected_rows)"
        " order by campus_id",
    )


def _on_sync_logs(range_start: datetime, range_end: datetime) -> list[Declared]:
    statuses = ", ".join(map(text_literal, STATUSES))
    gxe = load_gx().expectations
    return [
        _unexpected_rows(
            checks.LAST_ATTEMPT_MARKED_ONCE,
            "sync_log_rows",
            "select report, campus_id, record_key, count(*) as row_count,"
            " count(last_attempt) as marked_rows from {batch}"
            " group by report, campus_id, record_key"
            " having count(last_attempt) <> 1 or max(last_attempt) <> '*'"
            " or max(last_attempted_at) filter (where last_attempt = '*')"
            " <> max(last_attempted_at)"
            " order by report, campus_id, record_key",
        ),
        _unexpected_log_rows(
            checks.SYNC_STATUS_KNOWN,
            f"coalesce(status not in ({statuses}), true)",
            "status",
        ),
        _unexpected_log_rows(
            checks.SUCCESS_WITHOUT_ERROR,
            "status = 'success' and (error_code is not null or message is not null)",
            "error_code, message",
        ),
        _unexpected_log_rows(
            checks.ATTEMPTS_COUNTED_IN_ORDER,
            "not coalesce(attempted_count >= 1"
            " and first_attempted_at <= last_attempted_at, false)",
            "attempted_count, first_attempted_at, last_attempted_at",
        ),
        _unexpected_log_rows(
            checks.ATTEMPTS_WITHIN_RANGE,
            f"first_attempted_at < {_instant(range_start)}"
            f" or last_attempted_at >= {_instant(range_end)}",
            "first_attempted_at, last_attempted_at",
        ),
        Declared(
            checks.EVERY_ATTEMPT_LOGGED,
            "sync_log_metrics",
            gxe.ExpectColumnPairValuesToBeEqual(
                column_A="logged_attempts",
                column_B="range_attempts",
                ignore_row_if="neither",
            ),
            shown=("report",),
            noun="report",
        ),
    ]


def _on_publication() -> list[Declared]:
    gxe = load_gx().expectations
    from great_expectations.expectations.row_conditions import Column

    def declared(check: Check, expectation: object, *shown: str) -> Declared:
        return Declared(
            check, "publication_metrics", expectation, shown, noun="publication"
        )

    return [
        declared(
            checks.ATTEMPTS_NOT_LOST,
            gxe.ExpectColumnValuesToBeBetween(
                column="attempts_kept",
                min_value=checks.MIN_ATTEMPTS_KEPT,
                row_condition=Column("previous_attempts")
                >= checks.MIN_PREVIOUS_ATTEMPTS,
            ),
            "attempts",
            "previous_attempts",
        ),
        declared(
            checks.PREVIOUS_PUBLICATION_READABLE,
            gxe.ExpectColumnValuesToBeNull(column="previous_error"),
        ),
        declared(
            checks.ERROR_SHARE_STEADY,
            gxe.ExpectColumnValuesToBeBetween(
                column="error_share_rise",
                max_value=checks.MAX_ERROR_SHARE_RISE,
                row_condition=Column("fewest_recent_attempts")
                >= checks.MIN_RECENT_ATTEMPTS,
            ),
            "error_share",
            "previous_error_share",
        ),
    ]


def declared_on_history() -> list[Declared]:
    """What can be judged beside earlier publications and days, in the same tables."""
    gxe = load_gx().expectations
    return [
        Declared(
            checks.REPORT_VOLUME_USUAL,
            "report_volumes",
            gxe.ExpectColumnValuesToBeBetween(
                column="row_share",
                min_value=checks.MIN_USUAL_REPORT_SHARE,
                max_value=checks.MAX_USUAL_REPORT_SHARE,
            ),
            shown=("report", "row_count", "usual_rows"),
            noun="report",
        ),
        Declared(
            checks.JOB_DAY_ERRORS_STEADY,
            "job_days",
            gxe.ExpectColumnValuesToBeBetween(
                column="error_share_rise",
                max_value=checks.MAX_JOB_DAY_ERROR_SHARE_RISE,
            ),
            shown=(*_JOB_DAY, "error_share", "highest_error_share"),
            noun="job-day",
        ),
        Declared(
            checks.JOB_DAY_VOLUME_STEADY,
            "job_days",
            gxe.ExpectColumnValuesToBeBetween(
                column="volume_share",
                min_value=checks.MIN_JOB_DAY_VOLUME,
                max_value=checks.MAX_JOB_DAY_VOLUME,
            ),
            shown=(*_JOB_DAY, "distinct_syncs", "fewest_syncs", "most_syncs"),
            noun="job-day",
        ),
        Declared(
            checks.JOBS_HEARD_FROM,
            "campus_jobs",
            gxe.ExpectColumnValuesToBeBetween(
                column="overdue_share", max_value=checks.MAX_OVERDUE_JOBS_SHARE
            ),
            shown=("campus_id", "overdue_jobs", "scheduled_jobs"),
            noun="campus",
        ),
    ]


def _unexpected_log_rows(check: Check, fault: str, shown: str) -> Declared:
    return _unexpected_rows(
        check,
        "sync_log_rows",
        f"select {_LOG_ROW}, {shown} from {{batch}} where {fault}"
        f" order by {_LOG_ROW}, {shown}",
    )


def _unexpected_rows(check: Check, relation: str, query: str) -> Declared:
    gxe = load_gx().expectations
    return Declared(
        check, relation, gxe.UnexpectedRowsExpectation(unexpected_rows_query=query)
    )


def _instant(instant: datetime) -> str:
    return f"timestamptz {text_literal(instant.astimezone(UTC).isoformat())}"
