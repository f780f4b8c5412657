"""Write a bundle, and keep in the journal what went into it."""

from __future__ import annotations

import getpass
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from orchestration.app_settings import EXPORTED_COLUMNS, App
from orchestration.errors import BadInputError
from orchestration.extract.oneroster.journal import Journal
from orchestration.extract.text_bytes import digest_of
from orchestration.home import Home
from orchestration.roster_export.left_out import (
    counts,
    leave_out_by_provider,
    leave_out_by_vendor,
    mark,
)
from orchestration.school_settings import read_school_settings, school_file
from orchestration.sql import quoted

# The same roster gives the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written; counts are of its types, all schools together."""

    path: Path
    sync_id: str
    counts: dict[str, dict[str, int]]

    def told(self) -> str:
        """A line a data type, and where the bundle is."""
        lines = [
            f"  {data_type}: "
            + ", ".join(f"{name} {count:,}" for name, count in figures.items())
            for data_type, figures in self.counts.items()
        ]
        return "\n".join([f"exported {self.sync_id}", *lines, f"bundle: {self.path}"])


def export_roster(
    home: Home, name: str, *, config_file: Path | None, target: Path | None
) -> Exported:
    """Write the published roster of an app's campus; the caller holds the home.

    Args:
        home: a home with a publication.
        name: the app, as ``rollbook.yml`` names it.
        config_file: the settings; the home's own when None.
        target: the zip to write; below ``exports`` of the home when None.

    Raises:
        BadInputError: there is no such app, campus or publication.
    """
    app = _app(home, name, config_file)
    began = datetime.now(UTC).replace(microsecond=0)
    path = target or home.root / "exports" / app.name / f"{began:%Y%m%dT%H%M%SZ}.zip"
    folder = home.scratch / "export"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with _roster(home, app) as session:
        mark(session)
        leave_out_by_provider(session, app.provider_filters)
        leave_out_by_vendor(session, app.vendor_requirements)
        counted = [
            {
                "data_type": data_type,
                "school_id": school_id,
                "total": provider + vendor + received,
                "skipped_by_provider": provider,
                "granted_by_provider": vendor + received,
                "skipped_by_vendor": vendor,
                "received_by_vendor": received,
            }
            for data_type, school_id, provider, vendor, received in counts(session)
        ]
        _write_files(session, folder)
    _zip(folder, path)
    shutil.rmtree(folder)
    digest = digest_of(path, path.stat().st_size).hexdigest()
    journal = Journal.read(home)
    sync_id = f"{app.name}:{path.name}:{digest[:8]}"
    repeats = sum(
        str(event.get("sync_id", "")).startswith(sync_id) for event in journal.events
    )
    sync_id += f":{repeats + 1}" if repeats else ""
    journal.add(
        {
            "event": "exported",
            "source": "",
            "import_no": journal.next_import_no(),
            "sync_id": sync_id,
            "bundle_name": path.name,
            "campus_id": app.campus_id,
            "app": app.name,
            "posted_by": getpass.getuser(),
            "bundle_at": began.isoformat(),
            "as_of": datetime.now(UTC).isoformat(timespec="seconds"),
            "counts": counted,
        }
    )
    return Exported(
        path,
        sync_id,
        {
            str(row["data_type"]): {
                key: int(str(count))
                for key, count in row.items()
                if key not in ("data_type", "school_id")
            }
            for row in counted
            if row["school_id"] is None
        },
    )


def _app(home: Home, name: str, config_file: Path | None) -> App:
    apps = {app.name: app for app in read_school_settings(home, config_file).apps}
    if name not in apps:
        known = f"there is {', '.join(sorted(apps))}" if apps else "it names none"
        raise BadInputError(
            f"{school_file(home, config_file)} names no app {name!r}: {known}"
        )
    return apps[name]


def _roster(home: Home, app: App) -> duckdb.DuckDBPyConnection:
    """A session with the campus's roster as tables.

    Raises:
        BadInputError: nothing is published, or there is no such campus.
    """
    if not home.published_file.exists():
        raise BadInputError(f"home {home.root} has published nothing yet: run first")
    session = duckdb.connect(config={"temp_directory": str(home.scratch)})
    session.execute("set timezone = 'UTC'")
    file = quoted(home.published_file.resolve())
    session.execute(f"attach {file} as published (read_only)")
    session.execute("set variable campus = ?", [app.campus_id])
    session.execute(
        files(__package__).joinpath("roster.sql").read_text(encoding="utf-8")
    )
    row = session.execute("select count(*) from campus").fetchone()
    if not row or not row[0]:
        session.close()
        raise BadInputError(
            f"app {app.name}: there is no campus {app.campus_id} in the roster"
        )
    return session


def _write_files(session: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for data_type, columns in EXPORTED_COLUMNS.items():
        names = ", ".join(f'"{name}"' for name in columns[1:])
        session.execute(
            'copy (select "sourcedId", null as status, null as "dateLastModified",'
            f' {names} from "{data_type}" where left_out_by is null'
            f' order by "sourcedId") to'
            f" {quoted(folder / f'{data_type}.csv')} (format csv, header)"
        )
    properties = {
        "manifest.version": "1.0",
        "oneroster.version": "1.1",
        **{f"file.{data_type}": "bulk" for data_type in EXPORTED_COLUMNS},
        "file.demographics": "absent",
        "source.systemName": "Rollbook",
        "source.systemCode": "rollbook",
    }
    lines = [f"{key},{value}\n" for key, value in properties.items()]
    (folder / "manifest.csv").write_text(
        "propertyName,value\n" + "".join(lines), encoding="utf-8"
    )


def _zip(folder: Path, path: Path) -> None:
    """Write the zip beside its place, then have it there whole.

    Raises:
        BadInputError: it cannot be written there.
    """
    aside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(aside, "w") as archive:
            for file in sorted(folder.iterdir()):
                entry = zipfile.ZipInfo(file.name, _ZIP_TIME)
                # Stored: a file of many alike rows would expand more than 100 times.
                with archive.open(entry, "w") as packed, file.open("rb") as content:
                    shutil.copyfileobj(content, packed, 1 << 20)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise BadInputError(
            f"{path} cannot be written: {error.strerror or error}"
        ) from error
