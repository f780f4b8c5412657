"""Land a drop folder: what is new in it becomes one batch of immutable Parquet."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import available_timezones

import duckdb
import pyarrow as pa

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.ledger import LandedFile, Ledger
from orchestration.extract.lines import BLOCK_SCHEMA, LineFile
from orchestration.extract.platform import readers, rules
from orchestration.extract.platform.discovery import DeliveredFile, delivered_files
from orchestration.extract.platform.tables import Kind, Table
from orchestration.files import sync_file, sync_folder
from orchestration.home import Home

SOURCE_NAME = "platform"


@dataclass(frozen=True, slots=True)
class LandingLimits:
    """What a landing session may use."""

    max_line_bytes: int = 16 << 20
    memory_limit: str = "4GB"
    threads: int = 2


def land(
    root: Path,
    home: Home,
    *,
    as_of: datetime,
    limits: LandingLimits,
    on_progress: Callable[[str], None],
) -> list[LandedFile]:
    """Read the files of ``root`` that this home has not read yet.

    Returns:
        The new ledger entries, none when nothing is new. They are committed.

    Raises:
        BadInputError: a table, a column or a file is missing or unreadable; nothing of
            this drop was landed.
    """
    ledger = Ledger(home.landing)
    ledger.remove_leftovers()
    entries = ledger.entries()
    batch = max(ledger.batch_numbers(), default=0) + 1
    news = _news(delivered_files(root), entries, as_of=as_of)
    landed = [replace(entry, batch=batch) for entry in news.noted]
    with _session(home, limits) as session:
        for position, file in enumerate(news.unread, start=1):
            on_progress(f"reading {file.path} ({position} of {len(news.unread)})")
            landed.append(_FileLanding(session, home, file, batch, as_of, limits).run())
    if landed:
        for folder in home.landing.glob(f"*/*/batch={batch:06d}"):
            sync_folder(folder)
        ledger.commit(batch, landed)
    return landed


@dataclass(frozen=True, slots=True)
class _News:
    """What a run has to do: files to read, and readings to note again."""

    unread: list[DeliveredFile]
    noted: list[LandedFile]


def _news(
    delivered: list[DeliveredFile], entries: list[LandedFile], *, as_of: datetime
) -> _News:
    """Find what this home has not read yet.

    Files of a roster table outside a snapshot folder form one snapshot together: when
    one of them is new, the others are part of the new snapshot as they were read.
    """
    last_reading = {(entry.table_name, entry.path): entry for entry in entries}
    known = {
        file: entry
        for file in delivered
        if (entry := last_reading.get((file.table.name, file.path)))
        and _holds_the_same(file, entry)
    }
    unread = [file for file in delivered if file not in known]
    new_snapshots = {
        file.table.name
        for file in unread
        if file.table.is_snapshot and file.snapshot_at is None
    }
    noted = []
    for file, entry in known.items():
        seen = replace(
            entry,
            outcome="unchanged",
            size_bytes=file.size_bytes,
            modified_ns=file.modified_ns,
            read_bytes=0 if entry.modified_ns == file.modified_ns else file.size_bytes,
        )
        if file.snapshot_at is None and file.table.name in new_snapshots:
            noted.append(
                replace(seen, outcome="referenced", snapshot_at=as_of.isoformat())
            )
        elif entry.modified_ns != file.modified_ns:
            noted.append(seen)
    return _News(unread, noted)


def _holds_the_same(file: DeliveredFile, entry: LandedFile) -> bool:
    """Whether a file is as it was read; a touched one is compared by its bytes."""
    if entry.size_bytes != file.size_bytes:
        return False
    return (
        entry.modified_ns == file.modified_ns
        or _hash_of(file.absolute) == entry.content_hash
    )


@contextmanager
def _session(home: Home, limits: LandingLimits) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with the landing macros; it spills into the home."""
    macros = files(__package__).joinpath("macros.sql").read_text(encoding="utf-8")
    with duckdb.connect(
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory_limit,
            "temp_directory": str(home.scratch),
        }
    ) as session:
        session.execute("set timezone = 'UTC'")
        session.execute(macros)
        # DuckDB also knows abbreviations (PST, IST) that IANA does not.
        session.execute(
            "create temp table iana_time_zones as select name"
            " from (select unnest($1) as name) where name in"
            " (select name from pg_timezone_names())",
            [sorted(available_timezones())],
        )
        yield session


