"""The in-memory DuckDB in which metrics are computed and checks run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """What a check session may use; it spills into ``scratch``, which exists."""

    memory_limit: str = "4GB"
    threads: int = 2
    scratch: Path | None = None


@contextmanager
def open_session(limits: CheckLimits) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB in UTC; nothing of it outlives the block."""
    # DuckDB would spill into the working directory, which is the caller's.
    with (
        TemporaryDirectory(prefix="rollbook-checks-", dir=limits.scratch) as spill,
        duckdb.connect(
            config={
                "threads": limits.threads,
                "memory_limit": limits.memory_limit,
                "temp_directory": spill,
            }
        ) as session,
    ):
        session.execute("set timezone = 'UTC'")
        yield session


def text_literal(text: str) -> str:
    """``text`` as SQL."""
    return "'" + text.replace("'", "''") + "'"
