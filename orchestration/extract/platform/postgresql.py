"""The platform's tables in a PostgreSQL schema, fetched as files of a drop.

One read-only, repeatable-read transaction sees all tables at one moment. ADBC brings
rows as Arrow, every cell as the text that a drop would hold; DuckDB writes them to
Parquet in the home's scratch, and the rules of the drop folder judge them.

The log grows: only days that may hold something new are fetched, and of those only rows
that were not landed. Each run compares count and checksum of every day with those of
the run before, so a row is found however late it is, and a day that changed is read.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.errors import BadInputError
from orchestration.extract.ledger import LandedFile, Ledger, Readings
from orchestration.extract.platform.database import (
    INSTANTS,
    Database,
    as_text,
    identifier,
    opened,
    types_of,
)
from orchestration.extract.platform.discovery import DeliveredFile
from orchestration.extract.platform.landing import (
    PARQUET,
    SOURCE_NAME,
    LandingLimits,
    land_readings,
    landing_session,
)
from orchestration.extract.platform.news import Reading
from orchestration.extract.platform.tables import API_REQUESTS, TABLES, Table
from orchestration.home import Home
from orchestration.source_settings import PlatformSource
from orchestration.sql import quoted

_DEFAULT_LOOKBACK_DAYS = 1
# Of the log, beside its rows: what was landed, and each day as it was then.
_SEEN = "_requests_seen"
_DAYS = "_request_days"


def land_database(
    source: PlatformSource,
    home: Home,
    *,
    as_of: datetime,
    limits: LandingLimits,
    on_progress: Callable[[str], None],
) -> list[LandedFile]:
    """Land every roster table as a snapshot of ``as_of``, and what is new of the log.

    Returns:
        The new ledger entries. They are committed, all in one batch.

    Raises:
        BadInputError: the database cannot be reached or read, or a table or column is
            missing; nothing was landed.
    """
    ledger = Ledger(home.landing)
    ledger.tidy()
    number = ledger.next_batch()
    folder = home.scratch / "postgresql"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fetch = _Fetch(source, home, folder, number, as_of, on_progress)
    try:
        with landing_session(home, limits) as session:
            fetch.run(session)
        readings = [fetch.reading(table, ledger) for table in fetch.fetched]
        return land_readings(
            home, readings, [], number=number, limits=limits, on_progress=on_progress
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Fetch:
    """The fetching of one run."""

    def __init__(
        self,
        source: PlatformSource,
        home: Home,
        folder: Path,
        number: int,
        as_of: datetime,
        on_progress: Callable[[str], None],
    ) -> None:
        self.source = source
        self.home = home
        self.folder = folder
        self.number = number
        self.as_of = as_of
        self.on_progress = on_progress
        self.fetched: list[Table] = []

    def run(self, session: duckdb.DuckDBPyConnection) -> None:
        """Write what is to be landed of each table to a file.

        Raises:
            BadInputError: the database cannot be read.
        """
        with opened(self.source) as database:
            for table in TABLES:
                self.on_progress(f"fetching {table.name} from {database.place}")
                types = types_of(database, table)
                if table is API_REQUESTS:
                    self._fetch_log(session, database, types)
                else:
                    self._fetch_snapshot(session, database, table, types)

    def reading(self, table: Table, ledger: Ledger) -> Reading:
        """How a fetched file is read; it supersedes an earlier one of its name."""
        path = self._file(table)
        stat = path.stat()
        name = path.relative_to(self.folder).as_posix()
        readings = Readings(ledger.entries())
        before = [
            entry
            for entry in readings.counting()
            if entry.outcome == "landed" and entry.path == name
        ]
        return Reading(
            DeliveredFile(
                table=table,
                root=self.folder,
                path=name,
                size_bytes=stat.st_size,
                modified_ns=stat.st_mtime_ns,
                snapshot_at=self.as_of if table.is_snapshot else None,
            ),
            self.as_of if table.is_snapshot else None,
            supersedes=readings.files_of(before),
        )

    def _file(self, table: Table) -> Path:
        """Named by what it is of: a snapshot by its time, a log's part by batch."""
        of = (
            f"{self.as_of:%Y%m%dT%H%M%S.%fZ}"
            if table.is_snapshot
            else f"{self.number:06d}"
        )
        return self.folder / table.name / f"{self.source.name}.{of}.parquet"

    def _fetch_snapshot(
        self,
        session: duckdb.DuckDBPyConnection,
        database: Database,
        table: Table,
        types: dict[str, str],
    ) -> None:
        columns = ", ".join(as_text(name, types[name]) for name in table.column_names)
        keys = ", ".join(map(identifier, ("campus_id", table.record_id)))
        statement = (
            f"select {columns} from {database.table(table.name)} order by {keys}"
        )
        with database.batches(statement) as batches:
            _take(session, "rows_of_table", batches)
        path = self._file(table)
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy(session, "from rows_of_table", path)
        self.fetched.append(table)

    def _fetch_log(
        self,
        session: duckdb.DuckDBPyConnection,
        database: Database,
        types: dict[str, str],
    ) -> None:
        if types["requested_at"] not in INSTANTS:
            raise BadInputError(
                f"{database.place}: column requested_at of table api_requests is"
                f" {types['requested_at']}: a timestamp is wanted"
            )
        names = API_REQUESTS.column_names
        columns = ", ".join(as_text(name, types[name]) for name in names)
        listed = ", ".join(map(identifier, names))
        # Text is what a row is compared by: what it has beside the contract's columns
        # is none of ours. Times are in UTC by the session.
        checksum = f"hashtextextended(cast(row({listed}) as text), 0)"
        day = "cast(requested_at as date)"
        log = database.table(API_REQUESTS.name)
        with database.batches(
            f"select {day} as day, count(*) as row_count,"
            f" cast(sum(cast({checksum} as numeric)) as text) as checksum"
            f" from {log} group by 1"
        ) as batches:
            _take(session, "days", batches)
        wanted = self._days_to_read(session)
        if not wanted:
            return
        spans = " or ".join(
            f"(requested_at >= date '{first}' and requested_at < date '{after}')"
            for first, after in _spans(wanted)
        )
        no_day = " or requested_at is null" if None in wanted else ""
        statement = (
            f"select {columns}, cast({checksum} as text) as row_checksum"
            f" from {log} where {spans or 'false'}{no_day}"
            " order by requested_at, request_id"
        )
        seen = self._landed(_SEEN)
        with database.batches(statement) as batches:
            _take(session, "news", batches)
        session.execute(
            "delete from news using"
            f" (select distinct * from {seen}) as seen"
            " where news.campus_id is not distinct from seen.campus_id"
            " and news.request_id is not distinct from seen.request_id"
            " and news.row_checksum = seen.row_checksum"
            if seen
            else "select 1"
        )
        self._note(session, "select * from days order by day", _DAYS)
        if session.execute("select count(*) from news").fetchone() == (0,):
            return
        self._note(
            session, "select campus_id, request_id, row_checksum from news", _SEEN
        )
        path = self._file(API_REQUESTS)
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy(
            session,
            "select * exclude (row_checksum) from news"
            " order by requested_at, request_id",
            path,
        )
        self.fetched.append(API_REQUESTS)

    def _days_to_read(self, session: duckdb.DuckDBPyConnection) -> list[date | None]:
        """Days that are not as the last run found them, and those of the lookback."""
        before = self._landed(_DAYS)
        if before is None:
            found = session.execute("select day from days order by day").fetchall()
            return [day for (day,) in found]
        lookback = self.source.lookback_days
        found = session.execute(
            f"with before as (select * from {before}),"
            " newest as (select max(day) as day from before)"
            " select days.day from days left join before"
            " on days.day is not distinct from before.day"
            " where before.row_count is distinct from days.row_count"
            " or before.checksum is distinct from days.checksum"
            " or days.day >= (select day from newest) - ?::integer order by 1",
            [_DEFAULT_LOOKBACK_DAYS if lookback is None else lookback],
        ).fetchall()
        return [day for (day,) in found]

    def _landed(self, name: str) -> str | None:
        """What earlier batches noted of this source; of the days, the newest note."""
        found = sorted(
            (self.home.landing / SOURCE_NAME / name).glob(
                f"batch=*/{self.source.name}.parquet"
            )
        )
        if not found:
            return None
        files = found[-1:] if name == _DAYS else found
        listed = ", ".join(quoted(file) for file in files)
        return f"read_parquet([{listed}], hive_partitioning = false)"

    def _note(self, session: duckdb.DuckDBPyConnection, select: str, name: str) -> None:
        """Write beside the rows; it counts when the batch is committed."""
        folder = self.home.landing / SOURCE_NAME / name / f"batch={self.number:06d}"
        folder.mkdir(parents=True, exist_ok=True)
        _copy(session, select, folder / f"{self.source.name}.parquet")


def _take(
    session: duckdb.DuckDBPyConnection, name: str, batches: pa.RecordBatchReader
) -> None:
    """Make a temp table of rows as they come."""
    session.register("fetched", batches)
    try:
        session.execute(f"create or replace temp table {name} as from fetched")
    finally:
        session.unregister("fetched")


def _copy(session: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    session.execute(f"copy ({select}) to {quoted(path)} ({PARQUET})")


def _spans(days: list[date | None]) -> list[tuple[date, date]]:
    """Days as half-open spans, neighbours as one."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if day is None:
            continue
        after = day + timedelta(days=1)
        if spans and spans[-1][1] == day:
            spans[-1] = (spans[-1][0], after)
        else:
            spans.append((day, after))
    return spans
