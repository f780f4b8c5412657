"""The worked example through the real `rollbook run`, once for all tests."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from support.commands import rollbook
from support.worlds import DATA, contract_rows

EXAMPLE = DATA / "worked_example"
EXPECTED = EXAMPLE / "expected"
TIMES: dict[str, str] = json.loads((EXPECTED / "range.json").read_text())


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """A drop, the home that it was published from, and what the command said."""

    drop: Path
    home: Home
    completed: subprocess.CompletedProcess[str]

    def again(self, folder: Path) -> Path:
        """A copy of the home, for a test that changes it."""
        return Path(shutil.copytree(self.home.root, folder / "home", symlinks=True))


@cache
def published_run(folder: Path) -> PublishedRun:
    """The worked example, run once for all processes that test; it must stay as it is.

    Args:
        folder: the session's, or beside those of the other processes.
    """
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    told = shared / "example.pickle"
    with (shared / "example.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_bytes(pickle.dumps(_run_example(shared / "example")))
        run: PublishedRun = pickle.loads(told.read_bytes())
    return run


def _run_example(folder: Path) -> PublishedRun:
    drop = Path(shutil.copytree(EXAMPLE / "drop", folder / "drop"))
    return run_and_publish(drop, Home(folder / "home of a school"))


def run_and_publish(drop: Path, home: Home) -> PublishedRun:
    """`rollbook run` as of the example's time, which must end well."""
    completed = rollbook(
        "run", "--source", drop, "--home", home.root, "--as-of", TIMES["as_of"]
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return PublishedRun(drop, home, completed)


def expected_reports() -> dict[str, list[dict[str, Any]]]:
    """The reports as they were written by hand."""
    return {
        path.stem: [
            _comparable(json.loads(line), line)
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        for path in sorted(EXPECTED.glob("*.jsonl"))
    }


def published_report(
    connection: duckdb.DuckDBPyConnection, query: str
) -> list[dict[str, Any]]:
    """Rows of a report in the words of the expected files."""
    found = []
    for row in contract_rows(connection, query):
        line = json.dumps(row, default=lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}")
        told = json.loads(line)
        found.append(_comparable(told, f'{{"params":{told.get("params")}}}'))
    return found


def _comparable(row: dict[str, Any], line: str) -> dict[str, Any]:
    """`request=*` leaves open what follows; in params the order of keys counts."""
    if "record_key" in row:
        key = re.sub(r"\?request=.*", "?request=*", row["record_key"])
        row = {**row, "record_key": key}
    if "params" in row:
        exact = json.loads(
            line, parse_int=str, parse_float=str, object_pairs_hook=tuple
        )
        row = {**row, "params": dict(exact)["params"]}
    return row


def all_tables(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that must not depend on the run that wrote it.

    Reports are in their order; a mart has none.
    """
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        return tables_of(connection)


def tables_of(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, list[tuple[Any, ...]]]:
    """The same of an open warehouse or publication."""
    exempt = ("publications", "check_results", "input_files", "source_status")
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where schema_name in ('marts', 'reports') order by all"
    ).fetchall()
    return {
        name: connection.execute(
            f"from {name}" + ("" if name.startswith("reports.") else " order by all")
        ).fetchall()
        for (name,) in tables
        if name.split(".")[1] not in exempt
    }
