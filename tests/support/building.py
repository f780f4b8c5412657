"""Building one node of the compiled project as dbt does, without dbt."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from orchestration.rosters.state import script
from orchestration.settings import PROJECT_FOLDER

Node: TypeAlias = dict[str, Any]

DATABASES = ("rollbook", "workbench")

# Stand-ins that dbt writes into the SQL, replaced for each world.
STAND_INS = {
    name: f"@{name}@"
    for name in (
        *("as_of", "range_start", "range_end"),
        *("built_through_batch", "landing", "published"),
    )
}


@contextmanager
def attached(
    files: dict[str, str], *, roster: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session as dbt has it: the two databases, in UTC; the first is the default.

    Args:
        files: where each database is.
        roster: the state of the rosters; without one it is empty.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set timezone = 'UTC'")
        for database in DATABASES:
            connection.execute(f"attach '{files[database]}' as {database}")
        if roster:
            connection.execute(f"attach '{roster}' as roster (read_only)")
        else:
            # The rosters of a home without imports: tables without rows.
            connection.execute("attach ':memory:' as roster")
            connection.execute(script("state"))
        connection.execute(f"use {DATABASES[0]}")
        yield connection


def instants_of(**instants: datetime) -> dict[str, str]:
    """Run variables as a run hands them to dbt."""
    return {name: instant.isoformat() for name, instant in instants.items()}


def relation_of(node: Node) -> str:
    """The full name of what a node makes."""
    return f"{node['database']}.{node['schema']}.{node['alias']}"


def is_incremental(node: Node) -> bool:
    """Whether a later build adds to what the node made."""
    return bool(node["config"]["materialized"] == "incremental")


def filled(sql: str, values: dict[str, str]) -> str:
    """Compiled SQL with a world's values for the stand-ins."""
    for name, value in values.items():
        sql = sql.replace(STAND_INS[name], value)
    return sql


def build_anew(
    connection: duckdb.DuckDBPyConnection, node: Node, values: dict[str, str]
) -> None:
    """Make what the node makes, in the place of what is there."""
    relation = relation_of(node)
    connection.execute(
        f"create schema if not exists {node['database']}.{node['schema']}"
    )
    materialized = node["config"]["materialized"]
    if node["resource_type"] == "seed":
        types = node["config"]["column_types"]
        # A path that is absolute stays what it is.
        path = PROJECT_FOLDER / node["original_file_path"]
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        connection.execute(
            f"create or replace table {relation} as"
            f" from read_csv('{path}', header = true, columns = {{{columns}}})"
        )
        return
    if node["language"] == "python":
        _build_python(connection, node, relation)
        return
    sql = filled(node["compiled_code"], values)
    if materialized == "table_function":
        parameters = ", ".join(node["config"]["parameters"])
        connection.execute(
            f"create or replace function {relation}({parameters}) as table ({sql})"
        )
    elif materialized == "view":
        connection.execute(f"create or replace view {relation} as {sql}")
    else:
        connection.execute(f"create or replace table {relation} as {sql}")


def take_in(connection: duckdb.DuckDBPyConnection, node: Node, sql: str) -> None:
    """Append what arrived; with delete+insert, in the place of what has its key."""
    relation = relation_of(node)
    connection.execute(f"create or replace temp table arrived as {sql}")
    if node["config"]["incremental_strategy"] == "delete+insert":
        keys = ", ".join(node["config"]["unique_key"])
        connection.execute(
            f"delete from {relation} where ({keys}) in"
            f" (select distinct {keys} from arrived)"
        )
    connection.execute(f"insert into {relation} by name from arrived")


def python_model(file: str) -> Any:
    """The module of a model that is written in Python; ``file`` as dbt names it."""
    path = PROJECT_FOLDER / file
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _build_python(
    connection: duckdb.DuckDBPyConnection, node: Node, relation: str
) -> None:
    module = python_model(node["original_file_path"])
    result = module.model(_PythonModelContext(connection), connection)
    connection.execute(f"create or replace table {relation} as {result.sql_query()}")


class _PythonModelContext:
    """The few members of dbt's ``dbt`` object that the models use."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def config(self, **_options: str) -> None:
        """How it is materialized does not matter here."""

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        place = self._connection.execute(
            "select table_catalog || '.' || table_schema"
            " from information_schema.tables where table_name = $1",
            [name],
        ).fetchone()
        assert place is not None
        return self._connection.sql(f"from {place[0]}.{name}")
