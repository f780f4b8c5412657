"""Homes that hold what the other systems gave, and the reports made of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.extract.platform.landing import LandingLimits
from orchestration.extract.platform.shapes import land_shapes
from orchestration.extract.shapes import ConnectedSource, note_sources
from orchestration.home import Home
from reporting.catalog import Catalog
from reporting.filters import Filter
from support.compiled import CompiledProject

LIMITS = LandingLimits(threads=2, memory_limit="1GB")
AS_OF = datetime(2026, 3, 20, 6, tzinfo=UTC)


def new_home(folder: Path, *sources: ConnectedSource) -> Home:
    """A home whose settings name these sources."""
    home = Home(folder)
    home.prepare()
    land_shapes(home)
    note_sources(home.landing, sources)
    return home


@contextmanager
def reports_of(
    project: CompiledProject,
    home: Home,
    *reports: str,
    since: datetime = datetime(2000, 1, 1, tzinfo=UTC),
    as_of: datetime = AS_OF,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Build these reports, and no others, from a home's landing."""
    with project.making(*reports).built(
        landing=home.landing,
        published=home.published,
        as_of=as_of,
        range_start=since,
        range_end=as_of,
    ) as connection:
        yield connection


# What `led_to` needs beside the reports that it leads to.
LEADING = ("reports.sync_history", "marts.report_catalog", "seeds.report_sections")


def led_to(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], tuple[str, int]]:
    """Where numbers of the sync history lead: report and rows, by sync and column.

    Of several drill-downs of a column the first that leads somewhere, as on a page.
    """
    catalog = Catalog.read(connection)
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for row in rows_of(connection, "from rollbook.reports.sync_history"):
        for drill_down in catalog.report("sync_history").drill_downs:
            led = drill_down.target(row)
            if led is None or (row["sync_id"], drill_down.column) in found:
                continue
            target, values = catalog.report(led[0]), []
            conditions = [
                Filter(name, "eq", value).condition(name, target.column(name), values)
                for name, value in led[1].items()
            ]
            (count,) = connection.execute(
                f"select count(*) from rollbook.reports.{target.name}"
                f" where {' and '.join(conditions)}",
                values,
            ).fetchall()
            found[row["sync_id"], drill_down.column] = (target.name, *count)
    return found


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """Rows by column."""
    found = connection.execute(query)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
