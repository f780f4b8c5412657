"""What dbt's artifacts say of a build: which checks failed, with sample rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.results import CheckResult, Severity
from orchestration.warehouse import Warehouse

_SAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True)
class BuildResults:
    """The checks of a build, and the nodes that could not be built at all."""

    checks: list[CheckResult]
    errors: list[str]


def read_build_results(warehouse: Warehouse) -> BuildResults:
    """Read the artifacts of the last build; nothing else may hold the warehouse."""
    results = _artifact(warehouse, "run_results.json").get("results", [])
    nodes = _artifact(warehouse, "manifest.json").get("nodes", {})
    checks = []
    errors = []
    for result in results:
        unique_id = str(result["unique_id"])
        is_check = unique_id.startswith("test.")
        if is_check and result["status"] in ("pass", "fail", "warn"):
            checks.append(_check(warehouse, nodes.get(unique_id, {}), result))
        elif result["status"] in ("error", "fail"):
            message = " ".join(str(result["message"]).split())
            errors.append(f"{unique_id.split('.')[2]}: {message[:300]}")
    return BuildResults(checks, errors)


def _artifact(warehouse: Warehouse, name: str) -> dict[str, Any]:
    path = warehouse.target / name
    if not path.exists():
        return {}
    artifact: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return artifact


def _check(
    warehouse: Warehouse, node: dict[str, Any], result: dict[str, Any]
) -> CheckResult:
    failures = int(result.get("failures") or 0)
    attached = str(node.get("attached_node") or "").split(".")
    severity = str(node.get("config", {}).get("severity", "error")).lower()
    return CheckResult(
        check=str(node.get("name", result["unique_id"])),
        table_name=attached[2] if len(attached) > 2 else "",
        severity=Severity.BLOCKING if severity == "error" else Severity.WARNING,
        passed=result["status"] == "pass",
        observed=f"{failures} failing rows",
        expected="0 failing rows",
        failing_rows=(
            _sample(warehouse, str(result.get("compiled_code") or ""))
            if failures
            else ()
        ),
    )


def _sample(warehouse: Warehouse, query: str) -> tuple[str, ...]:
    if not query:
        return ()
    workbench = warehouse.database.with_name("workbench.duckdb")
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        connection.execute(f"attach '{workbench}' as workbench (read_only)")
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(
            f"select cast(to_json(failing) as varchar) from ({query}) as failing"
            f" limit {_SAMPLE_ROWS}"
        ).fetchall()
    return tuple(str(row[0]) for row in rows)
