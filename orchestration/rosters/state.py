"""The state of the rosters: a DuckDB file that follows from the journal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import duckdb

from orchestration.errors import RollbookError
from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home

# Raised when a table or a view changes, or what is read of a table: the state is then
# built anew.
FORMAT_VERSION = 4


def state_file(home: Home) -> Path:
    """Where the state is kept; all of it can be built again."""
    return home.warehouse / "roster.duckdb"


def script(name: str) -> str:
    """One of the SQL scripts beside this module."""
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def ensure_state(home: Home) -> None:
    """Make the tables, so that a warehouse without imports has empty ones."""
    if not state_file(home).exists():
        with state_session(home, LandingLimits(threads=1, memory_limit="256MB")):
            pass


@contextmanager
def state_session(
    home: Home, limits: LandingLimits, *, is_copy: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session on the state, or a copy, with a scratch catalog for an import's models.

    Raises:
        RollbookError: another process holds the state.
    """
    state = state_file(home)
    if is_copy:
        state = home.scratch / "roster.duckdb"
        _remove(state)
        if state_file(home).exists():
            shutil.copyfile(state_file(home), state)
    with duckdb.connect(
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory_limit,
            "temp_directory": str(home.scratch / "importing.tmp"),
            "preserve_insertion_order": False,
        }
    ) as session:
        session.execute("set timezone = 'UTC'")
        try:
            session.execute(f"attach '{state}' as roster")
        except duckdb.IOException as error:
            if "lock" in str(error):
                raise RollbookError(
                    f"{state} is open in another process: close it there"
                ) from error
            # What cannot be opened is built anew.
            _remove(state)
            session.execute(f"attach '{state}' as roster")
        # In memory, and spilled beyond its limit: in a file all would be compressed.
        session.execute("attach ':memory:' as workbench")
        is_known = _format_version(session) == FORMAT_VERSION
        if not is_known:
            session.execute("drop schema if exists roster.state cascade")
            session.execute("drop schema if exists roster.incoming cascade")
        # What the state of an older program lacks is added.
        session.execute(script("state"))
        if not is_known:
            session.execute(
                "insert into roster.state.progress values (?, 0)", [FORMAT_VERSION]
            )
        yield session
    if is_copy:
        _remove(state)


def _format_version(session: duckdb.DuckDBPyConnection) -> int | None:
    found = session.execute(
        "select count(*) from duckdb_tables()"
        " where database_name = 'roster' and table_name = 'progress'"
    ).fetchone()
    if not found or not found[0]:
        return None
    row = session.execute("select format_version from roster.state.progress").fetchone()
    return int(row[0]) if row else None


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
