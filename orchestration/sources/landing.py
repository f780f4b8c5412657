"""Land a source and keep what came of it, whatever came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.shapes import ConnectedSource, note_sources
from orchestration.extract.source_readings import (
    ConfiguredSource,
    SourceReading,
    note_configured,
    read_readings,
    record_reading,
)
from orchestration.home import Home
from orchestration.settings import read_secret
from orchestration.source_settings import (
    AnySource,
    ConnectorSource,
    secret_names,
)
from orchestration.sources.connectors import CONNECTORS, Landed, Reach


def land_source(source: ConnectorSource, home: Home, reach: Reach) -> SourceReading:
    """Land what is new in a source; its failure is part of the reading, not raised."""

    def land() -> Landed:
        connector = CONNECTORS.get(source.kind)
        if connector is None:
            raise BadInputError(f"kind {source.kind} cannot be read by this version")
        _note(source, home)
        return connector(source, home, reach)

    return recorded(source, home, as_of=reach.as_of, land=land)


def recorded(
    source: AnySource, home: Home, *, as_of: datetime, land: Callable[[], Landed]
) -> SourceReading:
    """Call ``land`` and keep what came of it; only what cannot go on is raised."""
    attempted_at = datetime.now(UTC).isoformat(timespec="seconds")
    landed, told = Landed(), None
    try:
        landed = land()
    except RollbookError as error:
        told = _safe(str(error), source)
    except Exception as error:
        # A fault of one connector must not take the other sources down.
        told = _safe(f"unexpected {type(error).__name__}: {error}", source)
    reading = SourceReading(
        source=source.name,
        kind=source.kind,
        as_of=as_of.isoformat(),
        attempted_at=attempted_at,
        rows=landed.rows,
        warnings=tuple(_safe(each, source) for each in landed.warnings),
        error=told,
    )
    record_reading(home, reading)
    return reading


def configure(home: Home, sources: Iterable[AnySource]) -> None:
    """Tell the warehouse which sources there are."""
    note_configured(
        home,
        [
            ConfiguredSource(
                source=source.name,
                kind=source.kind,
                campus_id=getattr(source, "campus_id", None),
                schedule=source.schedule,
                time_zone=source.time_zone,
            )
            for source in sources
        ],
    )


def told(reading: SourceReading, home: Home) -> list[str]:
    """What a person should know of a reading, a line each."""
    lines = [f"warning: source {reading.source}: {each}" for each in reading.warnings]
    if reading.error is not None:
        good = [each for each in read_readings(home, reading.source) if each.is_good]
        instead = (
            f"its last good data, as of {good[-1].as_of}, was used"
            if good
            else "it was never read: nothing of it is in the reports"
        )
        lines.append(f"warning: source {reading.source}: {reading.error}; {instead}")
    return lines


def _note(source: ConnectorSource, home: Home) -> None:
    note_sources(
        home.landing,
        [
            ConnectedSource(
                source=source.name,
                kind=source.kind,
                campus_id=source.campus_id,
                sis_type=getattr(source, "sis_type", None),
                time_zone=source.time_zone,
            )
        ],
    )


def _safe(text: str, source: AnySource) -> str:
    """A text as one line, without any secret of the source."""
    for variable in secret_names(source):
        try:
            value = read_secret(variable, source_name=source.name)
        except RollbookError:
            continue
        for form in {value, quote(value, safe=""), quote(value)}:
            text = text.replace(form, "***")
    # The source is told before its reading: a client need not say it again.
    return " ".join(text.split()).removeprefix(f"source {source.name}: ")
