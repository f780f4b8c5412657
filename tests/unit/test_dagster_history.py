"""Dagster's history stays open while a run writes it, and is whole at any time."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, column, create_engine, select, table, text
from sqlalchemy.pool import NullPool

from orchestration.dagster_history import HistoryDialect, history_kept_open


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file in write-ahead mode, as Dagster makes them."""
    file = tmp_path / "history.db"
    with sqlite3.connect(file) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table events (number integer)")
    connection.close()
    return file


def engine_of(file: Path) -> Engine:
    """An engine that opens and closes the file at every use, as Dagster's do."""
    return create_engine(f"sqlite:///{file}", poolclass=NullPool)


def insert(file: Path, number: int) -> int:
    """Add an event as Dagster does; return which connection did it."""
    with engine_of(file).connect() as connection, connection.begin():
        connection.execute(text(f"insert into events values ({number})"))
        return id(connection.connection.dbapi_connection)


def numbers(file: Path) -> list[int]:
    """The events, as another program reads them."""
    reader = sqlite3.connect(file)
    try:
        return [row[0] for row in reader.execute("select number from events")]
    finally:
        reader.close()


def test_a_file_is_opened_once(file: Path) -> None:
    with history_kept_open():
        assert insert(file, 1) == insert(file, 2)


def test_others_read_each_event_at_once(file: Path) -> None:
    with history_kept_open():
        insert(file, 1)
        assert numbers(file) == [1]
        insert(file, 2)
        assert numbers(file) == [1, 2]


def test_two_who_connect_at_a_time_have_a_connection_each(file: Path) -> None:
    with (
        history_kept_open(),
        engine_of(file).connect() as one,
        engine_of(file).connect() as other,
    ):
        used = {id(each.connection.dbapi_connection) for each in (one, other)}
    assert len(used) == 2


def test_what_was_not_committed_is_gone(file: Path) -> None:
    with history_kept_open():
        with engine_of(file).connect() as connection:
            connection.execute(text("insert into events values (1)"))
        insert(file, 2)
    assert numbers(file) == [2]


def test_the_end_folds_the_log_into_the_file(file: Path) -> None:
    with history_kept_open():
        insert(file, 1)
        assert file.with_name("history.db-wal").exists()
    assert [path.name for path in file.parent.iterdir()] == ["history.db"]
    assert numbers(file) == [1]


def test_a_connection_that_outlives_the_run_is_closed_by_its_user(file: Path) -> None:
    with history_kept_open():
        late = engine_of(file).connect()
    raw = late.connection.dbapi_connection
    late.close()
    assert isinstance(raw, sqlite3.Connection)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        raw.execute("select 1")


def test_a_statement_is_compiled_once(file: Path) -> None:
    statement = select(column("number")).select_from(table("events"))
    compiled = []

    with history_kept_open():
        for _ in range(2):
            with engine_of(file).connect() as connection:
                compiled.append(connection.execute(statement).context.compiled)

    assert compiled[0] is compiled[1]


def test_afterwards_sqlite_is_as_it_was(file: Path) -> None:
    with history_kept_open():
        assert isinstance(engine_of(file).dialect, HistoryDialect)
    assert not isinstance(engine_of(file).dialect, HistoryDialect)
    insert(file, 1)
    assert [path.name for path in file.parent.iterdir()] == ["history.db"]


def test_other_databases_connect_as_usual() -> None:
    with history_kept_open(), create_engine("duckdb://").connect() as connection:
        assert connection.execute(text("select 1")).scalar() == 1
