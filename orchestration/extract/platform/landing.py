"""Land a drop folder: what is new in it becomes one batch of immutable Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from queue import SimpleQueue
from zoneinfo import available_timezones

import duckdb

from orchestration.erase.erasures import Erasures
from orchestration.erase.scrub import prepare_scrubbing, scrubbed
from orchestration.errors import RollbookError
from orchestration.extract.ledger import QUARANTINE, LandedFile, Ledger, Readings
from orchestration.extract.platform.discovery import delivered_files
from orchestration.extract.platform.news import Reading, find_news
from orchestration.extract.platform.reading import CheckedFile, check_file
from orchestration.extract.platform.tables import Table
from orchestration.files import sync_file
from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.sql import first_line, quoted

SOURCE_NAME = "platform"
# Level 1 and the encodings of version 2 take half the time of the defaults, for files
# of the same size.
PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 1"


@dataclass(frozen=True, slots=True)
class LandingLimits:
    """What a landing session may use."""

    max_line_bytes: int = 16 << 20
    memory_limit: str = "4GB"
    threads: int = 2

    @classmethod
    def of(cls, settings: Settings) -> LandingLimits:
        """The limits that an installation's settings give."""
        return cls(
            max_line_bytes=settings.max_line_bytes,
            memory_limit=settings.memory_limit,
            threads=settings.threads,
        )


def land(
    root: Path,
    home: Home,
    *,
    as_of: datetime,
    limits: LandingLimits,
    on_progress: Callable[[str], None],
) -> list[LandedFile]:
    """Read the bytes of ``root`` that this home has not read yet.

    Returns:
        The new ledger entries, none when nothing is new. They are committed.

    Raises:
        BadInputError: a table, a column or a file is missing or unreadable; nothing of
            this drop was landed.
    """
    ledger = Ledger(home.landing)
    ledger.tidy()
    news = find_news(delivered_files(root), Readings(ledger.entries()), as_of=as_of)
    return land_readings(
        home,
        news.unread,
        news.noted,
        number=ledger.next_batch(),
        limits=limits,
        on_progress=on_progress,
    )


def land_readings(
    home: Home,
    unread: Sequence[Reading],
    noted: Sequence[LandedFile],
    *,
    number: int,
    limits: LandingLimits,
    on_progress: Callable[[str], None],
) -> list[LandedFile]:
    """Land files as one batch, and commit it.

    Args:
        home: the home that the run holds.
        unread: the files, in the order of their ledger entries.
        noted: entries of files that need no reading.
        number: of the batch.
        limits: what the session may use.
        on_progress: told of each file.

    Raises:
        BadInputError: a file cannot be used; nothing was landed.
    """
    landed = [replace(entry, batch=number) for entry in noted]
    with (
        landing_session(home, limits) as session,
        # Closed first, whatever happens: a session that is closed under a thread that
        # still reads by it takes the process down.
        closing(_landed(Batch(session, home, number, limits), unread)) as read,
    ):
        for position, (reading, entry) in enumerate(read, start=1):
            on_progress(f"read {reading.file.path} ({position} of {len(unread)})")
            landed.append(entry)
    if landed:
        Ledger(home.landing).commit(number, landed)
    return landed


