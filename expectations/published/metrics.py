"""Figures of the file to be served, beside those of the previous publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from expectations.published.checks import RECENT_DAYS, ROWS_PER_CAMPUS
from expectations.published.shapes import (
    ATTEMPT_COLUMNS,
    CAMPUS_REPORTS,
    READ_COLUMNS,
    SYNC_LOG_COLUMNS,
    SYNC_LOGS,
    Shape,
)
from expectations.session import text_literal

_ATTEMPTS = ("marts", "fct_sync_attempts")
_PUBLICATIONS = ("marts", "publications")
_PUBLICATION_COLUMNS = ("range_start_at", "range_end_at", "published_at")


@dataclass(frozen=True, slots=True)
class Metrics:
    """Fills the tables that the checks judge.

    ``previous`` is None when there is no earlier publication, or none that opens.
    """

    session: duckdb.DuckDBPyConnection
    served: Shape
    previous: Shape | None
    range_start: datetime
    range_end: datetime

    def fill_read_tables(self) -> bool:
        """Fill ``read_tables``, one row a table; say whether nothing is missing."""
        missing = {
            table: self.served.missing(table, wanted)
            for table, wanted in READ_COLUMNS.items()
        }
        self.session.execute(
            "create table read_tables"
            " (schema_name varchar, table_name varchar, columns_missing varchar)"
        )
        self.session.executemany(
            "insert into read_tables values (?, ?, ?)",
            [
                (*table, ", ".join(columns) or None)
                for table, columns in missing.items()
            ],
        )
        return not any(missing.values())

    def fill_reports(self) -> None:
        """Fill ``report_metrics``, one row a report: its shape and its rows.

        A report that the checks read belongs in the catalogue too.
        """
        self.session.execute(
            "create table report_tables (report varchar, table_columns varchar,"
            " row_count bigint, previous_row_count bigint)"
        )
        self.session.executemany(
            "insert into report_tables values (?, ?, ?, ?)",
            [
                (
                    report,
                    ", ".join(columns),
                    self._row_count(self.served, report),
                    self._row_count(self.previous, report),
                )
                for (schema, report), columns in self.served.columns.items()
                if schema == "reports"
            ],
        )
        self.session.execute(
            _REPORT_METRICS,
            {
                "read_reports": [*CAMPUS_REPORTS, *SYNC_LOGS],
                "has_same_range": self._has_same_range(),
            },
        )

    def fill_campuses(self) -> None:
        """Fill ``campus_metrics``, one row a campus and summary report."""
        counts = " union all ".join(
            f"select {text_literal(report)} as report, campus_id,"
            " count(*) as row_count, count(distinct record_type) as record_types"
            f" from served.reports.{report} group by campus_id"
            for report in CAMPUS_REPORTS
        )
        self.session.execute(
            f"create table campus_metrics as with counts as ({counts}),"
            " expected as ("
            "     select unnest($reports) as report, campus_id"
            "     from served.marts.dim_campuses where not is_deleted"
            " )"
            " select report, campus_id,"
            " if(expected.report is null, 0, $rows_per_campus) as expected_rows,"
            " coalesce(counts.row_count, 0) as row_count,"
            " coalesce(counts.record_types, 0) as record_types"
            " from expected full join counts using (report, campus_id)",
            {"reports": list(CAMPUS_REPORTS), "rows_per_campus": ROWS_PER_CAMPUS},
        )

    def fill_sync_logs(self) -> None:
        """Make the view ``sync_log_rows``, and ``sync_log_metrics``, one row a log."""
        columns = ", ".join(SYNC_LOG_COLUMNS)
        rows = " union all ".join(
            f"select {text_literal(report)} as report,"
            f" {text_literal(record_type)} as record_type, {columns}"
            f" from served.reports.{report}"
            for report, record_type in SYNC_LOGS.items()
        )
        self.session.execute(f"create view sync_log_rows as {rows}")
        self.session.execute(
            _SYNC_LOG_METRICS,
            {
                "reports": list(SYNC_LOGS),
                "record_types": list(SYNC_LOGS.values()),
                "range_start": self.range_start,
                "range_end": self.range_end,
            },
        )

    def fill_publication(self, previous_error: str | None) -> None:
        """Fill ``publication_metrics``: one row, this publication and the last."""
        self.session.execute(
            "create table attempt_figures (publication varchar, attempts bigint,"
            " recent_attempts bigint, recent_error_share double)"
        )
        for shape in (self.served, self.previous):
            if shape is not None and shape.has(_ATTEMPTS, ATTEMPT_COLUMNS):
                self.session.execute(
                    _ATTEMPT_FIGURES.format(catalog=shape.catalog),
                    {
                        "range_end": self.range_end,
                        "recent_days": RECENT_DAYS,
                        "publication": (
                            "now" if shape is self.served else "previously"
                        ),
                    },
                )
        self.session.execute(_PUBLICATION_METRICS, {"previous_error": previous_error})

    def _row_count(self, shape: Shape | None, report: str) -> int | None:
        if shape is None or ("reports", report) not in shape.columns:
            return None
        row = self.session.execute(
            f'select count(*) from {shape.catalog}.reports."{report}"'
        ).fetchone()
        return int(row[0]) if row else None

    def _has_same_range(self) -> bool:
        """Whether the previous publication's range is as long, as far as it tells."""
        if self.previous is None or not self.previous.has(
            _PUBLICATIONS, _PUBLICATION_COLUMNS
        ):
            return True
        row = self.session.execute(
            "select epoch(range_end_at) - epoch(range_start_at)"
            f" from {self.previous.catalog}.marts.publications"
            " order by published_at desc limit 1"
        ).fetchone()
        seconds = (self.range_end - self.range_start).total_seconds()
        return row is None or float(row[0]) == seconds


