"""What a check found, for people and for ``marts.check_results``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

SAMPLE_ROWS = 5


class Severity(StrEnum):
    """Whether a failed check ends the run."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's verdict; ``failing_rows`` holds up to five rows as compact JSON.

    ``observed`` counts what was judged and what failed; ``expected`` is the rule.
    """

    check: str
    table_name: str
    severity: Severity
    passed: bool
    observed: str
    expected: str
    failing_rows: tuple[str, ...] = ()


def describe(result: CheckResult) -> str:
    """One line for people: which check, where, what was found, and a row of it."""
    verdict = "passed" if result.passed else f"failed ({result.severity})"
    where = f" on {result.table_name}" if result.table_name else ""
    line = (
        f"{result.check} {verdict}{where}: {result.observed};"
        f" expected: {result.expected}"
    )
    if result.failing_rows:
        line += f"; for example {result.failing_rows[0]}"
    return " ".join(line.split())


def combined(results_by_batch: Iterable[Sequence[CheckResult]]) -> list[CheckResult]:
    """One result a check: the oldest batch's that failed, else the newest batch's."""
    chosen: dict[str, CheckResult] = {}
    for results in results_by_batch:
        for result in results:
            if result.check not in chosen or chosen[result.check].passed:
                chosen[result.check] = result
    return list(chosen.values())
