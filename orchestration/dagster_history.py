"""Dagster's history in SQLite, with its files kept open while a run writes it.

Dagster makes an engine and opens a file of its history anew for every statement or two:
a run of 400 tables and checks did so 5,000 times. The last to close a file in
write-ahead mode also folds its log back and flushes the disk, and a new engine has
compiled no statement yet. So a run keeps what it opened and what it compiled, and
closes all of it at its end.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class HistoryDialect(SQLiteDialect_pysqlite):
    """SQLite's dialect; what one compiled is right for all others."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        """A compiled statement is known by its dialect: all of these are one."""
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


class _KeptConnections:
    """Connections by what they were opened with, free ones for the next who asks."""

    def __init__(self) -> None:
        self.is_open = True
        self._free: dict[object, list[_Connection]] = defaultdict(list)

    def connect(
        self,
        dialect: Dialect,
        _record: object,
        arguments: Sequence[Any],
        options: dict[str, Any],
    ) -> sqlite3.Connection | None:
        """A free connection or a new one; None, to connect as usual, for others."""
        if not isinstance(dialect, HistoryDialect):
            return None
        key = (*arguments, *sorted(options.items()))
        # One thread at a time has a connection; taking and giving back are atomic.
        with suppress(IndexError):
            return self._free[key].pop()
        opened: _Connection = sqlite3.connect(
            *arguments, **{**options, "check_same_thread": False}, factory=_Connection
        )
        # A flush an event took 4 s a run. In SQLite's write-ahead mode this risks the
        # last events when the power fails, never the file.
        opened.execute("pragma synchronous = normal")
        opened.keeper, opened.key = self, key
        return opened

    def give_back(self, connection: _Connection) -> None:
        """Keep a connection for the next who asks for one of its file."""
        if connection.in_transaction:
            connection.rollback()
        self._free[connection.key].append(connection)

    def close(self) -> None:
        """Close what is kept; what is still used is closed by its user."""
        self.is_open = False
        for connections in self._free.values():
            while connections:
                connections.pop().close()


class _Connection(sqlite3.Connection):
    """A connection that closes when its keeper does."""

    keeper: _KeptConnections | None = None
    key: object = None

    def close(self) -> None:
        if self.keeper is not None and self.keeper.is_open:
            self.keeper.give_back(self)
        else:
            super().close()


@contextmanager
def history_kept_open() -> Iterator[None]:
    """Keep Dagster's history open and its statements compiled while a run writes it."""
    kept = _KeptConnections()
    compiled: dict[object, object] = {}

    def share_compiled(connection: Connection) -> None:
        if isinstance(connection.dialect, HistoryDialect):
            connection.execution_options(compiled_cache=compiled)

    registry.register("sqlite", __name__, HistoryDialect.__name__)
    event.listen(Engine, "do_connect", kept.connect)
    event.listen(Engine, "engine_connect", share_compiled)
    try:
        yield
    finally:
        event.remove(Engine, "engine_connect", share_compiled)
        event.remove(Engine, "do_connect", kept.connect)
        registry.register("sqlite", "sqlalchemy.dialects.sqlite", "dialect")
        kept.close()
