"""The result of one check, in the terms of people and of ``marts.check_results``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a failed check does to the run."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check on one table; ``failing_rows`` samples at most five as JSON text."""

    check: str
    table_name: str
    severity: Severity
    passed: bool
    observed: str
    expected: str
    failing_rows: tuple[str, ...] = ()


def describe(result: CheckResult) -> str:
    """One line for people: the check, its table, what was found and a sample."""
    told = (
        f"{result.check} on {result.table_name}: observed {result.observed},"
        f" expected {result.expected}"
    )
    return f"{told}; for example {result.failing_rows[0]}" if result.failing_rows else told
