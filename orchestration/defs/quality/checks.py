"""Great Expectations on what arrived, before anything is built from it."""

from collections.abc import Iterator

from dagster import AssetCheckResult, multi_asset_check

from expectations.checks import Stage
from orchestration.check_ledger import save_results
from orchestration.defs.extraction.assets import LEDGER
from orchestration.defs.quality.specs import (
    check_limits,
    check_specs,
    dagster_results,
)
from orchestration.extract.ledger import Ledger
from orchestration.progress import show_progress
from orchestration.publish.publication import raise_for_blocking
from orchestration.run_resource import RunResource


# can_subset: a batch that brought nothing new (a touched file) has no results.
@multi_asset_check(
    name="check_landing", specs=check_specs(Stage.LANDING, LEDGER), can_subset=True
)
def landing_checks(run: RunResource) -> Iterator[AssetCheckResult]:
    """Check the newest batch; a blocking failure ends the run."""
    from expectations.landing.suite import check_landing

    home = run.opened_home
    show_progress("checking what arrived")
    results = check_landing(
        home.landing,
        batch=max(Ledger(home.landing).batch_numbers()),
        limits=check_limits(home),
    )
    save_results(home, Stage.LANDING, results)
    yield from dagster_results(results, LEDGER)
    raise_for_blocking(results)
