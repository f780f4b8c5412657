"""The dbt project compiled once, then run on many small worlds without dbt.

dbt needs seconds a build; a Hypothesis run needs hundreds. The SQL is the project's
own, compiled by dbt; only the loop that runs it in order is here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from types import MappingProxyType

import duckdb
from jinja2 import Environment

from orchestration.extract.shapes import ensure_shapes
from orchestration.extract.source_readings import ensure_readings
from orchestration.manifest import call_dbt
from orchestration.warehouse import IMPORT_TAG
from support.building import (
    DATABASES,
    STAND_INS,
    Node,
    attached,
    build_anew,
    filled,
    instants_of,
    is_incremental,
    relation_of,
    take_in,
)

_HOOKS = Environment()


@dataclass(frozen=True)
class CompiledProject:
    """Nodes in the order in which they can be built."""

    nodes: list[Node]
    folder: Path

    def __repr__(self) -> str:
        """Name it: hundreds of nodes would hide what a failing test is about."""
        return "CompiledProject"

    @classmethod
    def compile(cls, folder: Path, **variables: object) -> CompiledProject:
        """Let dbt compile every model against an empty warehouse.

        Args:
            folder: where it may write.
            variables: what stands for dbt's own variables.
        """
        nodes = _compiled(folder, "--full-refresh", variables=variables)
        order = TopologicalSorter(_parents(nodes)).static_order()
        return cls([nodes[key] for key in order], folder)

    def making(self, *relations: str) -> CompiledProject:
        """The same without the nodes that none of these relations is made from.

        Args:
            relations: as readers call them, like ``reports.user_list``.
        """
        parents = _parents({node["unique_id"]: node for node in self.nodes})
        needed: set[str] = set()
        for node in reversed(self.nodes):
            if f"{node['schema']}.{node['alias']}" in relations:
                needed.add(node["unique_id"])
            if node["unique_id"] in needed:
                needed |= parents[node["unique_id"]]
        nodes = [node for node in self.nodes if node["unique_id"] in needed]
        return CompiledProject(nodes, self.folder)

    def with_seed(self, name: str, path: Path) -> CompiledProject:
        """The same with a school's own file in the place of a seed of the project."""
        nodes = [
            {**node, "original_file_path": str(path)} if node["name"] == name else node
            for node in self.nodes
        ]
        return CompiledProject(nodes, self.folder)

    @cached_property
    def later_sql(self) -> dict[str, str]:
        """By its key, the SQL of each incremental model where its table exists."""
        incremental = {
            node["unique_id"]: node for node in self.nodes if is_incremental(node)
        }
        for node in incremental.values():
            file = self.folder / f"{node['database']}.duckdb"
            with duckdb.connect(str(file)) as connection:
                connection.execute(f"create schema if not exists {node['schema']}")
                relation = f"{node['schema']}.{node['alias']}"
                connection.execute(f"create table {relation} (stub integer)")
        compiled = _compiled(self.folder, "--select", "config.materialized:incremental")
        return {key: compiled[key]["compiled_code"] for key in incremental}

    def shuffled(self, drawn: random.Random) -> list[Node]:
        """Every node, in another order in which dbt's threads may build them."""
        nodes = {node["unique_id"]: node for node in self.nodes}
        sorter = TopologicalSorter(_parents(nodes))
        sorter.prepare()
        ready: list[str] = []
        order = []
        while sorter.is_active():
            ready += sorter.get_ready()
            key = ready.pop(drawn.randrange(len(ready)))
            sorter.done(key)
            order.append(nodes[key])
        return order

    def loading(self) -> set[str]:
        """The keys of the incremental nodes, and of all that they are made from.

        All others are built anew each time, so that an earlier build leaves no trace.
        """
        parents = _parents({node["unique_id"]: node for node in self.nodes})
        keys: set[str] = set()
        for node in reversed(self.nodes):
            if is_incremental(node) or node["unique_id"] in keys:
                keys |= {node["unique_id"]} | parents[node["unique_id"]]
        return keys

    def build_node(
        self,
        connection: duckdb.DuckDBPyConnection,
        node: Node,
        values: dict[str, str],
        *,
        is_full: bool,
    ) -> None:
        """Build one node as dbt does, in the transaction that the caller holds.

        Args:
            connection: a session with the two databases attached.
            node: the node of the manifest.
            values: what stands for each run variable.
            is_full: whether incremental models are built anew.
        """
        if is_full or not is_incremental(node):
            build_anew(connection, node, values)
            return
        sql = filled(self.later_sql[node["unique_id"]], values)
        for hook in node["config"]["pre-hook"]:
            connection.execute(self._rendered(hook["sql"], node, values))
        take_in(connection, node, sql)

    @contextmanager
    def built(
        self,
        *,
        landing: Path,
        published: Path,
        as_of: datetime,
        range_start: datetime,
        range_end: datetime,
        roster: Path | None = None,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Build every model from a landing, in memory; yield the connection."""
        ensure_shapes(landing)
        ensure_readings(landing)
        values = {
            **instants_of(as_of=as_of, range_start=range_start, range_end=range_end),
            "built_through_batch": "0",
            "landing": str(landing),
            "published": str(published),
        }
        databases = dict.fromkeys(DATABASES, ":memory:")
        with attached(databases, roster=roster) as connection:
            for node in self.nodes:
                self.build_node(connection, node, values, is_full=True)
            yield connection

    def _rendered(self, hook: str, node: Node, values: dict[str, str]) -> str:
        """A hook as dbt renders it when the model's table exists."""
        relations = {node["name"]: relation_of(node) for node in self.nodes}
        return _HOOKS.from_string(hook).render(
            this=relation_of(node),
            ref=lambda name: relations[name],
            var=lambda name: values[name],
            is_incremental=lambda: True,
        )


def _compiled(
    folder: Path, *options: str, variables: Mapping[str, object] = MappingProxyType({})
) -> dict[str, Node]:
    """Let dbt compile; return models and seeds by key."""
    stores = {"warehouse": str(folder), "scratch": str(folder)}
    variables = {**STAND_INS, **stores, **variables}
    call_dbt(
        *("compile", *options, "--vars", json.dumps(variables)),
        target=folder / "target",
    )
    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    return {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
        # Built for each import, not by a run's invocation.
        and IMPORT_TAG not in node["tags"]
    }


def _parents(nodes: dict[str, Node]) -> dict[str, set[str]]:
    return {
        key: nodes.keys() & set(node["depends_on"].get("nodes", []))
        for key, node in nodes.items()
    }