@dataclass(frozen=True, slots=True)
class _FileLanding:
    """The reading of one file."""

    session: duckdb.DuckDBPyConnection
    home: Home
    file: DeliveredFile
    batch: int
    as_of: datetime
    limits: LandingLimits

    def run(self) -> LandedFile:
        """Read the file into landing and quarantine; return its ledger entry."""
        return self._write(self._check())

    def _check(self) -> str:
        """Fill the temp table ``checked``; return the hash of the file's bytes."""
        self.session.execute(
            "create or replace temp table faults (line_number bigint, reason varchar)"
        )
        table = self.file.table
        if self.file.format == "parquet":
            self._fill_from_parquet(self.file.absolute)
            content_hash = _hash_of(self.file.absolute)
        else:
            lines = self._fill_from_text()
            if lines.faults:
                # Rare, and only now known: read again, with the faulty lines named.
                self.session.execute(
                    "insert into faults select unnest($1), unnest($2)",
                    [
                        [fault.line_number for fault in lines.faults],
                        [fault.reason for fault in lines.faults],
                    ],
                )
                lines = self._fill_from_text()
            self._reconcile(lines.line_count)
            if self.file.format == "jsonl":
                self._require_keys()
            content_hash = lines.content_hash
        if table.name == "api_requests":
            self.session.execute(
                "update checked set problem = 'an object has a key twice'"
                f" where line_number in ({rules.doubled_keys('checked')})"
            )
        return content_hash

    def _fill_from_text(self) -> LineFile:
        file, table = self.file, self.file.table
        lines = LineFile(file.absolute, self.limits.max_line_bytes)
        header = lines.header() if file.format == "csv" else None
        blocks = pa.RecordBatchReader.from_batches(BLOCK_SCHEMA, lines.blocks())
        self.session.register("blocks", blocks)
        try:
            if header is None:
                rows = readers.json_rows(f"({readers.numbered_lines('blocks')})", table)
            else:
                names = _column_names(header, file)
                self._fill("lines", readers.numbered_lines("blocks"), lines)
                rows = readers.csv_rows(
                    f"({readers.csv_records('lines')})", table, names
                )
            self._fill("checked", rules.checked(rows, table, faults="faults"), lines)
        finally:
            self.session.unregister("blocks")
        return lines

    def _fill_from_parquet(self, path: Path) -> None:
        table = self.file.table
        try:
            described = self.session.execute(
                f"describe select * from {readers.parquet_file(str(path))}"
            ).fetchall()
        except duckdb.Error as error:
            raise BadInputError(
                f"{path} cannot be read as Parquet: {_first_line(error)}"
            ) from error
        types = {str(row[0]): str(row[1]) for row in described}
        _require_columns(table, list(types), path)
        instants = frozenset(
            column.name
            for column in table.columns
            if column.kind is Kind.INSTANT
            and types[column.name].startswith("TIMESTAMP")
        )
        rows = readers.parquet_rows(str(path), table, types)
        self._fill(
            "checked", rules.checked(rows, table, faults="faults", instants=instants)
        )

    def _fill(self, name: str, select: str, lines: LineFile | None = None) -> None:
        try:
            self.session.execute(f"create or replace temp table {name} as {select}")
        except duckdb.Error as error:
            if lines is not None and lines.error is not None:
                raise lines.error from error
            raise BadInputError(
                f"{self.file.absolute} cannot be read: {_first_line(error)}"
            ) from error

    def _reconcile(self, physical_lines: int) -> None:
        (counted,) = self.session.execute(
            "select coalesce(sum(physical_lines), 0) from checked"
        ).fetchone() or (None,)
        if counted != physical_lines:
            raise RollbookError(
                f"{self.file.absolute}: {physical_lines} lines were read but"
                f" {counted} accounted for; nothing of it was loaded"
            )

    def _require_keys(self) -> None:
        """A required column that no row of a JSON Lines file has is a missing one.

        In a single row it may as well be a bad row, and is taken for one.
        """
        for column in self.file.table.columns:
            if not column.is_required:
                continue
            row = self.session.execute(
                "select count(*) > 1 and bool_and(case"
                f" when problem = '{column.name} is missing' then not list_contains("
                f"json_keys(raw_text), '{column.name}') else false end)"
                " from checked where line_kind = 'row'"
            ).fetchone()
            if row is not None and row[0]:
                raise BadInputError(
                    f"{self.file.absolute}: column {column.name} of table"
                    f" {self.file.table.name} is missing: no row has it"
                )

    def _write(self, content_hash: str) -> LandedFile:
        file, table = self.file, self.file.table
        landed_file = (
            f"{self.batch:06d}-{hashlib.sha256(file.path.encode()).hexdigest()[:16]}"
        )
        names = ", ".join(table.column_names)
        target = self._copy(
            f"select {names}, line_number as _source_line,"
            f" {readers.quoted(landed_file)} as _landed_file,"
            f" {self.batch} as _batch from checked"
            " where line_kind = 'row' and problem is null",
            table.name,
            landed_file,
        )
        self._copy(
            f"select {readers.quoted(table.name)} as table_name,"
            f" {readers.quoted(file.path)} as source_file,"
            " line_number, problem as reason, raw_text,"
            f" {readers.quoted(landed_file)} as _landed_file from checked"
            " where problem is not null",
            "_quarantine",
            landed_file,
        )
        counts = self.session.execute(
            "select count(*) filter (where line_kind = 'header'),"
            " count(*) filter (where line_kind = 'blank'),"
            " count(*) filter (where line_kind = 'row' and problem is null),"
            " count(*) filter (where problem is not null), count(*),"
            " coalesce(sum(physical_lines), 0) from checked"
        ).fetchone()
        if counts is None:
            raise RollbookError(f"{file.absolute}: its lines cannot be counted")
        header, blank, landed, quarantined, lines, physical = map(int, counts)
        snapshot_at = file.snapshot_at or (self.as_of if table.is_snapshot else None)
        return LandedFile(
            batch=self.batch,
            source_name=SOURCE_NAME,
            table_name=table.name,
            path=file.path,
            outcome="landed",
            size_bytes=file.size_bytes,
            modified_ns=file.modified_ns,
            content_hash=content_hash,
            snapshot_at=snapshot_at.isoformat() if snapshot_at else None,
            landed_file=landed_file,
            physical_line_count=physical,
            continuation_count=physical - lines,
            line_count=lines,
            header_count=header,
            blank_count=blank,
            landed_count=landed,
            quarantined_count=quarantined,
            read_bytes=file.size_bytes,
            landed_bytes=target.stat().st_size,
            read_at=_now(),
        )

    def _copy(self, select: str, folder: str, name: str) -> Path:
        target = (
            self.home.landing
            / SOURCE_NAME
            / folder
            / f"batch={self.batch:06d}"
            / f"{name}.parquet"
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.session.execute(
                f"copy ({select}) to {readers.quoted(str(target))}"
                " (format parquet, compression zstd)"
            )
        except duckdb.Error as error:
            raise RollbookError(
                f"{target} cannot be written: {_first_line(error)}"
            ) from error
        sync_file(target)
        return target


def _column_names(header: str, file: DeliveredFile) -> list[str]:
    names = [name.strip() for name in next(csv.reader([header]))]
    _require_columns(file.table, names, file.absolute)
    return names


def _require_columns(table: Table, names: list[str], path: Path) -> None:
    missing = [name for name in table.column_names if name not in names]
    if missing:
        raise BadInputError(
            f"{path}: column {missing[0]} of table {table.name} is missing"
            f" (found: {', '.join(names)})"
        )
    doubled = [name for name in table.column_names if names.count(name) > 1]
    if doubled:
        raise BadInputError(f"{path}: column {doubled[0]} stands twice in the header")


def _hash_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}") from error


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
