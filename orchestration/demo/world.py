"""Write a whole demo world: aside first, then by one rename, so that no half exists."""

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.demo.database import WORLD_SCRIPTS, DemoDatabase, set_world
from orchestration.demo.log_files import log_days, write_log_day
from orchestration.demo.roster_files import snapshot_times, write_roster
from orchestration.demo.settings import DemoError, DemoSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """What a demo world holds.

    Attributes:
        files: Files written.
        size_bytes: Their size.
        requests: Distinct request ids.
        request_rows: Rows and lines of the log, also the repeated and unreadable ones.
        bad_rows: Those that cannot be read.
        roster_rows: Rows of all roster tables and snapshots.
        as_of: The end of the log, at which the world is meant to be looked at.

    """

    files: int
    size_bytes: int
    requests: int
    request_rows: int
    bad_rows: int
    roster_rows: int
    as_of: datetime


def write_demo(
    directory: Path,
    settings: DemoSettings,
    *,
    on_progress: Callable[[str], None] = lambda _line: None,
) -> DemoSummary:
    """Write the drop folder of a school group that nobody has ever met.

    Raises:
        DemoError: the directory holds something already, or cannot be written.

    """
    directory = directory.absolute()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DemoError(f"{directory} is not empty: a demo world needs a new directory")
    aside = directory.parent / f".{directory.name}.{uuid.uuid4().hex}"
    scratch_dir = aside.with_name(f"{aside.name}.scratch")
    try:
        aside.mkdir(parents=True)
        summary = _write_world(aside, scratch_dir, settings, on_progress)
        aside.rename(directory)
    except (OSError, duckdb.IOException) as error:
        raise DemoError(f"{directory} cannot be written: {error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(scratch_dir, ignore_errors=True)
    return summary


def _write_world(
    directory: Path,
    scratch_dir: Path,
    settings: DemoSettings,
    on_progress: Callable[[str], None],
) -> DemoSummary:
    database = DemoDatabase(scratch_dir)
    try:
        _plan_world(database, settings, on_progress)
        roster_rows = 0
        for what, rows in write_roster(database, directory, settings):
            on_progress(f"wrote {what}: {rows:,} rows")
            roster_rows += rows
        request_rows = 0
        for log_day in log_days(settings):
            rows = write_log_day(database, directory / "api_requests", log_day)
            on_progress(f"wrote the log of {log_day.day}: {rows:,} rows")
            request_rows += rows
        requests = database.count("select sum(last_no - first_no + 1) from items")
        bad_rows = database.count("select count(*) from bad_rows")
    finally:
        database.close()
    sizes = [path.stat().st_size for path in directory.rglob("*") if path.is_file()]
    return DemoSummary(
        files=len(sizes),
        size_bytes=sum(sizes),
        requests=requests,
        request_rows=request_rows,
        bad_rows=bad_rows,
        roster_rows=roster_rows,
        as_of=settings.ends_at,
    )


def _plan_world(
    database: DemoDatabase, settings: DemoSettings, on_progress: Callable[[str], None]
) -> None:
    """Compute every record's story and every item that is sent, but no request yet."""
    set_world(database, settings)
    json_days = [log_day.day for log_day in log_days(settings) if log_day.has_json]
    database.set_dates("line_dates", json_days)
    database.set_instants("snapshot_times", snapshot_times(settings))
    database.read_names()
    for what, scripts in WORLD_SCRIPTS:
        for script in scripts:
            database.run(script)
        on_progress(f"planned {what}")
