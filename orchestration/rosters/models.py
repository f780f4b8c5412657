"""The dbt models that work on one import, compiled by dbt once, run for each import.

A run may bring many bundles, and each must be worked on after the one before is
applied, in one transaction. dbt runs a model once an invocation, and needs seconds for
one: so it compiles, and its SQL is run here in the order of its graph.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.files import write_text_atomically
from orchestration.manifest import call_dbt
from orchestration.settings import PROJECT_FOLDER
from orchestration.warehouse import IMPORT_TAG, code_version

_COMPILED = PROJECT_FOLDER / "target" / "import_models.json"


@dataclass(frozen=True, slots=True)
class ImportModel:
    """A model as dbt compiled it."""

    schema: str
    name: str
    kind: str
    sql: str


def import_models() -> list[ImportModel]:
    """The models that work on an import, in an order in which they can be built.

    Raises:
        RollbookError: dbt cannot compile them.
    """
    version = code_version()
    try:
        kept = json.loads(_COMPILED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    if kept.get("code_version") != version:
        models = [asdict(model) for model in _compiled()]
        kept = {"code_version": version, "models": models}
        write_text_atomically(_COMPILED, json.dumps(kept))
    return [ImportModel(**model) for model in kept["models"]]


def build_models(
    session: duckdb.DuckDBPyConnection, models: Sequence[ImportModel]
) -> None:
    """Build the models in the catalog ``workbench`` of a session."""
    for schema in sorted({model.schema for model in models}):
        session.execute(f"create schema if not exists workbench.{schema}")
    for model in models:
        relation = f"workbench.{model.schema}.{model.name}"
        session.execute(f"create or replace {model.kind} {relation} as {model.sql}")


def drop_models(
    session: duckdb.DuckDBPyConnection, models: Sequence[ImportModel]
) -> None:
    """Give back what the tables of an import hold."""
    for model in reversed(models):
        relation = f"workbench.{model.schema}.{model.name}"
        session.execute(f"drop {model.kind} if exists {relation}")


def _compiled() -> list[ImportModel]:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "target"
        call_dbt(
            *("compile", "--select", f"+tag:{IMPORT_TAG}"),
            *("--vars", json.dumps({"warehouse": folder, "scratch": folder})),
            target=target,
        )
        nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))[
            "nodes"
        ]
        shutil.rmtree(target)
    wanted = {
        key: node
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node.get("compiled_code")
    }
    parents = {
        key: [each for each in node["depends_on"]["nodes"] if each in wanted]
        for key, node in wanted.items()
    }
    return [
        ImportModel(
            schema=wanted[key]["schema"],
            name=wanted[key]["alias"],
            kind=wanted[key]["config"]["materialized"],
            sql=wanted[key]["compiled_code"],
        )
        for key in TopologicalSorter(parents).static_order()
    ]
