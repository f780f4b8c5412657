"""The platform's tables as files: three that stand alone, four in many snapshots."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.demo.database import DemoDatabase
from orchestration.demo.settings import DemoSettings

TABLES = ("campuses", "campus_admins", "integration_jobs")
SNAPSHOT_TABLES = ("courses", "users", "course_members", "attendance_sessions")

# The last snapshot is taken while as_of is still ahead.
LAST_SNAPSHOT_BEFORE_END = timedelta(hours=1)
LONGEST_BETWEEN_SNAPSHOTS = timedelta(days=7)

CSV_OPTIONS = "format csv, header true"
PARQUET_OPTIONS = "format parquet, compression zstd"


def snapshot_times(settings: DemoSettings) -> list[datetime]:
    """Return when the platform was asked for its tables: weekly, twice at least."""
    last = settings.ends_at - LAST_SNAPSHOT_BEFORE_END
    times = [last]
    while times[0] - time_between_snapshots(settings) >= settings.starts_at:
        times.insert(0, times[0] - time_between_snapshots(settings))
    return times


def time_between_snapshots(settings: DemoSettings) -> timedelta:
    """Return the snapshots' distance, in whole hours."""
    hours = settings.days * 24 // 2 - 1
    return min(timedelta(hours=hours), LONGEST_BETWEEN_SNAPSHOTS)


def write_roster(
    database: DemoDatabase, directory: Path, settings: DemoSettings
) -> Iterator[tuple[str, int]]:
    """Write the roster tables; yield what was written, and how many rows it has."""
    for table in TABLES:
        path = directory / f"{table}.csv"
        yield table, database.copy(f"from {table}_listed()", path, options=CSV_OPTIONS)
    hours = time_between_snapshots(settings) // timedelta(hours=1)
    for number, taken_at in enumerate(snapshot_times(settings)):
        database.set_instant("taken_at", taken_at)
        folder = f"snapshot={taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        # Every other snapshot comes in the other format.
        suffix, options = (
            ("csv", CSV_OPTIONS) if number % 2 == 0 else ("parquet", PARQUET_OPTIONS)
        )
        rows = 0
        for table in SNAPSHOT_TABLES:
            arguments = "getvariable('taken_at')"
            if table == "users":
                arguments += f", {hours}"
            path = directory / table / folder / f"{table}.{suffix}"
            rows += database.copy(
                f"from {table}_at({arguments})", path, options=options
            )
        yield folder, rows
