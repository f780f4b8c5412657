"""From a drop folder to queryable reports, the fast way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.extract.platform.landing import LandingLimits, land
from orchestration.home import Home
from support.compiled import CompiledProject
from support.drops import AS_OF, SmallDrop
from worlds import DrawnWorld

# What sync logs tell after the columns of the contract.
EXPLAINED = ("error_meaning", "next_step", "next_step_owner")

DATA = Path(__file__).resolve().parent.parent / "data"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def built_world(
    project: CompiledProject,
    drop: Path,
    home_folder: Path,
    *,
    as_of: datetime,
    range_start: datetime,
    range_end: datetime,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Land a drop folder into a new home and build everything in memory."""
    home = Home(home_folder)
    home.prepare()
    land(
        drop,
        home,
        as_of=as_of,
        limits=LandingLimits(threads=1),
        on_progress=lambda message: None,
    )
    with project.built(
        landing=home.landing,
        published=home.published,
        as_of=as_of,
        range_start=range_start,
        range_end=range_end,
    ) as connection:
        yield connection


@contextmanager
def built_drawn_world(
    project: CompiledProject, world: DrawnWorld, folder: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same of a drawn world at its own times; its files are in folder/drop."""
    with built_world(
        project,
        folder / "drop",
        folder / "home",
        as_of=world.as_of,
        range_start=world.range_start,
        range_end=world.range_end,
    ) as connection:
        yield connection


@contextmanager
def built_drop(
    project: CompiledProject, drop: SmallDrop
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same of a small drop, for the week before its time."""
    with built_world(
        project,
        drop.folder,
        drop.home.root,
        as_of=AS_OF,
        range_start=AS_OF - timedelta(days=7),
        range_end=AS_OF,
    ) as connection:
        yield connection


def rows(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: list[Any] | None = None,
) -> list[dict[str, Any]]:
    """Query results as dictionaries; instants in UTC."""
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or []]
    return [
        {
            name: value.astimezone(UTC) if isinstance(value, datetime) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in cursor.fetchall()
    ]


def contract_rows(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: list[Any] | None = None,
) -> list[dict[str, Any]]:
    """Rows of a report, as far as the contract names its columns."""
    found = rows(connection, query, parameters)
    for row in found:
        if "last_attempt" in row:
            assert tuple(row)[-len(EXPLAINED) :] == EXPLAINED
            for name in EXPLAINED:
                del row[name]
    return found
