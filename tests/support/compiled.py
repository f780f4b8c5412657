"""The dbt project compiled once, then run on many small worlds without dbt.

dbt needs seconds a build; a Hypothesis run needs hundreds. The SQL is the project's
own, compiled by dbt; only the loop that runs it in order is here.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from orchestration.manifest import DBT_EXECUTABLE, PROFILES_FOLDER
from orchestration.settings import PROJECT_FOLDER

# Stand-ins that dbt writes into the SQL, replaced for each world.
_VARIABLES = {
    name: f"@{name}@"
    for name in ("as_of", "range_start", "range_end", "landing", "published")
}


@dataclass(frozen=True)
class CompiledProject:
    """Nodes in the order in which they can be built."""

    nodes: list[dict[str, Any]]

    @classmethod
    def compile(cls, folder: Path) -> CompiledProject:
        """Let dbt compile every model against an empty warehouse."""
        variables = {**_VARIABLES, "warehouse": str(folder), "scratch": str(folder)}
        completed = subprocess.run(
            [
                str(DBT_EXECUTABLE),
                "--quiet",
                "compile",
                "--full-refresh",
                "--vars",
                json.dumps(variables),
                "--project-dir",
                str(PROJECT_FOLDER),
                "--profiles-dir",
                str(PROFILES_FOLDER),
                "--target-path",
                str(folder / "target"),
                "--log-path",
                str(folder / "logs"),
            ],
            cwd=PROJECT_FOLDER,
            capture_output=True,
            text=True,
            check=False,
        )
        assert completed.returncode == 0, completed.stdout + completed.stderr
        manifest = json.loads((folder / "target" / "manifest.json").read_text())
        nodes = {
            key: node
            for key, node in manifest["nodes"].items()
            if node["resource_type"] in ("model", "seed")
        }
        order = TopologicalSorter(
            {
                key: [
                    parent
                    for parent in node["depends_on"].get("nodes", [])
                    if parent in nodes
                ]
                for key, node in nodes.items()
            }
        ).static_order()
        return cls([nodes[key] for key in order])

    @contextmanager
    def built(
        self,
        *,
        landing: Path,
        published: Path,
        as_of: datetime,
        range_start: datetime,
        range_end: datetime,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Build every model from a landing, in memory; yield the connection."""
        values = {
            "as_of": as_of.isoformat(),
            "range_start": range_start.isoformat(),
            "range_end": range_end.isoformat(),
            "landing": str(landing),
            "published": str(published),
        }
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("set timezone = 'UTC'")
            for database in ("rollbook", "workbench"):
                connection.execute(f"attach ':memory:' as {database}")
            connection.execute("use rollbook")
            for node in self.nodes:
                _build(connection, node, values)
            yield connection


def _build(
    connection: duckdb.DuckDBPyConnection, node: dict[str, Any], values: dict[str, str]
) -> None:
    relation = f"{node['database']}.{node['schema']}.{node['alias']}"
    connection.execute(
        f"create schema if not exists {node['database']}.{node['schema']}"
    )
    materialized = node["config"]["materialized"]
    if node["resource_type"] == "seed":
        types = node["config"]["column_types"]
        path = PROJECT_FOLDER / node["original_file_path"]
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        connection.execute(
            f"create table {relation} as"
            f" from read_csv('{path}', header = true, columns = {{{columns}}})"
        )
        return
    if node["language"] == "python":
        _build_python(connection, node, relation, values)
        return
    sql = node["compiled_code"]
    for name, value in values.items():
        sql = sql.replace(_VARIABLES[name], value)
    if materialized == "table_function":
        parameters = ", ".join(node["config"]["parameters"])
        connection.execute(f"create function {relation}({parameters}) as table ({sql})")
    elif materialized == "view":
        connection.execute(f"create view {relation} as {sql}")
    else:
        connection.execute(f"create table {relation} as {sql}")


def _build_python(
    connection: duckdb.DuckDBPyConnection,
    node: dict[str, Any],
    relation: str,
    values: dict[str, str],
) -> None:
    path = PROJECT_FOLDER / node["original_file_path"]
    specification = importlib.util.spec_from_file_location(node["name"], path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    result = module.model(_PythonModelContext(connection, values), connection)
    result.create_view("python_model_result")
    connection.execute(f"create table {relation} as from python_model_result")
    connection.execute("drop view python_model_result")


class _PythonModelContext:
    """The few members of dbt's ``dbt`` object that the models use."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, values: dict[str, str]
    ) -> None:
        self._connection = connection
        self._values = values
        self.config = self

    def __call__(self, **_options: str) -> None:
        """``dbt.config(...)``: how it is materialized does not matter here."""

    def get(self, name: str) -> str:
        return self._values[name]

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._connection.table(f"workbench.intermediate.{name}")
