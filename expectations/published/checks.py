"""The rules for the file that is about to be served, and their thresholds."""

from __future__ import annotations

from expectations.checks import Check, Stage
from expectations.results import Severity
from orchestration.extract.platform.tables import STATUSES

ROWS_PER_CAMPUS = 4
# One corrected delivery of a bulk request may honestly take a few attempts away: of a
# small log that is more than one per cent.
MIN_PREVIOUS_ATTEMPTS = 1000
MIN_ATTEMPTS_KEPT = 0.99
MIN_PREVIOUS_REPORT_ROWS = 100
MIN_REPORT_SHARE = 0.5
MAX_REPORT_SHARE = 3
# With more history than the last publication, a finer measure.
USUAL_PUBLICATIONS = 28
MIN_USUAL_PUBLICATIONS = 7
MIN_USUAL_REPORT_SHARE = 0.5
MAX_USUAL_REPORT_SHARE = 2
RECENT_DAYS = 7
MIN_RECENT_ATTEMPTS = 100
MAX_ERROR_SHARE_RISE = 0.2
# Coarser than the anomalies of single jobs, which are for administrators: these ask
# whether the figures that are about to be published can be right.
USUAL_JOB_DAYS = 28
MIN_USUAL_JOB_DAYS = 7
MIN_JOB_DAY_SYNCS = 20
MAX_JOB_DAY_ERROR_SHARE_RISE = 0.3
MIN_JOB_DAY_VOLUME = 0.5
MAX_JOB_DAY_VOLUME = 2
MAX_OVERDUE_JOBS_SHARE = 0.5


def _check(name: str, table: str, severity: Severity, description: str) -> Check:
    schema_name, table_name = table.split(".")
    return Check(name, description, severity, Stage.PUBLISHED, schema_name, table_name)


_CATALOG = "marts.report_catalog"
_SYNC_LOGS = "marts.sync_log_between"
_ATTEMPTS = "marts.fct_sync_attempts"
_JOB_DAYS = "marts.fct_daily_sync_activity"

