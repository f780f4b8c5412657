"""The platform: a drop folder or a PostgreSQL schema, landed by the same rules."""

from __future__ import annotations

from contextlib import nullcontext

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.ledger import LandedFile
from orchestration.extract.platform.landing import land
from orchestration.extract.platform.sampling import require_same_sample, sampled_drop
from orchestration.extract.platform.shapes import has_landed
from orchestration.extract.source_readings import SourceReading
from orchestration.home import Home
from orchestration.source_settings import PlatformSource, located
from orchestration.sources.connectors import Landed, Reach
from orchestration.sources.landing import recorded


def land_platform(
    source: PlatformSource, home: Home, reach: Reach, *, is_required: bool = False
) -> tuple[SourceReading, list[LandedFile]]:
    """Land what is new at the platform; keep what came of it.

    Args:
        source: where it is.
        home: the home that the run holds.
        reach: what the run gives a connector.
        is_required: whether a failure ends the run though there is older data.

    Raises:
        RollbookError: it cannot be read, and is required or was never landed; or the
            home holds another sample than the one that is asked for.
    """
    require_same_sample(home, reach.sample)
    entries: list[LandedFile] = []
    failure: list[RollbookError] = []

    def read() -> Landed:
        try:
            entries.extend(_entries(source, home, reach))
        except RollbookError as error:
            failure.append(error)
            raise
        return Landed(sum(each.landed_count for each in entries if each.landed_count))

    reading = recorded(source, home, as_of=reach.as_of, land=read)
    if reading.error is not None and (is_required or not has_landed(home)):
        raise (type(failure[0]) if failure else BadInputError)(reading.error)
    return reading, entries


def _entries(source: PlatformSource, home: Home, reach: Reach) -> list[LandedFile]:
    if source.is_postgresql:
        return _database_entries(source, home, reach)
    folder = located(reach.config_file, source)
    with (
        nullcontext(folder)
        if reach.sample is None
        else sampled_drop(
            folder,
            home,
            reach.sample,
            limits=reach.limits,
            on_progress=reach.on_progress,
        )
    ) as read:
        return land(
            read,
            home,
            as_of=reach.as_of,
            limits=reach.limits,
            on_progress=reach.on_progress,
        )


def _database_entries(
    source: PlatformSource, home: Home, reach: Reach
) -> list[LandedFile]:
    if reach.sample is not None:
        raise BadInputError("--sample takes a drop folder, and this is a database")
    # The driver is loaded where there is something for it to read.
    from orchestration.extract.platform.postgresql import land_database

    return land_database(
        source,
        home,
        as_of=reach.as_of,
        limits=reach.limits,
        on_progress=reach.on_progress,
    )
