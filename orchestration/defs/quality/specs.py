"""The checks of the expectations package as Dagster asset checks."""

from collections.abc import Iterable, Iterator

from dagster import AssetCheckResult, AssetCheckSeverity, AssetCheckSpec, AssetKey

from expectations.checks import Stage
from expectations.registry import all_checks
from expectations.results import CheckResult, Severity
from expectations.session import CheckLimits
from orchestration.home import Home
from orchestration.settings import read_settings


def check_limits(home: Home) -> CheckLimits:
    """What the checks' own DuckDB session may use."""
    settings = read_settings()
    return CheckLimits(
        memory_limit=settings.memory_limit,
        threads=settings.threads,
        scratch=home.scratch,
    )


def check_specs(stage: Stage, asset: AssetKey) -> list[AssetCheckSpec]:
    """The checks of a stage, shown on the asset that they guard."""
    return [
        AssetCheckSpec(
            check.name,
            asset=asset,
            description=check.description,
            blocking=check.severity is Severity.BLOCKING,
        )
        for check in all_checks()
        if check.stage is stage
    ]


def dagster_results(
    results: Iterable[CheckResult], asset: AssetKey, *, is_forced: bool
) -> Iterator[AssetCheckResult]:
    """What was found; in a forced run no failure stops the steps after it."""
    for result in results:
        yield AssetCheckResult(
            asset_key=asset,
            check_name=result.check,
            passed=result.passed,
            severity=(
                AssetCheckSeverity.ERROR
                if result.severity is Severity.BLOCKING and not is_forced
                else AssetCheckSeverity.WARN
            ),
            metadata={
                "table": result.table_name,
                "observed": result.observed,
                "failing_rows": list(result.failing_rows),
            },
        )
