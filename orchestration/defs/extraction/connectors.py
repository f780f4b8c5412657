"""The sources behind connectors, as the main job lands them: all, one after another."""

import json
from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    AssetSpec,
    MaterializeResult,
    multi_asset,
)

from orchestration.defs.extraction.identifiers import figures, source_key
from orchestration.defs.failing import tells_failure
from orchestration.extract.platform.landing import LandingLimits
from orchestration.manifest import current_manifest
from orchestration.progress import Steps, show_progress
from orchestration.run_resource import RunResource
from orchestration.school_settings import school_file
from orchestration.settings import read_settings
from orchestration.source_settings import (
    OneRosterSource,
    PlatformSource,
)
from orchestration.sources.connectors import Reach
from orchestration.sources.landing import land_source, told

_SOURCES = ("canvas", "cloudwork", "echo360", "connected", "readings")


def _landed_keys() -> list[tuple[AssetKey, str]]:
    """The tables that staging reads of these sources, as the dbt project lists them."""
    manifest = json.loads(current_manifest().read_text(encoding="utf-8"))
    return [
        (AssetKey([each["source_name"], each["name"]]), each["description"])
        for each in manifest["sources"].values()
        if each["source_name"] in _SOURCES
    ]


@multi_asset(
    name="land_connectors",
    specs=[
        # After the others: the readings that are among these are of all sources.
        AssetSpec(
            key,
            description=described,
            group_name="extraction",
            deps=[AssetKey(["landing", "ledger"]), AssetKey(["roster", "sources"])],
        )
        for key, described in _landed_keys()
    ],
)
@tells_failure
def connected_sources(
    context: AssetExecutionContext, run: RunResource
) -> Iterator[MaterializeResult[None]]:
    """Land what is new in each source; one that fails does not stop the others."""
    home = run.opened_home
    as_of = run.parameters(context.instance, context.run.run_id).as_of
    for source in run.sources:
        if isinstance(source, PlatformSource | OneRosterSource):
            continue
        reading = land_source(
            source,
            home,
            Reach(
                config_file=school_file(home, run.school_file),
                as_of=as_of,
                limits=LandingLimits.of(read_settings()),
                on_progress=Steps().show,
            ),
        )
        if reading.is_good:
            context.log_event(
                AssetMaterialization(
                    asset_key=source_key(source), metadata=figures(reading)
                )
            )
        for line in told(reading, home):
            context.log.warning(line)
            show_progress(line)
    for key, _ in _landed_keys():
        yield MaterializeResult(asset_key=key)
