"""How far a warehouse is built, and when it is not trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import RollbookError
from orchestration.home import Home
from orchestration.warehouse import Warehouse, code_version

_OPEN = """
import sys
import duckdb

with duckdb.connect(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """One that was built through batch 7."""
    home = Home(tmp_path / "home")
    home.prepare()
    built = Warehouse(home)
    for file in (built.database, built.workbench):
        with duckdb.connect(str(file)) as connection:
            connection.execute("create table held as select range from range(1000)")
    mark(built, batch=7, code=code_version())
    return built


def mark(warehouse: Warehouse, *, batch: int, code: str) -> None:
    told = {"batch": batch, "code_version": code}
    (warehouse.home.warehouse / "built.json").write_text(json.dumps(told))


def test_a_build_goes_on_from_the_batch_of_the_mark(warehouse: Warehouse) -> None:
    assert warehouse.begin_build() == 7


def test_what_other_code_built_is_built_anew(warehouse: Warehouse) -> None:
    mark(warehouse, batch=7, code="0.0.1+other")

    assert warehouse.begin_build() == 0
    assert not warehouse.database.exists(), "it may hold tables that are no more"
    assert not warehouse.workbench.exists()
    assert warehouse.begin_build() == 0, "a build that dies now leaves no mark"


@pytest.mark.parametrize("name", ["rollbook.duckdb", "workbench.duckdb"])
@pytest.mark.parametrize("content", [b"no database", None])
def test_a_file_that_is_broken_or_gone_is_built_anew(
    warehouse: Warehouse, name: str, content: bytes | None
) -> None:
    file = warehouse.home.warehouse / name
    file.unlink()
    if content:
        file.write_bytes(content * 1000)

    assert warehouse.begin_build() == 0

    left = {path.name for path in warehouse.home.warehouse.glob("*.duckdb*")}
    # The rosters' state is not dbt's.
    assert left == {"roster.duckdb"}


def test_a_file_that_another_process_holds_is_told(warehouse: Warehouse) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OPEN, str(warehouse.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"

        with pytest.raises(RollbookError, match="is open in another process"):
            warehouse.begin_build()

        holder.communicate()
    assert warehouse.begin_build() == 7
