"""The layers of the project: which way data flows, and what imports what.

Read from dbt's own manifest and from the syntax trees, so nothing is listed twice.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.manifest import current_manifest
from orchestration.settings import PROJECT_FOLDER
from support.commands import environment

# What a layer may read. Seeds are lookups without a layer.
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate"},
    # Rules read marts, and what they find is a mart again.
    "anomalies": {"intermediate", "marts", "anomalies"},
    "history": {"intermediate", "marts"},
    "marts": {"intermediate", "marts", "anomalies", "history"},
    "reports": {"marts", "reports"},
}

# Edges past a layer that are tolerated. This list may only shrink.
BASELINE = {
    ("brg_campus_admins", "stg_landing__readings"),
    ("check_results", "stg_history__check_results"),
    ("input_files", "stg_landing__readings"),
    ("publications", "stg_history__publications"),
    ("quarantined_rows", "stg_landing__readings"),
    ("quarantined_rows", "stg_platform__quarantine"),
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(current_manifest().read_text(encoding="utf-8"))
    return found


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        node for node in manifest["nodes"].values() if node["resource_type"] == "model"
    ]


def layer(manifest: dict[str, Any], key: str) -> str:
    if key.startswith("source."):
        return "source"
    node = manifest["nodes"][key]
    return "seed" if node["resource_type"] == "seed" else str(node["fqn"][1])


def edges(manifest: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Reader, what it reads, and the layers of both."""
    return [
        (
            node["name"],
            key.split(".", 2)[2],
            layer(manifest, node["unique_id"]),
            layer(manifest, key),
        )
        for node in models(manifest)
        for key in node["depends_on"]["nodes"]
    ]


def test_every_model_lies_in_a_layer(manifest: dict[str, Any]) -> None:
    found = {layer(manifest, node["unique_id"]) for node in models(manifest)}

    assert found == set(MAY_READ)


def test_data_flows_from_layer_to_layer(manifest: dict[str, Any]) -> None:
    against = {
        (reader, read)
        for reader, read, reading_layer, layer_read in edges(manifest)
        if layer_read != "seed" and layer_read not in MAY_READ[reading_layer]
    }

    assert against - BASELINE == set(), "an edge past a layer: read the layer before"
    assert BASELINE - against == set(), "an edge is gone: take it off the baseline"


def test_every_source_has_its_one_staging_view(manifest: dict[str, Any]) -> None:
    of_staging = [edge for edge in edges(manifest) if edge[2] == "staging"]

    views = [reader for reader, *_ in of_staging]
    sources = [read for _, read, *_ in of_staging]
    assert len(set(views)) == len(views)
    assert sorted(sources) == sorted(
        key.split(".", 2)[2] for key in manifest["sources"]
    )


def test_every_mart_and_report_is_described(manifest: dict[str, Any]) -> None:
    bare = []
    for node in models(manifest):
        if node["fqn"][1] not in ("marts", "reports"):
            continue
        if node["config"]["materialized"] == "table_function":
            continue
        if not node["columns"] or len(node["description"].split()) < 3:
            bare.append(node["name"])
        bare += [
            f"{node['name']}.{name}"
            for name, column in node["columns"].items()
            if len(column["description"].split()) < 2 or not column["data_type"]
        ]

    assert bare == []


def test_columns_of_marts_and_reports_are_enforced(manifest: dict[str, Any]) -> None:
    loose = [
        node["name"]
        for node in models(manifest)
        if node["fqn"][1] in ("marts", "reports")
        and node["config"]["materialized"] != "table_function"
        and not node["config"]["contract"]["enforced"]
    ]

    assert loose == []


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module or ""}
    return found


PLAIN = (
    *(
        f"orchestration/{name}"
        for name in ("extract", "publish", "erase", "demo", "check_pages", "alerts")
    ),
    "reporting",
)
ROOT = PROJECT_FOLDER / "orchestration"


@pytest.mark.parametrize("folder", PLAIN)
def test_plain_python_imports_no_dagster(folder: str) -> None:
    files = sorted((PROJECT_FOLDER / folder).rglob("*.py"))

    against = {
        (file.name, name)
        for file in files
        for name in imported(file)
        if name.split(".")[0] in ("dagster", "dagster_dbt", "dbt")
        or name.startswith("orchestration.defs")
    }

    assert files
    assert against == set()


def test_plain_python_does_not_import_it_by_detour_either() -> None:
    """Landing and publication start fast, and without an orchestrator."""
    modules = [
        ".".join(file.relative_to(PROJECT_FOLDER).with_suffix("").parts)
        for folder in PLAIN
        for file in sorted((PROJECT_FOLDER / folder).rglob("*.py"))
    ]
    code = (
        f"import sys, importlib; [importlib.import_module(m) for m in {modules!r}];"
        "print(sorted({m.split('.')[0] for m in sys.modules}"
        " & {'dagster', 'dagster_dbt', 'dbt', 'great_expectations'}))"
    )

    completed = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.stdout.strip() == "[]", completed.stderr


def test_only_the_settings_read_the_environment() -> None:
    """But for DAGSTER_HOME, which a run sets for itself (STYLE: the only reader)."""
    readers = {
        file.relative_to(ROOT).as_posix()
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv", "environb")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }

    assert readers <= {"run.py", "settings.py"}
