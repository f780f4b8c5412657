"""Texts that quote rows: the ledgers' JSON, and Dagster's history."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.erase.scrub import scrubbed
from orchestration.errors import RollbookError
from orchestration.files import write_text_atomically
from orchestration.home import Home

_TEXT_FILES = ("*.jsonl", "*.json", "*.log", "*.out", "*.err")
_WAIT_FOR_LOCK_SECONDS = 30.0


def erase_records(session: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Scrub ledgers, what was published, and Dagster's files, line by line.

    Returns:
        How many lines were changed.
    """
    ledgers = (home.run_ledger, home.landing / "oneroster" / "journal.jsonl")
    files = {file for file in ledgers if file.exists()}
    for folder in (home.published, home.dagster, home.landing / "readings"):
        for pattern in _TEXT_FILES:
            files.update(folder.rglob(pattern))
    return sum(_erase_text_file(session, file) for file in sorted(files))


def _erase_text_file(session: duckdb.DuckDBPyConnection, file: Path) -> int:
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    changed = _scrubbed_texts(session, list(range(len(lines))), lines)
    if changed:
        after = dict(changed)
        write_text_atomically(
            file, "\n".join(after.get(place, line) for place, line in enumerate(lines))
        )
    return len(changed)


def erase_history(session: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Scrub every text of Dagster's databases, and leave no old page behind.

    Returns:
        How many texts were changed.

    Raises:
        RollbookError: another process uses the history.
    """
    count = 0
    decisions = home.root / "decisions.sqlite"
    stores = [decisions] if decisions.exists() else []
    for file in [*stores, *sorted(home.dagster.rglob("*.db"))]:
        try:
            with closing(
                sqlite3.connect(
                    file, timeout=_WAIT_FOR_LOCK_SECONDS, isolation_level=None
                )
            ) as history:
                count += _erase_database(session, history)
        except sqlite3.OperationalError as error:
            raise RollbookError(
                f"{file} cannot be rewritten ({error}): close Dagster's UI on this"
                " home, then erase again"
            ) from error
    return count


def _erase_database(
    session: duckdb.DuckDBPyConnection, history: sqlite3.Connection
) -> int:
    history.execute("pragma secure_delete = on")
    columns = history.execute(
        "select tables.name, columns.name"
        " from sqlite_master as tables, pragma_table_info(tables.name) as columns"
        " where tables.type = 'table'"
        " and (columns.type like '%TEXT%' or columns.type like '%CHAR%')"
    ).fetchall()
    count = 0
    for table, column in columns:
        rows = history.execute(
            f'select rowid, "{column}" from "{table}"'
            f" where typeof(\"{column}\") = 'text'"
        ).fetchall()
        changed = _scrubbed_texts(
            session, [row[0] for row in rows], [row[1] for row in rows]
        )
        history.execute("begin immediate")
        history.executemany(
            f'update "{table}" set "{column}" = ? where rowid = ?',
            [(text, key) for key, text in changed],
        )
        history.execute("commit")
        count += len(changed)
    history.execute("vacuum")
    history.execute("pragma wal_checkpoint(truncate)")
    return count


def _scrubbed_texts(
    session: duckdb.DuckDBPyConnection, keys: list[int], texts: list[str]
) -> list[tuple[int, str]]:
    """The texts that change, each with its key."""
    session.register(
        "texts",
        pa.table(
            {
                "key": pa.array(keys, pa.int64()),
                "raw_text": pa.array(texts, pa.string()),
            }
        ),
    )
    try:
        found = scrubbed(session, "select key, raw_text from texts")
        if not found.row_count:
            return []
        return session.execute(
            "select delivered.key, changed.texts['raw_text']"
            " from changed_rows as changed inner join delivered_rows as delivered"
            " on changed._row = delivered._row"
        ).fetchall()
    finally:
        session.unregister("texts")