CHECKED_TABLES_PRESENT = _check(
    "checked_tables_present",
    _CATALOG,
    Severity.BLOCKING,
    "every table and column that these checks read is in the file",
)
REPORT_COLUMNS_AS_CATALOGUED = _check(
    "report_columns_as_catalogued",
    _CATALOG,
    Severity.BLOCKING,
    "every report of the catalogue is a table with exactly its columns, in its order",
)
ATTEMPTED_DATA_SYNCS_PER_CAMPUS = _check(
    "attempted_data_syncs_per_campus",
    "reports.attempted_data_syncs",
    Severity.BLOCKING,
    f"{ROWS_PER_CAMPUS} rows of different record types for each campus, and no other",
)
SYSTEM_DATA_SUMMARY_PER_CAMPUS = _check(
    "system_data_summary_per_campus",
    "reports.system_data_summary",
    Severity.BLOCKING,
    f"{ROWS_PER_CAMPUS} rows of different record types for each campus, and no other",
)
LAST_ATTEMPT_MARKED_ONCE = _check(
    "last_attempt_marked_once",
    _SYNC_LOGS,
    Severity.BLOCKING,
    "each record of a sync log bears * on one row, one with its latest attempt",
)
SYNC_STATUS_KNOWN = _check(
    "sync_status_known",
    _SYNC_LOGS,
    Severity.BLOCKING,
    f"status is {' or '.join(STATUSES)} on every row of the sync logs",
)
SUCCESS_WITHOUT_ERROR = _check(
    "success_without_error",
    _SYNC_LOGS,
    Severity.BLOCKING,
    "error_code and message are null on success",
)
ATTEMPTS_COUNTED_IN_ORDER = _check(
    "attempts_counted_in_order",
    _SYNC_LOGS,
    Severity.BLOCKING,
    "attempted_count is 1 or more, and first_attempted_at not after last_attempted_at",
)
ATTEMPTS_WITHIN_RANGE = _check(
    "attempts_within_range",
    _SYNC_LOGS,
    Severity.BLOCKING,
    "every attempt of the sync logs lies in the run's range",
)
EVERY_ATTEMPT_LOGGED = _check(
    "every_attempt_logged",
    _SYNC_LOGS,
    Severity.BLOCKING,
    "a sync log's attempted_count adds up to the range's attempts of its record type"
    " (postings: at campuses with an enabled job of direction out)",
)
ATTEMPTS_NOT_LOST = _check(
    "attempts_not_lost",
    _ATTEMPTS,
    Severity.BLOCKING,
    f"at least {MIN_ATTEMPTS_KEPT:.0%} of the previous publication's attempts, when it"
    f" had at least {MIN_PREVIOUS_ATTEMPTS}",
)
PREVIOUS_PUBLICATION_READABLE = _check(
    "previous_publication_readable",
    _CATALOG,
    Severity.WARNING,
    "the previous publication can be read, so that this one can be held against it",
)
REPORT_VOLUME_STEADY = _check(
    "report_volume_steady",
    _CATALOG,
    Severity.WARNING,
    f"a report has {MIN_REPORT_SHARE:.0%} to {MAX_REPORT_SHARE:.0%} of its rows in the"
    f" previous publication, when it had at least {MIN_PREVIOUS_REPORT_ROWS} and the"
    " range is as long",
)
REPORT_VOLUME_USUAL = _check(
    "report_volume_usual",
    _CATALOG,
    Severity.WARNING,
    f"a report has {MIN_USUAL_REPORT_SHARE:.0%} to {MAX_USUAL_REPORT_SHARE:.0%} of the"
    f" median of its rows in the {USUAL_PUBLICATIONS} publications before of an"
    f" equally long range, when there were at least {MIN_USUAL_PUBLICATIONS} and the"
    f" median is at least {MIN_PREVIOUS_REPORT_ROWS}",
)
JOB_DAY_ERRORS_STEADY = _check(
    "job_day_errors_steady",
    _JOB_DAYS,
    Severity.WARNING,
    "on a whole day since the previous publication (else of the last"
    f" {RECENT_DAYS} days), a job's share of errors is at most"
    f" {MAX_JOB_DAY_ERROR_SHARE_RISE * 100:.0f} points above the highest of its"
    f" {USUAL_JOB_DAYS} active days before, when it had at least"
    f" {MIN_USUAL_JOB_DAYS} and that day {MIN_JOB_DAY_SYNCS} distinct syncs",
)
JOB_DAY_VOLUME_STEADY = _check(
    "job_day_volume_steady",
    _JOB_DAYS,
    Severity.WARNING,
    "on such a day, a job's distinct syncs are at least"
    f" {MIN_JOB_DAY_VOLUME:.0%} of the fewest and at most {MAX_JOB_DAY_VOLUME:.0%} of"
    f" the most of its {USUAL_JOB_DAYS} active days before, when it had at least"
    f" {MIN_USUAL_JOB_DAYS} and the most are at least {MIN_JOB_DAY_SYNCS}; blackout"
    " periods are left out",
)
JOBS_HEARD_FROM = _check(
    "jobs_heard_from",
    "marts.dim_integration_jobs",
    Severity.WARNING,
    f"at most {MAX_OVERDUE_JOBS_SHARE:.0%} of a campus's scheduled jobs are overdue,"
    " blackout periods left out: if more are, it is rather its log that did not come",
)
ERROR_SHARE_STEADY = _check(
    "error_share_steady",
    _ATTEMPTS,
    Severity.WARNING,
    f"the share of errors in the last {RECENT_DAYS} days of attempts is at most"
    f" {MAX_ERROR_SHARE_RISE * 100:.0f} points above the previous publication's, when"
    f" both have at least {MIN_RECENT_ATTEMPTS} attempts",
)

CHECKS = (
    CHECKED_TABLES_PRESENT,
    REPORT_COLUMNS_AS_CATALOGUED,
    ATTEMPTED_DATA_SYNCS_PER_CAMPUS,
    SYSTEM_DATA_SUMMARY_PER_CAMPUS,
    LAST_ATTEMPT_MARKED_ONCE,
    SYNC_STATUS_KNOWN,
    SUCCESS_WITHOUT_ERROR,
    ATTEMPTS_COUNTED_IN_ORDER,
    ATTEMPTS_WITHIN_RANGE,
    EVERY_ATTEMPT_LOGGED,
    ATTEMPTS_NOT_LOST,
    PREVIOUS_PUBLICATION_READABLE,
    REPORT_VOLUME_STEADY,
    REPORT_VOLUME_USUAL,
    ERROR_SHARE_STEADY,
    JOB_DAY_ERRORS_STEADY,
    JOB_DAY_VOLUME_STEADY,
    JOBS_HEARD_FROM,
)
