"""The rosters of OneRoster sources, brought up to what their folders hold."""

from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    AssetSpec,
    MaterializeResult,
    multi_asset,
)

from orchestration.defs.failing import tells_failure
from orchestration.extract.oneroster.journal import Journal
from orchestration.extract.platform.landing import LandingLimits
from orchestration.extract.source_readings import record_reading
from orchestration.progress import Steps, show_progress
from orchestration.rosters.importing import SourceOutcome, import_rosters
from orchestration.rosters.telling import figures, problem_lines, reading_of
from orchestration.run_resource import RunResource
from orchestration.school_settings import read_school_settings, school_file
from orchestration.settings import read_settings

_TABLES = {
    "imports": "Imports, each with what became of it.",
    "counts": "Rows of each import by outcome, data type and school.",
    "rows": "Rows of imports that are worth a look.",
    "records": "Records as the applied imports left them.",
    "versions": "What each import made of each record that it changed.",
    "known_columns": "Columns that some applied record filled.",
    "known_types": "Data types that an applied import had a file of.",
    "sources": "What became of each source in the newest run.",
}


@multi_asset(
    name="import_rosters",
    specs=[
        AssetSpec(
            AssetKey(["roster", name]),
            description=description,
            kinds={"duckdb"},
            group_name="extraction",
        )
        for name, description in _TABLES.items()
    ],
)
@tells_failure
def rosters(
    context: AssetExecutionContext, run: RunResource
) -> Iterator[MaterializeResult[None]]:
    """Import what is new, source by source; each shows as an asset with its counts."""
    home = run.opened_home
    as_of = run.parameters(context.instance, context.run.run_id).as_of
    sources = read_school_settings(home, run.school_file).rosters
    outcomes: list[SourceOutcome] = []
    # Also what was exported since the last run is taken in.
    if run.reads_sources and (sources or Journal.read(home).events):
        outcomes = import_rosters(
            home,
            sources,
            config_file=school_file(home, run.school_file),
            as_of=as_of,
            limits=LandingLimits.of(read_settings()),
            on_progress=Steps().show,
        )
    for outcome in outcomes:
        record_reading(home, reading_of(outcome, as_of))
        context.log_event(
            AssetMaterialization(
                asset_key=AssetKey(["oneroster", outcome.source.name]),
                metadata=figures(outcome),
            )
        )
        for line in problem_lines(outcome):
            context.log.warning(line)
            show_progress(line)
    for name in _TABLES:
        yield MaterializeResult(
            asset_key=AssetKey(["roster", name]),
            metadata={"imports": sum(len(each.imports) for each in outcomes)},
        )
