"""A run's imports worked out in full, and nothing applied: ``run --dry-run``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home
from orchestration.instants import parse_instant
from orchestration.progress import Steps
from orchestration.rosters.importing import import_rosters
from orchestration.rosters.telling import told_imports
from orchestration.school_settings import read_school_settings, school_file
from orchestration.settings import read_settings


def rehearse_imports(home: Home, config_file: Path | None, *, as_of: str | None) -> str:
    """Tell what the next run would import, with full counts.

    Raises:
        BadInputError: the settings name no source of bundles.
    """
    home.prepare()
    sources = read_school_settings(home, config_file).rosters
    file = school_file(home, config_file)
    if not sources:
        raise BadInputError(f"{file} names no source of kind oneroster")
    with home.held(purpose="dry run"):
        home.clear_scratch()
        outcomes = import_rosters(
            home,
            sources,
            config_file=file,
            as_of=parse_instant(as_of, name="--as-of") if as_of else datetime.now(UTC),
            limits=LandingLimits.of(read_settings()),
            on_progress=Steps().show,
            is_dry=True,
        )
        home.clear_scratch()
    return told_imports(outcomes)
