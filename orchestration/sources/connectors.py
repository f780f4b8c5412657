"""One function a kind of source: it lands what is new there.

To add a kind: its settings class in ``source_settings.py``, a function here, and an
entry of ``CONNECTORS``. The function raises a `RollbookError` when the source cannot
be read; what it could not read whole, it has then not landed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from orchestration.extract.api_client import ApiClient
from orchestration.extract.canvas.landing import land_jobs
from orchestration.extract.cloudwork.landing import land_reports
from orchestration.extract.echo360.landing import collect_reports
from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home
from orchestration.settings import read_secret
from orchestration.source_settings import (
    CanvasSource,
    CloudworkSource,
    Echo360Source,
    located,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a connector works with beside its source.

    Attributes:
        config_file: the settings file that paths are relative to.
        as_of: the logical time of the run.
        limits: what its DuckDB session may use.
        on_progress: told what is being done.
        sample: share of the platform's campuses to read; null for all of them.
    """

    config_file: Path
    as_of: datetime
    limits: LandingLimits
    on_progress: Callable[[str], None]
    sample: float | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """What one reading of a source landed."""

    rows: int = 0
    warnings: tuple[str, ...] = ()


Connector = Callable[[Any, Home, Reach], Landed]


def _land_canvas(source: CanvasSource, home: Home, reach: Reach) -> Landed:
    client = ApiClient(
        source.location,
        token=read_secret(source.token_env, source_name=source.name),
        token_env=source.token_env,
        name=f"source {source.name}",
    )
    try:
        outcome = land_jobs(
            home,
            name=source.name,
            account_id=source.account_id,
            client=client,
            limits=reach.limits,
            on_progress=reach.on_progress,
        )
    finally:
        client.close()
    return Landed(outcome.jobs + outcome.errors, tuple(outcome.warnings))


def _land_cloudwork(source: CloudworkSource, home: Home, reach: Reach) -> Landed:
    outcome = land_reports(
        home,
        name=source.name,
        location=located(reach.config_file, source),
        limits=reach.limits,
        on_progress=reach.on_progress,
    )
    return Landed(outcome.rows, tuple(outcome.warnings))


def _land_echo360(source: Echo360Source, home: Home, reach: Reach) -> Landed:
    client = ApiClient(
        source.location,
        token=read_secret(source.token_env, source_name=source.name),
        token_env=source.token_env,
        name=f"source {source.name}",
    )
    since = datetime.combine(source.since, time(tzinfo=UTC)) if source.since else None
    try:
        outcome = collect_reports(
            home,
            name=source.name,
            client=client,
            limits=reach.limits,
            reports=source.reports,
            since=since,
            on_progress=reach.on_progress,
        )
    finally:
        client.close()
    return Landed(outcome.rows, tuple(outcome.warnings))


CONNECTORS: Mapping[str, Connector] = {
    "canvas": _land_canvas,
    "cloudwork": _land_cloudwork,
    "echo360": _land_echo360,
}
