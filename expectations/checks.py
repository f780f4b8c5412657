"""What is declared of a check before it runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from expectations.results import CheckResult, Severity


class Stage(StrEnum):
    """When a check runs: after landing, or on the file that is to be published."""

    LANDING = "landing"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Check:
    """One named rule; ``description`` says what must hold, thresholds included.

    A rule over several tables belongs to the one they have in common: ``ledger`` for
    landed tables, ``report_catalog`` for reports, ``sync_log_between`` for the sync
    logs. Its failing rows name the table.
    """

    name: str
    description: str
    severity: Severity
    stage: Stage
    schema_name: str
    table_name: str

    def result(
        self, *, passed: bool, observed: str, failing_rows: tuple[str, ...] = ()
    ) -> CheckResult:
        """The verdict of one run of it."""
        return CheckResult(
            check=self.name,
            table_name=self.table_name,
            severity=self.severity,
            passed=passed,
            observed=observed,
            expected=self.description,
            failing_rows=failing_rows,
        )