_REPORT_METRICS = """
create table report_metrics as
with catalogued as (
    select
        name as report,
        list_contains(parameters ->> '$[*].name', 'range_start') as has_range,
        list_aggregate(columns ->> '$[*].name', 'string_agg', ', ')
            as catalogue_columns,
    from served.marts.report_catalog
),

wanted as (
    select report from catalogued
    union
    select unnest($read_reports)
)

select
    wanted.report,
    catalogued.catalogue_columns,
    report_tables.table_columns,
    report_tables.row_count,
    report_tables.previous_row_count,
    case
        when $has_same_range or not catalogued.has_range
            then report_tables.row_count / report_tables.previous_row_count
    end as row_share,
from wanted
left join catalogued
    using (report)
left join report_tables
    using (report)
order by wanted.report asc
"""

_SYNC_LOG_METRICS = """
create table sync_log_metrics as
with posting_campuses as (
    select campus_id
    from served.marts.dim_integration_jobs
    where is_enabled and direction = 'out' and not is_deleted
),

attempted as (
    select
        record_type,
        count(*) as range_attempts,
    from served.marts.fct_sync_attempts
    where
        requested_at >= $range_start
        and requested_at < $range_end
        and (
            record_type <> 'attendance_posting'
            or campus_id in (select campus_id from posting_campuses)
        )
    group by record_type
),

logged as (
    select
        report,
        sum(attempted_count) as logged_attempts,
    from sync_log_rows
    group by report
),

logs as (
    select
        unnest($reports) as report,
        unnest($record_types) as record_type,
)

select
    logs.report,
    cast(coalesce(attempted.range_attempts, 0) as bigint) as range_attempts,
    cast(coalesce(logged.logged_attempts, 0) as bigint) as logged_attempts,
from logs
left join attempted
    using (record_type)
left join logged
    using (report)
order by logs.report asc
"""

# Recent is told from the log itself: the file may be of the past, or a log be late.
_ATTEMPT_FIGURES = """
insert into attempt_figures
with newest as (
    select max(requested_at) as newest_at
    from {catalog}.marts.fct_sync_attempts
    where requested_at < $range_end
)

select
    $publication as publication,
    count(*) as attempts,
    count(*) filter (where is_recent) as recent_attempts,
    avg(cast(status = 'error' as integer)) filter (where is_recent)
        as recent_error_share,
from (
    select
        attempts.status,
        attempts.requested_at > newest.newest_at - to_days($recent_days)
        and attempts.requested_at <= newest.newest_at as is_recent,
    from {catalog}.marts.fct_sync_attempts as attempts
    cross join newest
)
"""

_PUBLICATION_METRICS = """
create table publication_metrics as
select
    cast($previous_error as varchar) as previous_error,
    served.attempts,
    previous.attempts as previous_attempts,
    served.attempts / previous.attempts as attempts_kept,
    least(served.recent_attempts, previous.recent_attempts) as fewest_recent_attempts,
    served.recent_error_share as error_share,
    previous.recent_error_share as previous_error_share,
    served.recent_error_share - previous.recent_error_share as error_share_rise,
from attempt_figures as served
left join attempt_figures as previous
    on previous.publication = 'previously'
where served.publication = 'now'
"""
