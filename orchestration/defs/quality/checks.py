"""Great Expectations on what arrived, before anything is built from it."""

from collections.abc import Iterator

from dagster import AssetCheckExecutionContext, AssetCheckResult, multi_asset_check

from expectations.checks import Stage
from expectations.results import combined
from orchestration.check_ledger import save_results
from orchestration.defs.extraction.assets import LEDGER
from orchestration.defs.failing import tells_failure
from orchestration.defs.quality.specs import (
    check_limits,
    check_specs,
    dagster_results,
)
from orchestration.progress import show_progress
from orchestration.publish.publication import raise_for_blocking
from orchestration.publish.records import unpublished_batches
from orchestration.run_resource import RunResource


# can_subset: a run that has nothing new has no results.
@multi_asset_check(
    name="check_landing", specs=check_specs(Stage.LANDING, LEDGER), can_subset=True
)
@tells_failure
def landing_checks(
    context: AssetCheckExecutionContext, run: RunResource
) -> Iterator[AssetCheckResult]:
    """Check every batch that readers do not have; a blocking failure ends the run."""
    from expectations.landing.suite import check_landing

    home = run.opened_home
    show_progress("checking what arrived")
    results = combined(
        check_landing(home.landing, batch=batch, limits=check_limits(home))
        for batch in unpublished_batches(home)
    )
    save_results(home, Stage.LANDING, results)
    yield from dagster_results(results, LEDGER, is_forced=run.is_forced)
    raise_for_blocking(results, forced_reason=run.forced_reason)
