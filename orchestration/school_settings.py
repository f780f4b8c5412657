"""``rollbook.yml``: what a school sets for its own home, in sections.

How the machine runs Rollbook stands in the environment (``settings.py``). Here stands
what belongs to the school and its data, and what an environment is no place for: lists,
and addresses with secrets. A new section is a class and a field of ``SchoolSettings``.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from orchestration.app_settings import App
from orchestration.home import Home
from orchestration.source_settings import (
    OneRosterSource,
    PlatformSource,
    Section,
    Source,
)
from orchestration.yaml_file import read_yaml

FILE_NAME = "rollbook.yml"


class AlertEvent(StrEnum):
    """What a channel may be told."""

    CRITICAL_ANOMALIES = "critical_anomalies"
    RUNS = "runs"
    DAILY_DIGEST = "daily_digest"


class Channel(Section):
    """One place that alerts go to."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$",
        description="How messages and logs call it; the address stands in neither.",
    )
    url: SecretStr | None = Field(
        default=None, description="The address, as Apprise writes it."
    )
    url_file: Path | None = Field(
        default=None,
        description="A file that holds the address; relative to rollbook.yml.",
    )
    events: tuple[AlertEvent, ...] = Field(
        default=tuple(AlertEvent), description="What it is told; all when left out."
    )
    campuses: tuple[str, ...] | None = Field(
        default=None,
        description="The campuses that it is told of; all when left out.",
    )

    @model_validator(mode="after")
    def _has_one_address(self) -> Self:
        if (self.url is None) == (self.url_file is None):
            raise ValueError("give either url or url_file")
        return self


class AlertSettings(Section):
    """Who is alerted, and how long it is tried."""

    channels: tuple[Channel, ...] = Field(
        default=(), description="Where alerts go; nowhere when left out."
    )
    attempt_count: int = Field(
        default=4, ge=1, le=20, description="Tries of one message in one run."
    )
    first_wait_seconds: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="Wait before the second try; it doubles from try to try.",
    )
    longest_wait_seconds: float = Field(
        default=15.0, ge=0, le=300, description="The wait grows no longer than this."
    )
    channel_timeout_seconds: float = Field(
        default=60.0,
        gt=0,
        le=600,
        description="No further try of a message starts after this.",
    )
    waiting_days: float = Field(
        default=7.0,
        gt=0,
        le=3650,
        description="A message that no run could deliver is given up after this.",
    )
    listed_anomaly_count: int = Field(
        default=20,
        ge=1,
        le=200,
        description="Anomalies that one message lists; the rest are counted.",
    )

    @model_validator(mode="after")
    def _names_are_different(self) -> Self:
        names = [channel.name for channel in self.channels]
        if len(set(names)) < len(names):
            raise ValueError("two channels have the same name")
        return self


class SchoolSettings(Section):
    """Everything that stands in ``rollbook.yml``."""

    alerts: AlertSettings = Field(
        default=AlertSettings(),
        description="Who is told when something needs a person.",
    )
    sources: tuple[Source, ...] = Field(
        default=(), description="The systems that records come from."
    )

    apps: tuple[App, ...] = Field(
        default=(), description="The apps that a roster is exported to."
    )

    @model_validator(mode="after")
    def _sources_are_told_apart(self) -> Self:
        names = [source.name for source in self.sources]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"two sources have the name {repeated[0]}")
        apps = [app.name for app in self.apps]
        if len(set(apps)) < len(apps):
            raise ValueError("two apps have the same name")
        if sum(isinstance(source, PlatformSource) for source in self.sources) > 1:
            raise ValueError("there can be one source of kind platform")
        return self

    @property
    def platform(self) -> PlatformSource | None:
        """The platform's source, if one is named."""
        return next(
            (each for each in self.sources if isinstance(each, PlatformSource)), None
        )

    @property
    def rosters(self) -> tuple[OneRosterSource, ...]:
        """The sources of OneRoster bundles."""
        return tuple(each for each in self.sources if isinstance(each, OneRosterSource))


def school_file(home: Home, given: Path | None) -> Path:
    """The file that counts: the one that was given, else the home's own."""
    return given.absolute() if given else home.root / FILE_NAME


def read_school_settings(home: Home, given: Path | None = None) -> SchoolSettings:
    """Read the school's settings; without a file in the home, all defaults.

    Raises:
        BadInputError: the file says what a setting cannot be, or a given one is
            missing; the message names file and line, and no value.
    """
    path = school_file(home, given)
    if given is None and not path.exists():
        return SchoolSettings()
    return read_yaml(path, SchoolSettings)
