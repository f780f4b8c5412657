"""The landed tables of the platform."""

from collections import defaultdict
from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    MaterializeResult,
    multi_asset,
)

from orchestration.defs.failing import tells_failure
from orchestration.extract.ledger import LandedFile
from orchestration.extract.platform.landing import LandingLimits
from orchestration.extract.platform.shapes import land_shapes
from orchestration.extract.platform.tables import TABLES
from orchestration.progress import Steps, show_progress
from orchestration.run_ledger import Event, record_event
from orchestration.run_resource import RunResource
from orchestration.school_settings import school_file
from orchestration.settings import read_settings
from orchestration.source_settings import PlatformSource
from orchestration.sources.connectors import Reach
from orchestration.sources.landing import configure, told
from orchestration.sources.platform import land_platform

LEDGER = AssetKey(["landing", "ledger"])
QUARANTINE = AssetKey(["platform", "quarantine"])


def landed_key(table_name: str) -> AssetKey:
    """The asset of a landed table: the source that staging reads."""
    return AssetKey(["platform", table_name])


@multi_asset(
    name="land_platform",
    specs=[
        *(
            AssetSpec(
                landed_key(table.name),
                description=f"Rows of {table.name} as delivered, typed, immutable.",
                kinds={"parquet"},
                group_name="extraction",
            )
            for table in TABLES
        ),
        AssetSpec(
            QUARANTINE,
            description="Lines that broke a rule of the source's contract.",
            kinds={"parquet"},
            group_name="extraction",
        ),
        AssetSpec(
            LEDGER,
            description="Which files were read, with the rows of each.",
            kinds={"json"},
            group_name="extraction",
        ),
    ],
)
@tells_failure
def landed_tables(
    context: AssetExecutionContext, run: RunResource
) -> Iterator[MaterializeResult[None]]:
    """Read what is new at the platform, if the run has one."""
    record_event(run.opened_home, context.run.run_id, Event.LANDING)
    home, sources = run.opened_home, run.sources
    if run.reads_sources:
        configure(home, sources)
    entries: list[LandedFile] = []
    for source in sources:
        if isinstance(source, PlatformSource):
            reading, entries = land_platform(
                source,
                home,
                Reach(
                    config_file=school_file(home, run.school_file),
                    as_of=run.parameters(context.instance, context.run.run_id).as_of,
                    limits=LandingLimits.of(read_settings()),
                    on_progress=Steps().show,
                    sample=run.sample,
                ),
                # What a person names for this run alone is to be right.
                is_required=run.source is not None and not run.is_source_configured,
            )
            for line in told(reading, home):
                context.log.warning(line)
                show_progress(line)
    land_shapes(home)
    by_table: dict[str, list[LandedFile]] = defaultdict(list)
    for entry in entries:
        by_table[entry.table_name].append(entry)
    for table in TABLES:
        yield MaterializeResult(
            asset_key=landed_key(table.name), metadata=_figures(by_table[table.name])
        )
    yield MaterializeResult(
        asset_key=QUARANTINE,
        metadata={"rows": sum(entry.quarantined_count for entry in entries)},
    )
    yield MaterializeResult(asset_key=LEDGER, metadata=_figures(entries))


def _figures(entries: list[LandedFile]) -> dict[str, int]:
    landed = [entry for entry in entries if entry.outcome == "landed"]
    return {
        "files": len(landed),
        "rows": sum(entry.landed_count for entry in landed),
        "quarantined_rows": sum(entry.quarantined_count for entry in landed),
        "bytes_read": sum(entry.read_bytes for entry in landed),
        "bytes_landed": sum(entry.landed_bytes for entry in landed),
    }
