"""A read-only session on the published file, which moves when the link does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from orchestration.home import Home
from orchestration.sql import quoted
from reporting.catalog import Catalog
from reporting.errors import GoneError, UnavailableError
from reporting.instants import Range


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What DuckDB may use; a query that needs more spills into ``spill``."""

    memory_mb: int
    threads: int
    spill: Path


@dataclass(frozen=True, slots=True)
class Publication:
    """One version, opened: its catalogue, campuses and range."""

    publication_id: str
    as_of: datetime
    range: Range
    catalog: Catalog
    campuses: frozenset[str]
    session: duckdb.DuckDBPyConnection = field(repr=False)

    @contextmanager
    def cursor(self, zone: ZoneInfo) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one request: its zone reaches no other."""
        with self.session.cursor() as cursor:
            cursor.execute("set timezone = $1", [zone.key])
            yield cursor

    def allowed(self, wanted: frozenset[str]) -> frozenset[str]:
        """Those of the campuses that there are."""
        return self.campuses & wanted


@contextmanager
def opened_file(file: Path, limits: SessionLimits) -> Iterator[Publication]:
    """Open one file for the block."""
    publication = open_publication(file, limits)
    try:
        yield publication
    finally:
        publication.session.close()


def open_publication(file: Path, limits: SessionLimits) -> Publication:
    """Open a published file and read what is needed of it once.

    It is attached to a session in memory, under the name that its macros use: a
    connection to the file itself would be shared with whoever has the same path open.
    After that the session can reach no other file, and its settings stay.

    Raises:
        UnavailableError: there is none, or it is no published file.
    """
    session = duckdb.connect(
        config={
            "memory_limit": f"{limits.memory_mb}MB",
            "threads": limits.threads,
            "temp_directory": str(limits.spill),
        }
    )
    try:
        session.execute(f"attach {quoted(file.resolve())} as rollbook (read_only)")
        session.execute("set timezone = 'UTC'")
        session.execute("set enable_external_access = false")
        # The first result as Arrow imports what it needs, for seconds on a busy
        # machine: not while a client waits.
        session.execute("select 1 as ready, $1 as value", ["x"]).to_arrow_reader(1)
        return _publication(session)
    except duckdb.Error as error:
        session.close()
        raise UnavailableError(
            f"no published reports can be read at {file}: run `rollbook run` first"
        ) from error


def _publication(session: duckdb.DuckDBPyConnection) -> Publication:
    newest = session.execute(
        "select publication_id, as_of, range_start_at, range_end_at"
        " from rollbook.marts.publications"
        " order by published_at desc, publication_id desc limit 1"
    ).fetchone()
    if newest is None:
        raise duckdb.Error("the file holds no publication")
    campuses = session.execute(
        "select campus_id from rollbook.marts.dim_campuses"
        " union select campus_id from rollbook.marts.fct_sync_attempts"
    ).fetchall()
    return Publication(
        publication_id=newest[0],
        as_of=newest[1],
        range=Range(newest[2], newest[3]),
        catalog=Catalog.read(session),
        campuses=frozenset(row[0] for row in campuses if row[0] is not None),
        session=session,
    )


def _found(path: Path) -> tuple[Path, tuple[int, int, int]]:
    """The file behind a path, and what tells it from another under its name."""
    try:
        file = path.resolve(strict=True)
        found = file.stat()
    except OSError as error:
        raise UnavailableError(
            "nothing is published yet: run `rollbook run` first"
        ) from error
    return file, (found.st_dev, found.st_ino, found.st_mtime_ns)


@dataclass(slots=True)
class _Held:
    """A version that requests may be reading; closed when none does and it is old."""

    publication: Publication
    stamp: tuple[int, int, int]
    readers: int = 0
    is_retired: bool = False


class Published:
    """The publications of a home, as a service holds them between requests.

    A request reads one version from its first row to its last. The next request gets
    whatever the link names then. Versions that a listing began with stay open while
    they are kept on disk.
    """

    def __init__(self, home: Home, limits: SessionLimits) -> None:
        self._home = home
        self._limits = limits
        self._held: dict[Path, _Held] = {}
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._newest: _Held | None = None

    @contextmanager
    def current(self) -> Iterator[Publication]:
        """The version that the link names, for one request."""
        with self._reading(self._home.published_file) as publication:
            yield publication

    @contextmanager
    def version(self, publication_id: str) -> Iterator[Publication]:
        """A version that a listing began with, for one request.

        Raises:
            GoneError: it is not kept any more.
        """
        link = self._home.published_file
        folder = self._home.published / "versions" / publication_id
        if folder.name != publication_id or not (folder / link.name).is_file():
            raise GoneError(
                "the publication that this listing began with is not kept any more:"
                " start again without cursor"
            )
        with self._reading(folder / link.name) as publication:
            yield publication

    def close(self) -> None:
        """Close what is open; the service ends."""
        with self._lock:
            for held in self._held.values():
                held.publication.session.close()
            self._held.clear()

    @contextmanager
    def _reading(self, path: Path) -> Iterator[Publication]:
        held = self._take(path)
        try:
            yield held.publication
        finally:
            with self._lock:
                held.readers -= 1
                if held.is_retired and not held.readers:
                    held.publication.session.close()

    def _take(self, path: Path) -> _Held:
        """Open or find a version, and count this request as its reader.

        A file is known by its inode: erasing a person writes a version anew under its
        old path. While one request opens what is new, others go on with the newest
        that is open: opening takes longer than most answers.
        """
        file, stamp = _found(path)
        while (held := self._known(file, stamp)) is None:
            is_mine = self._opening.acquire(blocking=self._newest is None)
            if not is_mine:
                is_link = path == self._home.published_file
                held = self._again() if is_link else None
                if held is not None:
                    return held
                self._opening.acquire()
            try:
                if self._known(file, stamp, is_read=False) is None:
                    self._open(file, stamp)
            finally:
                self._opening.release()
        return held

    def _known(
        self, file: Path, stamp: tuple[int, int, int], *, is_read: bool = True
    ) -> _Held | None:
        with self._lock:
            held = self._held.get(file)
            if held is None or held.stamp != stamp:
                return None
            held.readers += is_read
            return held

    def _again(self) -> _Held | None:
        """The newest that is open, once more, while its successor is opened."""
        with self._lock:
            if self._newest is not None and not self._newest.is_retired:
                self._newest.readers += 1
                return self._newest
            return None

    def _open(self, file: Path, stamp: tuple[int, int, int]) -> None:
        publication = open_publication(file, self._limits)
        # It saves memory where many rows are kept; a page has few, and planning it
        # takes a tenth of an answer.
        publication.session.execute(
            "set disabled_optimizers = 'compressed_materialization'"
        )
        opened = _Held(publication, stamp)
        with self._lock:
            if file in self._held:
                self._retire(file)
            self._held[file] = opened
            if file == self._home.published_file.resolve():
                self._newest = opened
            self._retire_others()

    def _retire_others(self) -> None:
        for file in [file for file in self._held if not file.exists()]:
            self._retire(file)

    def _retire(self, file: Path) -> None:
        held = self._held.pop(file)
        held.is_retired = True
        if not held.readers:
            held.publication.session.close()
