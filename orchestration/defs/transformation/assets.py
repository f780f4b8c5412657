"""The dbt project: staging, intermediate, marts and reports, in one invocation."""

import contextlib
import io
from collections.abc import Iterable, Iterator
from typing import Any

from dagster import AssetExecutionContext
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration.build_results import read_build_results
from orchestration.check_ledger import save_results
from orchestration.defs.transformation.translator import RollbookTranslator
from orchestration.errors import RollbookError
from orchestration.manifest import current_manifest
from orchestration.progress import Steps, show_progress
from orchestration.publish.publication import raise_for_blocking
from orchestration.run_resource import RunResource
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


@dbt_assets(
    manifest=current_manifest(),
    name="build_warehouse",
    dagster_dbt_translator=RollbookTranslator(),
)
def warehouse_tables(
    context: AssetExecutionContext, dbt: DbtCliResource, run: RunResource
) -> Iterator[Any]:
    """Build every model and run every dbt test."""
    warehouse = Warehouse(run.opened_home)
    arguments = warehouse.dbt_arguments(
        run.parameters(context.instance, context.run_id),
        Settings(),
        built_through=warehouse.begin_build(),
    )
    show_progress("building the warehouse")
    invocation = dbt.cli(
        arguments, context=context, target_path=warehouse.target, raise_on_error=False
    )
    yield from _quietly(invocation.stream())
    build = read_build_results(warehouse)
    save_results(run.opened_home, "build", build.checks)
    raise_for_blocking(build.checks)
    if build.errors or not invocation.is_successful():
        raise RollbookError(
            f"dbt cannot build: {build.errors[0] if build.errors else 'see'}"
            f" ({warehouse.target / 'dbt.log'})"
        )
    warehouse.finish_build()


def _quietly(events: Iterable[Any]) -> Iterator[Any]:
    """Pass on dbt's events; dagster-dbt would repeat dbt's whole log on stdout."""
    remaining = iter(events)
    steps = Steps()
    count = 0
    while True:
        with contextlib.redirect_stdout(io.StringIO()):
            event = next(remaining, None)
        if event is None:
            return
        count += 1
        steps.show(f"building the warehouse: {count} steps done")
        yield event
