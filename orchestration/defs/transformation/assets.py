"""The dbt project: staging, intermediate, marts and reports, in one invocation."""

import json
from collections.abc import Iterable, Iterator, Sequence

from dagster import AssetCheckResult, AssetExecutionContext, MaterializeResult
from dagster_dbt import dbt_assets

from expectations.engine import gx_loading
from expectations.results import CheckResult
from orchestration.build_results import read_build_results
from orchestration.check_ledger import save_results
from orchestration.dbt_build import EndedNode, run_dbt
from orchestration.defs.failing import tells_failure
from orchestration.defs.quality.specs import dagster_results
from orchestration.defs.transformation.translator import RollbookTranslator
from orchestration.errors import RollbookError
from orchestration.manifest import current_manifest
from orchestration.progress import Steps
from orchestration.publish.publication import raise_for_blocking
from orchestration.run_ledger import Event, record_event
from orchestration.run_resource import RunResource
from orchestration.settings import read_settings
from orchestration.warehouse import IMPORT_TAG, Warehouse

_TRANSLATOR = RollbookTranslator()


@dbt_assets(
    manifest=current_manifest(),
    name="build_warehouse",
    dagster_dbt_translator=_TRANSLATOR,
    exclude=f"tag:{IMPORT_TAG}",
)
@tells_failure
def warehouse_tables(
    context: AssetExecutionContext, run: RunResource
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """Build every model and run every dbt test."""
    home = run.opened_home
    warehouse = Warehouse(home)
    record_event(home, context.run.run_id, Event.LOADING)
    with gx_loading():
        yield from _materialized(
            run_dbt(
                warehouse,
                warehouse.build_command(
                    run.parameters(context.instance, context.run.run_id),
                    read_settings(),
                    built_through=warehouse.begin_build(),
                    is_forced=run.is_forced,
                ),
                on_loaded=lambda: record_event(
                    home, context.run.run_id, Event.BUILDING
                ),
            )
        )
    build = read_build_results(warehouse)
    save_results(home, "build", build.checks)
    yield from _checked(context, build.checks, is_forced=run.is_forced)
    raise_for_blocking(build.checks, forced_reason=run.forced_reason)
    if build.errors:
        raise RollbookError(
            f"dbt cannot build {build.errors[0]} (see {warehouse.target / 'dbt.log'})"
        )
    warehouse.finish_build()


def _materialized(nodes: Iterable[EndedNode]) -> Iterator[MaterializeResult[None]]:
    """Tell Dagster of each table while dbt builds the next: both take their time."""
    steps = Steps()
    properties = json.loads(current_manifest().read_text(encoding="utf-8"))["nodes"]
    for count, node in enumerate(nodes, start=1):
        steps.show(f"building the warehouse: {count} done")
        if node.is_built:
            yield MaterializeResult(
                asset_key=_TRANSLATOR.get_asset_key(properties[node.unique_id]),
                metadata={"seconds": node.seconds},
            )


def _checked(
    context: AssetExecutionContext, checks: Sequence[CheckResult], *, is_forced: bool
) -> Iterator[AssetCheckResult]:
    shown = {key.name: key.asset_key for key in context.selected_asset_check_keys}
    for result in checks:
        if asset_key := shown.get(result.check):
            yield from dagster_results([result], asset_key, is_forced=is_forced)
