"""Land the provisioning reports of a folder: each new download becomes rows."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.delimited import (
    QUARANTINE_COLUMNS,
    DelimitedFile,
    Rule,
    folded,
    is_time,
    unpacked,
)
from orchestration.extract.fetches import Fetches
from orchestration.extract.oneroster.discovery import time_of_name
from orchestration.extract.platform.landing import PARQUET, LandingLimits
from orchestration.home import Home
from orchestration.sql import first_line, quoted

KIND = "cloudwork"
TABLE = "provisioning_report"

# What the document lists, and the three that its filter offers.
EVENTS = (
    "Account Provisioning",
    "Account Synchronization",
    "Group CSV Failed",
    "Groups CSV Processed With Errors",
    "Groups CSV Processed",
    "Sync Error",
    "User CSV Processed",
    "User CSV Failed",
    "User CSV Processed With Errors",
    "Authentication",
    "Authorisation",
    "Authentication Failed",
)
COUNTS = ("processed", "added", "updated", "disabled", "deleted", "errors")
_TEXTS = ("syncprofile_name", "user_name", "details")
_TIMES = ("date_started", "date_finished")
_OTHER_NAMES = {
    "user": "user_name",
    "username": "user_name",
    "syncprofile": "syncprofile_name",
}

FILE_COLUMNS = {
    "source": "VARCHAR",
    "path": "VARCHAR",
    "sha256": "VARCHAR",
    "downloaded_at": "TIMESTAMPTZ",
    "row_count": "BIGINT",
}
EVENT_COLUMNS = {
    "source": "VARCHAR",
    "event": "VARCHAR",
    **dict.fromkeys((*_TEXTS, *_TIMES), "VARCHAR"),
    **dict.fromkeys(COUNTS, "BIGINT"),
    "path": "VARCHAR",
    "sha256": "VARCHAR",
    "line_number": "BIGINT",
}


@dataclass(slots=True)
class CloudworkOutcome:
    """What a run took from a folder."""

    files: int = 0
    rows: int = 0
    quarantined: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it lies in the folder now."""

    file: Path
    path: str
    sha256: str
    downloaded_at: datetime


def land_reports(
    home: Home,
    *,
    name: str,
    location: Path,
    limits: LandingLimits,
    on_progress: Callable[[str], None] = lambda message: None,
) -> CloudworkOutcome:
    """Land the files of a folder that were not landed with these bytes.

    All of a run appear at once. A file that is no report is a warning, and looked at
    again by the next run.

    Raises:
        BadInputError: there is no such folder, or it cannot be read.
        RollbookError: the home cannot be written.
    """
    fetches = Fetches(home, KIND, name)
    outcome = CloudworkOutcome()
    with duckdb.connect(
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory_limit,
            "temp_directory": str(home.scratch / "cloudwork.tmp"),
        }
    ) as session:
        session.execute("set timezone = 'UTC'")
        known = _landed(session, fetches)
        found = [
            each
            for each in _downloads(location)
            if (each.path, each.sha256) not in known
        ]
        if not found:
            return outcome
        try:
            _Landing(fetches, session, outcome).land(found, on_progress)
        except duckdb.Error as error:
            raise RollbookError(
                f"reports of {name} cannot be landed: {first_line(error)}"
            ) from error
    return outcome


