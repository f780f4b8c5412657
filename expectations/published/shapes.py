"""Which tables and columns a published file has, and which the checks read."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from orchestration.extract.platform.tables import OPERATIONS

SYNC_LOGS = {f"{record_type}_sync_log": record_type for record_type in OPERATIONS}
CAMPUS_REPORTS = ("attempted_data_syncs", "system_data_summary")
SYNC_LOG_COLUMNS = (
    "campus_id",
    "record_key",
    "operation",
    "status",
    "error_code",
    "message",
    "first_attempted_at",
    "last_attempted_at",
    "attempted_count",
    "last_attempt",
)
CATALOG_COLUMNS = ("name", "parameters", "columns")
ATTEMPT_COLUMNS = ("campus_id", "record_type", "status", "requested_at")

PUBLICATION_COLUMNS = (
    "publication_id",
    "report_rows",
    "range_start_at",
    "range_end_at",
    "published_at",
)

# What the checks read, by schema and table.
READ_COLUMNS: dict[tuple[str, str], tuple[str, ...]] = {
    ("marts", "report_catalog"): CATALOG_COLUMNS,
    ("marts", "dim_campuses"): ("campus_id", "is_deleted", "time_zone"),
    ("marts", "dim_integration_jobs"): (
        "campus_id",
        "direction",
        "schedule_cron",
        "is_enabled",
        "is_overdue",
        "is_deleted",
        "last_due_at",
    ),
    ("seeds", "blackout_periods"): ("campus_id", "from_date", "to_date"),
    ("marts", "publications"): PUBLICATION_COLUMNS,
    ("marts", "fct_daily_sync_activity"): (
        "campus_id",
        "job_id",
        "attempt_count",
        "error_count",
        "distinct_sync_count",
        "requested_date",
    ),
    ("marts", "fct_sync_attempts"): ATTEMPT_COLUMNS,
    **{("reports", report): ("campus_id", "record_type") for report in CAMPUS_REPORTS},
    **{("reports", report): SYNC_LOG_COLUMNS for report in SYNC_LOGS},
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of each table and view of one attached file, in their order."""

    catalog: str
    columns: dict[tuple[str, str], tuple[str, ...]]

    @classmethod
    def read(cls, session: duckdb.DuckDBPyConnection, catalog: str) -> Shape:
        """Read the shape of the file attached as ``catalog``."""
        rows = session.execute(
            "select schema_name, table_name, list(column_name order by column_index)"
            " from duckdb_columns() where database_name = $catalog"
            " group by schema_name, table_name",
            {"catalog": catalog},
        ).fetchall()
        return cls(catalog, {(row[0], row[1]): tuple(row[2]) for row in rows})

    def missing(self, table: tuple[str, str], wanted: tuple[str, ...]) -> list[str]:
        """The wanted columns that the table lacks; all of them if there is no table."""
        present = self.columns.get(table, ())
        return [column for column in wanted if column not in present]

    def has(self, table: tuple[str, str], wanted: tuple[str, ...]) -> bool:
        """Whether the table is there with every wanted column."""
        return not self.missing(table, wanted)
