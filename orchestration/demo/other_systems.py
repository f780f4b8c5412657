"""Files of the other systems of the demo's first campus, with their rollbook.yml.

OneRoster bundles and Cloudwork's report are files, so a run reads them as it reads a
school's. Canvas and Echo360 are services: a demo of files has neither.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import yaml

from orchestration.demo.database import script_text
from orchestration.demo.roster_files import snapshot_times
from orchestration.demo.settings import DemoError, DemoSettings
from orchestration.sql import quoted

CAMPUS = "C001"
DATA_TYPES = (
    *("orgs", "academicSessions", "courses", "classes", "users", "enrollments"),
)
_ROSTERS = ("users", "courses", "course_members")
# The same bytes whenever it is written.
_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
_EVENTS = """
copy (
    select
        updated, added, deleted, disabled, event, syncprofile_name, user_name, errors,
        strftime(started + interval 4 minute, '%Y-%m-%d %H:%M:%S') as date_finished,
        processed, strftime(started, '%Y-%m-%d %H:%M:%S') as date_started, details
    from cloudwork_events
    order by all
) to
"""


def write_other_systems(directory: Path, drop: Path, settings: DemoSettings) -> None:
    """Write what the other systems say of a demo's drop folder, and the settings.

    Args:
        directory: new or empty; gets ``rollbook.yml`` and a folder a system.
        drop: the demo's drop folder, whose newest two snapshots are told.
        settings: of the demo.

    Raises:
        DemoError: the directory holds something already, or cannot be written.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DemoError(f"{directory} is not empty: the demo needs a new directory")
    try:
        (directory / "cloudwork").mkdir(parents=True)
        (directory / "oneroster").mkdir()
        with duckdb.connect(config={"threads": 1}) as session:
            session.execute("set timezone = 'UTC'")
            _read(session, drop, settings)
            session.execute(script_text("other_systems"))
            report = directory / "cloudwork" / "provisioning_report.csv"
            session.execute(f"{_EVENTS} {quoted(report)} (format csv, header true)")
            for taken_at in snapshot_times(settings)[-2:]:
                _write_bundle(session, directory / "oneroster", taken_at)
        _write_settings(directory, drop)
    except (OSError, duckdb.IOException) as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise DemoError(f"{directory} cannot be written: {error}") from error


def _read(
    session: duckdb.DuckDBPyConnection, drop: Path, settings: DemoSettings
) -> None:
    """The newest two snapshots as tables ``roster_<table>``, each row with its time."""
    session.execute("set variable as_of = $1::timestamp", [settings.ends_at])
    session.execute("set variable system_campus = $1", [CAMPUS])
    for table in _ROSTERS:
        parts = []
        for taken_at in snapshot_times(settings)[-2:]:
            folder = drop / table / f"snapshot={taken_at:%Y%m%dT%H%M%SZ}"
            (file,) = folder.iterdir()
            reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
            kept = ", all_varchar = true" if reader == "read_csv" else ""
            parts.append(
                f"select timestamp '{taken_at:%Y-%m-%d %H:%M:%S}' as taken_at,"
                f" columns(*)::varchar from {reader}({quoted(file)}{kept})"
            )
        session.execute(
            f"create temp table roster_{table} as {' union all by name '.join(parts)}"
        )


def _write_bundle(
    session: duckdb.DuckDBPyConnection, folder: Path, taken_at: datetime
) -> None:
    """One OneRoster 1.1 bundle of all files in bulk."""
    manifest = [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.1"),
        *((f"file.{each}", "bulk") for each in DATA_TYPES),
        ("source.systemName", "Harbor SIS"),
    ]
    path = folder / f"{taken_at:%Y%m%dT%H%M%SZ}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(zipfile.ZipInfo("manifest.csv", _ZIPPED_AT), _csv(manifest))
        for data_type in DATA_TYPES:
            found = session.execute(
                f'select * exclude (taken_at) from "oneroster_{data_type}"'
                " where taken_at = $1::timestamp order by 1",
                [taken_at],
            )
            header = tuple(column[0] for column in found.description or ())
            member = zipfile.ZipInfo(f"{data_type}.csv", _ZIPPED_AT)
            bundle.writestr(member, _csv([header, *found.fetchall()]))


def _csv(rows: Sequence[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write_settings(directory: Path, drop: Path) -> None:
    sources = [
        {"name": "platform", "kind": "platform", "location": str(drop.absolute())},
        {
            "name": "district",
            "kind": "oneroster",
            "campus_id": CAMPUS,
            "location": "oneroster",
            "schedule": "0 5 * * 1",
        },
        {
            "name": "cloudwork",
            "kind": "cloudwork",
            "campus_id": CAMPUS,
            "location": "cloudwork",
            "time_zone": "America/Chicago",
            "schedule": "30 4 * * *",
        },
    ]
    (directory / "rollbook.yml").write_text(
        yaml.safe_dump({"sources": sources}, sort_keys=False), encoding="utf-8"
    )