def _landed(
    batch: Batch, readings: Sequence[Reading]
) -> Generator[tuple[Reading, LandedFile], None, None]:
    """Land files, as many at a time as there are threads; yield them in their order.

    DuckDB shares out the row groups of one file, and most files are a single one.

    Raises:
        BadInputError: of the files that cannot be used, the first in the order.
    """
    worker_count = max(1, min(batch.limits.threads, len(readings)))
    idle: SimpleQueue[Batch] = SimpleQueue()
    idle.put(batch)
    for _ in range(worker_count - 1):
        idle.put(batch.beside())

    def land_one(reading: Reading) -> LandedFile:
        worker = idle.get()
        try:
            return worker.write_file(reading, worker.check(reading))
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(worker_count)
    try:
        yield from zip(readings, pool.map(land_one, readings), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def landing_session(
    home: Home, limits: LandingLimits
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with the landing macros; it spills into the home."""
    with duckdb.connect(
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory_limit,
            "temp_directory": str(home.scratch),
        }
    ) as session:
        _prepare(session, home)
        yield session


def _prepare(session: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Teach a connection the macros, which it shares with no other one."""
    session.execute("set timezone = 'UTC'")
    session.execute(
        files(__package__).joinpath("macros.sql").read_text(encoding="utf-8")
    )
    # DuckDB also knows abbreviations (PST, IST) that IANA does not.
    session.execute(
        "create temp table iana_time_zones as select name"
        " from (select unnest($1) as name) where name in"
        " (select name from pg_timezone_names())",
        [sorted(available_timezones())],
    )
    prepare_scrubbing(session, home)


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """The figures of the ledger that ``checked`` and its Parquet file tell."""

    physical_line_count: int
    continuation_count: int
    line_count: int
    header_count: int
    blank_count: int
    landed_count: int
    quarantined_count: int
    landed_bytes: int


@dataclass(frozen=True, slots=True)
class Batch:
    """The files that one command lands together."""

    session: duckdb.DuckDBPyConnection
    home: Home
    number: int
    limits: LandingLimits

    def beside(self) -> Batch:
        """The same batch on another connection, with temp tables of its own."""
        session = self.session.cursor()
        _prepare(session, self.home)
        return replace(self, session=session)

    def check(self, reading: Reading) -> CheckedFile:
        """Read a file into the temp table ``checked``.

        Raises:
            BadInputError: the file is unreadable, or a column of its table is missing.
        """
        return check_file(
            self.session, reading, max_line_bytes=self.limits.max_line_bytes
        )

    def write_file(self, reading: Reading, checked: CheckedFile) -> LandedFile:
        """Write what was read of a file; return its ledger entry.

        Raises:
            RollbookError: the home cannot be written.
        """
        file, before = reading.file, reading.continued
        landed_file = self.name_of(file.path)
        written = self.write_rows(
            file.table, file.path, landed_file=landed_file, reading=landed_file
        )
        return LandedFile(
            batch=self.number,
            source_name=SOURCE_NAME,
            table_name=file.table.name,
            path=file.path,
            outcome="landed",
            size_bytes=file.size_bytes,
            modified_ns=file.modified_ns,
            snapshot_at=reading.snapshot_at.isoformat()
            if reading.snapshot_at
            else None,
            landed_file=landed_file,
            read_bytes=file.size_bytes - reading.first_byte,
            read_at=now(),
            first_byte=reading.first_byte,
            first_line=reading.first_line,
            continues=before.landed_file if before else None,
            supersedes=reading.supersedes,
            compared_bytes=reading.compared_bytes,
            **asdict(checked),
            **asdict(written),
        )

    def write_rows(
        self, table: Table, path: str, *, landed_file: str, reading: str
    ) -> WrittenRows:
        """Write ``checked`` to landing and quarantine.

        Args:
            table: the contract's table.
            path: the delivered file that the rows are from.
            landed_file: name of the Parquet files.
            reading: name of the reading that the rows are part of: the landed file
                that it was first written to.

        Raises:
            RollbookError: the home cannot be written.
        """
        names = ", ".join(table.column_names)
        target = self._copy(
            f"select {names}, line_number as _source_line,"
            f" {quoted(reading)} as _landed_file,"
            f" {self.number} as _batch from checked"
            " where line_kind = 'row' and problem is null",
            table.name,
            landed_file,
        )
        self._copy(
            f"select {quoted(table.name)} as table_name,"
            f" {quoted(path)} as source_file,"
            " line_number, problem as reason, raw_text,"
            f" {quoted(reading)} as _landed_file from checked"
            " where problem is not null",
            QUARANTINE,
            landed_file,
        )
        counts = self.session.execute(
            "select coalesce(sum(physical_lines), 0), count(*),"
            " count(*) filter (where line_kind = 'header'),"
            " count(*) filter (where line_kind = 'blank'),"
            " count(*) filter (where line_kind = 'row' and problem is null),"
            " count(*) filter (where problem is not null) from checked"
        ).fetchone()
        if counts is None:
            raise RollbookError(f"{path}: its lines cannot be counted")
        physical, lines, header, blank, landed, quarantined = map(int, counts)
        return WrittenRows(
            physical_line_count=physical,
            continuation_count=physical - lines,
            line_count=lines,
            header_count=header,
            blank_count=blank,
            landed_count=landed,
            quarantined_count=quarantined,
            landed_bytes=target.stat().st_size,
        )

    def name_of(self, origin: str) -> str:
        """The landed file of this batch for a path, or for an earlier landed file."""
        return f"{self.number:06d}-{hashlib.sha256(origin.encode()).hexdigest()[:16]}"

    def _copy(self, select: str, folder: str, name: str) -> Path:
        target = (
            self.home.landing
            / SOURCE_NAME
            / folder
            / f"batch={self.number:06d}"
            / f"{name}.parquet"
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        if Erasures(self.home).numbers():
            select = scrubbed(self.session, select).select
        try:
            self.session.execute(f"copy ({select}) to {quoted(target)} ({PARQUET})")
        except duckdb.Error as error:
            raise RollbookError(
                f"{target} cannot be written: {first_line(error)}"
            ) from error
        sync_file(target)
        return target


def now() -> str:
    """The time by this machine's clock, as the ledger keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
