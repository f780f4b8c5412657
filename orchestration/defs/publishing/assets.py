"""The publication: the last asset, downstream of every mart and report."""

from dagster import AssetExecutionContext, MaterializeResult, asset

from orchestration.defs.transformation.assets import warehouse_tables
from orchestration.progress import show_progress
from orchestration.publish.publication import publish
from orchestration.run_resource import RunResource
from orchestration.settings import Settings


@asset(name="publication", deps=[*warehouse_tables.keys])
def publication(context: AssetExecutionContext, run: RunResource) -> MaterializeResult:
    """The file that readers open."""
    published, _ = publish(
        run.opened_home,
        run.parameters(context.instance, context.run_id),
        run_id=context.run_id,
        earlier_results=[],
        audit=lambda file, previous: [],
        kept_versions=Settings().kept_versions,
    )
    return MaterializeResult(metadata={"report_rows": published.report_rows})
