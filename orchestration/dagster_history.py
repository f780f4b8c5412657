"""Dagster's history in SQLite, with its files kept open while a run writes it.

Dagster opens a file of its history anew for every statement or two: a run of 400
tables and checks opened one 5,000 times. The last to close a file in write-ahead mode
also folds its log back and flushes the disk. So a run keeps what it opened, and closes
all of it at its end.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Dialect


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
        """A free connection, or a new one; None, to connect as usual, if not SQLite."""
        if dialect.name != "sqlite":
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
    """Keep the files of Dagster's history open for as long as a run writes it."""
    from sqlalchemy import Engine, event

    kept = _KeptConnections()
    event.listen(Engine, "do_connect", kept.connect)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", kept.connect)
        kept.close()