@dataclass
class _Landing:
    fetches: Fetches
    session: duckdb.DuckDBPyConnection
    outcome: CloudworkOutcome

    def land(self, found: list[Download], on_progress: Callable[[str], None]) -> None:
        folder = self.fetches.begin()
        for name, columns in (
            ("files", FILE_COLUMNS),
            ("events", EVENT_COLUMNS),
            ("quarantine", QUARANTINE_COLUMNS),
        ):
            listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            self.session.execute(f"create table {name} ({listed})")
        for download in found:
            on_progress(f"reading {download.path}")
            work = folder.with_name(f"{folder.name}.work")
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            try:
                self._take(download, work)
            except BadInputError as error:
                self.outcome.warnings.append(str(error))
            shutil.rmtree(work)
        if not self.outcome.files:
            return
        for name, order in (
            ("files", "path"),
            ("events", "path, line_number"),
            ("quarantine", "source_file, line_number"),
        ):
            self.session.execute(
                f"copy (from {name} order by {order})"
                f" to {quoted(folder / f'{name}.parquet')} ({PARQUET})"
            )
        self.fetches.commit(folder)

    def _take(self, download: Download, work: Path) -> None:
        """Take the rows of one file in.

        Raises:
            BadInputError: it is no provisioning report.
        """
        columns = ("event", *_TEXTS, *_TIMES, *COUNTS)
        names = {folded(column): column for column in columns} | _OTHER_NAMES
        file = DelimitedFile.open(
            unpacked(download.file, work / download.file.name.removesuffix(".gz")),
            work,
            delimiter=",",
            names=names,
        )
        missing = [
            each for each in ("event", "date_started") if each not in file.places
        ]
        if missing:
            raise BadInputError(
                f"{download.path} has no column {' and no column '.join(missing)}:"
                " it is no provisioning report"
            )
        source = quoted(self.fetches.source)
        lineage = f"{quoted(download.path)}, {quoted(download.sha256)}, line_number"
        texts = ", ".join(file.value(column) for column in (*_TEXTS, *_TIMES))
        counts = ", ".join(f"{file.value(column)}::bigint" for column in COUNTS)
        rows = self._changed(
            f"insert into events select {source}, {_event(file.value('event'))},"
            f" {texts}, {counts}, {lineage} from {file.sound(_RULES)}"
        )
        shown = quoted(f"{self.fetches.source}/{download.path}")
        bad = self._changed(
            f"insert into quarantine select {source}, {quoted(TABLE)}, {shown},"
            f" line_number, reason, raw_text from ({file.bad(_RULES)})"
        )
        if rows + bad != file.spooled.row_count:
            raise RollbookError(
                f"{download.path}: of {file.spooled.row_count} rows {rows} were loaded"
                f" and {bad} quarantined: report this"
            )
        self.session.execute(
            "insert into files values (?, ?, ?, ?, ?)",
            [
                *(self.fetches.source, download.path, download.sha256),
                *(download.downloaded_at, file.spooled.row_count),
            ],
        )
        self.outcome.files += 1
        self.outcome.rows += rows
        self.outcome.quarantined += bad

    def _changed(self, statement: str) -> int:
        row = self.session.execute(statement).fetchone()
        return int(row[0]) if row else 0


def _event(value: str) -> str:
    """SQL of an event in the document's spelling."""
    cases = " ".join(
        f"when {quoted(each.lower())} then {quoted(each)}" for each in EVENTS
    )
    return f"case lower({value}) {cases} end"


_RULES = [
    Rule("event", f"{_event('{value}')} is not null", "is no event", is_required=True),
    Rule("date_started", is_time("{value}"), "is no time", is_required=True),
    Rule("date_finished", is_time("{value}"), "is no time"),
    *(
        Rule(column, "regexp_full_match({value}, '\\d{1,18}')", "is no count")
        for column in COUNTS
    ),
]


def _landed(
    session: duckdb.DuckDBPyConnection, fetches: Fetches
) -> set[tuple[str, str]]:
    """Path and hash of every file that was landed."""
    files = fetches.files("files.parquet")
    if not files:
        return set()
    return set(
        session.execute(
            "select path, sha256 from read_parquet(?, hive_partitioning = false)",
            [files],
        ).fetchall()
    )


def _downloads(location: Path) -> list[Download]:
    """The files of a folder, those of folders in it too.

    Raises:
        BadInputError: there is no such folder, or it cannot be read.
    """
    if not location.is_dir():
        raise BadInputError(f"location {location} is no folder")
    found = []
    try:
        for file in sorted(location.rglob("*")):
            path = file.relative_to(location)
            is_hidden = any(part.startswith((".", "_")) for part in path.parts)
            is_csv = file.name.lower().endswith((".csv", ".csv.gz"))
            if is_hidden or not is_csv or not file.is_file():
                continue
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            modified_at = datetime.fromtimestamp(file.stat().st_mtime_ns // 10**9, UTC)
            found.append(
                Download(
                    file=file,
                    path=path.as_posix(),
                    sha256=digest,
                    downloaded_at=time_of_name(file.name) or modified_at,
                )
            )
    except OSError as error:
        raise BadInputError(
            f"{error.filename} cannot be read: {error.strerror}"
        ) from error
    return found
