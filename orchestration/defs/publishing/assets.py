"""The publication: the last asset, downstream of every mart and report."""

from collections.abc import Iterator
from pathlib import Path

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    MaterializeResult,
    asset,
)

from expectations.checks import Stage
from expectations.results import CheckResult
from orchestration.check_ledger import save_results, saved_results
from orchestration.defs.failing import tells_failure
from orchestration.defs.quality.specs import (
    check_limits,
    check_specs,
    dagster_results,
)
from orchestration.defs.transformation.assets import warehouse_tables
from orchestration.progress import show_progress
from orchestration.publish.publication import publish
from orchestration.publish.records import StagedResult
from orchestration.run_ledger import Event, record_event
from orchestration.run_resource import RunResource
from orchestration.settings import read_settings

PUBLICATION = AssetKey(["publication"])


@asset(
    key=PUBLICATION,
    deps=[*warehouse_tables.keys],
    check_specs=check_specs(Stage.PUBLISHED, PUBLICATION),
    group_name="publishing",
    kinds={"duckdb"},
)
@tells_failure
def publication(
    context: AssetExecutionContext, run: RunResource
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """The file that readers open, audited before they can."""
    from expectations.published.suite import check_published

    home = run.opened_home
    parameters = run.parameters(context.instance, context.run.run_id)
    audited: list[CheckResult] = []

    def audit(file: Path, previous: Path | None) -> list[CheckResult]:
        show_progress("auditing the file that will be served")
        audited.extend(
            check_published(
                file,
                previous=previous,
                range_start=parameters.range_start,
                range_end=parameters.range_end,
                limits=check_limits(home),
            )
        )
        return audited

    record_event(home, context.run.run_id, Event.AUDITING)
    show_progress("building the publication aside")
    try:
        published = publish(
            home,
            parameters,
            run_id=context.run.run_id,
            earlier_results=[
                StagedResult(stage, result)
                for stage in (Stage.LANDING, "build")
                for result in saved_results(home, stage)
            ],
            audit=audit,
            on_swapping=lambda: record_event(home, context.run.run_id, Event.SWAPPING),
            kept_versions=read_settings().kept_versions,
            forced_reason=run.forced_reason,
        )
    finally:
        save_results(home, Stage.PUBLISHED, audited)
        yield from dagster_results(audited, PUBLICATION, is_forced=run.is_forced)
    record_event(
        home,
        context.run.run_id,
        Event.PUBLISHED,
        publication_id=published.publication_id,
    )
    yield MaterializeResult(
        metadata={
            "file": str(home.published_file),
            "version": published.publication_id,
            "report_rows": published.report_rows,
            "quarantined_rows": published.quarantined_count,
        }
    )
