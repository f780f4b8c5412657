"""The dbt project: staging, intermediate, marts and reports, in one invocation."""

from collections.abc import Iterator

from dagster import AssetCheckResult, AssetExecutionContext, MaterializeResult
from dagster_dbt import dbt_assets

from orchestration.build_results import BuildResults, read_build_results
from orchestration.check_ledger import save_results
from orchestration.dbt_build import run_dbt
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
from orchestration.warehouse import Warehouse

_TRANSLATOR = RollbookTranslator()


@dbt_assets(
    manifest=current_manifest(),
    name="build_warehouse",
    dagster_dbt_translator=_TRANSLATOR,
)
@tells_failure
def warehouse_tables(
    context: AssetExecutionContext, run: RunResource
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """Build every model and run every dbt test."""
    home = run.opened_home
    warehouse = Warehouse(home)
    steps = Steps()
    record_event(home, context.run_id, Event.LOADING)
    run_dbt(
        warehouse,
        warehouse.dbt_arguments(
            run.parameters(context.instance, context.run_id),
            read_settings(),
            built_through=warehouse.begin_build(),
            is_forced=run.is_forced,
        ),
        on_node=lambda count: steps.show(f"building the warehouse: {count} done"),
        on_loaded=lambda: record_event(home, context.run_id, Event.BUILDING),
    )
    build = read_build_results(warehouse)
    save_results(home, "build", build.checks)
    yield from _dagster_results(context, build, is_forced=run.is_forced)
    raise_for_blocking(build.checks, forced_reason=run.forced_reason)
    if build.errors:
        raise RollbookError(
            f"dbt cannot build {build.errors[0]} (see {warehouse.target / 'dbt.log'})"
        )
    warehouse.finish_build()


def _dagster_results(
    context: AssetExecutionContext, build: BuildResults, *, is_forced: bool
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    for node in build.nodes:
        yield MaterializeResult(
            asset_key=_TRANSLATOR.get_asset_key(node.properties),
            metadata={"seconds": node.seconds},
        )
    shown = {key.name: key.asset_key for key in context.selected_asset_check_keys}
    for result in build.checks:
        if asset_key := shown.get(result.check):
            yield from dagster_results([result], asset_key, is_forced=is_forced)
