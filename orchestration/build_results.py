"""What dbt's artifacts say of a build: which checks failed, and what was not built."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.results import SAMPLE_ROWS, CheckResult, Severity
from orchestration.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class BuildResults:
    """What the checks found, and what could not be built at all."""

    checks: list[CheckResult]
    errors: list[str]


def read_build_results(warehouse: Warehouse) -> BuildResults:
    """Read the artifacts of the last build; nothing else may hold the warehouse."""
    properties = _artifact(warehouse, "manifest.json")["nodes"]
    build = BuildResults([], [])
    for result in _artifact(warehouse, "run_results.json")["results"]:
        unique_id = str(result["unique_id"])
        node = properties.get(unique_id, {})
        match unique_id.split(".")[0], result["status"]:
            case "test", "pass" | "fail" | "warn":
                build.checks.append(_check(warehouse, node, result))
            case _, "error" | "fail":
                message = " ".join(str(result["message"]).split())
                build.errors.append(f"{unique_id.split('.')[2]}: {message[:300]}")
    return build


def _artifact(warehouse: Warehouse, name: str) -> dict[str, Any]:
    artifact: dict[str, Any] = json.loads(
        (warehouse.target / name).read_text(encoding="utf-8")
    )
    return artifact


def _check(
    warehouse: Warehouse, node: dict[str, Any], result: dict[str, Any]
) -> CheckResult:
    failures = int(result["failures"] or 0)
    attached = str(node.get("attached_node") or "").split(".")
    severity = str(node["config"]["severity"]).lower()
    return CheckResult(
        check=str(node["name"]),
        table_name=attached[2] if len(attached) > 2 else "",
        severity=Severity.BLOCKING if severity == "error" else Severity.WARNING,
        passed=result["status"] == "pass",
        observed=f"{failures} failing {'row' if failures == 1 else 'rows'}",
        expected="no failing row",
        failing_rows=_sample(warehouse, result) if failures else (),
    )


def _sample(warehouse: Warehouse, result: dict[str, Any]) -> tuple[str, ...]:
    """A few of the rows that a failed test selects."""
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        connection.execute(f"attach '{warehouse.workbench}' as workbench (read_only)")
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(
            "select cast(to_json(failing) as varchar)"
            f" from ({result['compiled_code']}) as failing limit {SAMPLE_ROWS}"
        ).fetchall()
    return tuple(str(row[0]) for row in rows)
