"""The benchmark's yardstick does the work that it claims to do."""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import given, seed, settings

import oracle
import worlds
from benchmarks import floor
from orchestration.demo.settings import DemoSettings
from orchestration.demo.world import write_demo
from orchestration.extract.platform.tables import TABLES
from support.compiled import CompiledProject
from support.plain_drops import write_plain_drop
from support.worlds import built_world, contract_rows, rows

COLUMNS = {table.name: table.column_names for table in TABLES}
AGES_AGO = datetime(1970, 1, 1, tzinfo=UTC)
AGES_AHEAD = datetime(2101, 1, 1, tzinfo=UTC)


def claimed(log: list[dict[str, Any]]) -> list[str]:
    """Rows of records that a roster claims, without order."""
    return sorted(repr(row) for row in log if re.match("[a-z_]+:", row["record_key"]))


def without_record(log: list[dict[str, Any]]) -> list[str]:
    """All rows, without what step 2 of identity decides."""
    return sorted(
        repr(
            {
                name: value
                for name, value in row.items()
                if name not in ("record_key", "last_attempt")
            }
        )
        for row in log
    )


@seed(20261124)
@settings(worlds.SETTINGS, max_examples=8)
@given(world=worlds.worlds())
def test_logs_of_drawn_worlds_equal_the_oracle(world: worlds.DrawnWorld) -> None:
    folder = Path(tempfile.mkdtemp(prefix="floor-"))
    try:
        worlds.write_drop(world, folder / "drawn")
        read = oracle.read_drop(folder / "drawn", as_of=world.as_of)
        write_plain_drop(read, COLUMNS, folder / "plain")
        range_start, range_end = world.range_start, world.range_end
        expected = {
            "": oracle.build(
                read, as_of=world.as_of, range_start=range_start, range_end=range_end
            ),
            "_of_all_history": oracle.build(
                read, as_of=world.as_of, range_start=AGES_AGO, range_end=AGES_AHEAD
            ),
        }

        floor.build(
            folder / "plain",
            folder / "floor.duckdb",
            as_of=world.as_of,
            range_start=range_start,
            range_end=range_end,
        )

        with duckdb.connect(str(folder / "floor.duckdb")) as connection:
            for scope, results in expected.items():
                for log in floor.LOGS:
                    found = rows(connection, f"from {log}{scope}")
                    told = results.reports[log]
                    assert without_record(found) == without_record(told), log
                    assert claimed(found) == claimed(told), log
    finally:
        shutil.rmtree(folder)


def test_a_demo_world_equals_the_warehouse(
    project: CompiledProject, tmp_path: Path
) -> None:
    demo = DemoSettings(campuses=2, days=20, requests=2_000)
    write_demo(tmp_path / "drop", demo)
    as_of = demo.ends_at
    range_start = as_of.replace(day=23)

    floor.build(tmp_path / "drop", tmp_path / "floor.duckdb", as_of=as_of)

    with (
        duckdb.connect(str(tmp_path / "floor.duckdb")) as connection,
        built_world(
            project,
            tmp_path / "drop",
            tmp_path / "home",
            as_of=as_of,
            range_start=range_start,
            range_end=as_of,
        ) as warehouse,
    ):
        for log in floor.LOGS:
            found = rows(connection, f"from {log}")
            told = contract_rows(warehouse, f"from reports.{log}")
            assert len(told) > 0
            assert without_record(found) == without_record(told), log
            assert claimed(found) == claimed(told), log
        for record_list in floor.LISTS:
            found = rows(connection, f"from {record_list}")
            assert found == rows(warehouse, f"from reports.{record_list}")
            assert len(found) > 0
