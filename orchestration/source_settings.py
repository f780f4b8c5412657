"""The sources of an installation: section ``sources`` of ``rollbook.yml``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, parse_qsl, urlsplit
from zoneinfo import available_timezones

from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from orchestration.extract.oneroster.standard import DATA_TYPES, all_rules

Mode = Literal["bulk", "delta"]


class Section(BaseModel):
    """A part of the file; what it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Source(Section):
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$",
        description="How reports, messages and sync ids call it.",
    )
    location: str = Field(
        min_length=1, description="Where it is; a path is relative to rollbook.yml."
    )
    schedule: str | None = Field(
        default=None, description="When it is read, as a cron; never by itself if none."
    )
    time_zone: str = Field(
        default="UTC", description="The zone of the schedule, as IANA names it."
    )

    @field_validator("schedule")
    @classmethod
    def _is_cron(cls, value: str | None) -> str | None:
        if value is not None and not croniter.is_valid(value):
            raise ValueError('this is no cron: write it like "0 3 * * *"')
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("there is no such time zone")
        return value


_ENV_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
_POSTGRESQL = ("postgresql://", "postgres://")


class PlatformSource(_Source):
    """The attendance platform: a drop folder, or a schema of a PostgreSQL database."""

    kind: Literal["platform"] = Field(description="What it brings.")
    schema_name: str | None = Field(
        default=None,
        alias="schema",
        min_length=1,
        description="The PostgreSQL schema that holds the tables; public if none.",
    )
    password_env: str | None = Field(
        default=None,
        pattern=_ENV_NAME,
        description="The environment variable that holds PostgreSQL's password.",
    )
    lookback_days: int | None = Field(
        default=None,
        ge=0,
        description="Days before the newest request that each run reads again; 1.",
    )
    statement_timeout_seconds: int | None = Field(
        default=None,
        ge=1,
        description="Seconds that a PostgreSQL statement may take; 600.",
    )

    @property
    def is_postgresql(self) -> bool:
        """Whether it is a database rather than a drop folder."""
        return self.location.startswith(_POSTGRESQL)

    @model_validator(mode="after")
    def _says_what_its_location_needs(self) -> Self:
        if self.is_postgresql:
            parts = _parts(self.location)
            options = {name for name, _ in parse_qsl(parts.query)}
            if options & {"password", "passfile", "sslpassword"}:
                raise ValueError("a URL has no password: name it in password_env")
            if not parts.hostname and "host" not in options:
                raise ValueError("the URL names no host: postgresql://USER@HOST/NAME")
            return self
        for name, value in (
            ("schema", self.schema_name),
            ("password_env", self.password_env),
            ("lookback_days", self.lookback_days),
            ("statement_timeout_seconds", self.statement_timeout_seconds),
        ):
            if value is not None:
                raise ValueError(f"{name} is for a postgresql:// location alone")
        return self


def _parts(location: str) -> SplitResult:
    """The parts of a URL that holds no password.

    Raises:
        ValueError: it holds one, or is no URL.
    """
    try:
        parts = urlsplit(location)
        port = parts.port
    except ValueError:
        raise ValueError("this is no URL") from None
    if parts.password is not None or port == 0:
        raise ValueError("a URL has no password: name it in password_env")
    return parts


class _CampusSource(_Source):
    """A source of one campus."""

    campus_id: str = Field(min_length=1, description="The campus that it is of.")


class _ApiSource(_CampusSource):
    """A source that is asked over HTTP."""

    @field_validator("location")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = _parts(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("give a URL such as https://canvas.school.example")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("a base URL has no user, query or fragment")
        return value


class CanvasSource(_ApiSource):
    """The SIS import jobs of an account of Canvas."""

    kind: Literal["canvas"] = Field(description="What it brings.")
    account_id: str = Field(
        min_length=1,
        pattern=r"^[A-Za-z0-9_:.-]+$",
        description="The account, as Canvas calls it.",
    )
    token_env: str = Field(
        pattern=_ENV_NAME, description="The environment variable of the access token."
    )
    sis_type: str | None = Field(
        default=None, min_length=1, description="The system that the jobs are from."
    )


class CloudworkSource(_CampusSource):
    """A folder of provisioning reports."""

    kind: Literal["cloudwork"] = Field(description="What it brings.")


class Echo360Source(_ApiSource):
    """Reports of Echo360."""

    kind: Literal["echo360"] = Field(description="What it brings.")
    reports: tuple[str, ...] = Field(
        min_length=1, description="The reports wanted, as the Reporting API names them."
    )
    token_env: str = Field(
        pattern=_ENV_NAME, description="The environment variable of the access token."
    )
    since: date | None = Field(
        default=None,
        description="The first day wanted; all that there is if none.",
    )


class RuleAction(Section):
    """What a school has done with a rule of ``seeds/oneroster_rules.csv``."""

    data_type: str = Field(description="The data type that the rule is of.")
    column: str = Field(description="The column that it looks at.")
    check: str = Field(description="What it looks at there.")
    action: Literal["skip", "flag", "ignore"] = Field(
        description="skip leaves the row out, flag marks it, ignore drops the rule."
    )

    @model_validator(mode="after")
    def _is_a_rule(self) -> Self:
        rules = [
            rule
            for rule in all_rules()
            if (rule.data_type, rule.column_name, rule.check_name)
            == (self.data_type, self.column, self.check)
        ]
        if not rules:
            raise ValueError("there is no rule of this data_type, column and check")
        if self.check == "guid" or (self.check, self.column) == (
            "required",
            "sourcedId",
        ):
            raise ValueError("a row without a sound sourcedId is always skipped")
        if self.action == "skip" and rules[0].is_about_records:
            raise ValueError(
                "whether it is broken is known only after the import: flag or ignore"
            )
        return self


class HoldLimits(Section):
    """When an import waits for a person; shares are of 1."""

    deleted_records: int = Field(
        default=10, ge=0, description="Deletions of a type that are never too many."
    )
    deleted_share: float = Field(
        default=0.2, ge=0, le=1, description="Share of the active records deleted."
    )
    refused_rows: int = Field(
        default=10, ge=0, description="Skipped and excluded rows never too many."
    )
    refused_share: float = Field(
        default=0.2, ge=0, le=1, description="Share of a file's rows refused."
    )
    emptied_records: int = Field(
        default=10,
        ge=1,
        description="Active records from which on a column that nobody fills counts.",
    )


class OneRosterSource(_CampusSource):
    """A folder of OneRoster bundles."""

    kind: Literal["oneroster"] = Field(description="What it brings.")
    posted_by: str = Field(
        default="Scheduled", description="Who its history says that it is posted by."
    )
    mode: Mode | dict[str, Mode] | None = Field(
        default=None,
        description="bulk or delta, whatever a manifest says; also by data type.",
    )
    settle_minutes: float = Field(
        default=0, ge=0, description="Minutes that a bundle must have stood still."
    )
    max_bundle_mb: int = Field(
        default=20_000, ge=1, description="MB that a bundle's files may have together."
    )
    hold: HoldLimits = Field(
        default=HoldLimits(), description="When an import waits for a person."
    )
    rules: tuple[RuleAction, ...] = Field(
        default=(), description="Rules with another action than the seed's."
    )

    @field_validator("mode")
    @classmethod
    def _names_types(cls, value: Mode | dict[str, Mode] | None) -> object:
        if isinstance(value, dict) and set(value) - set(DATA_TYPES):
            raise ValueError(f"modes are by data type: {', '.join(DATA_TYPES)}")
        return value

    @property
    def modes(self) -> dict[str, str]:
        """Bulk or delta by data type, as far as it is set."""
        if isinstance(self.mode, str):
            return dict.fromkeys(DATA_TYPES, self.mode)
        return {name: str(mode) for name, mode in (self.mode or {}).items()}


# Kinds that a run lands by `orchestration.extract.connectors`.
ConnectorSource = CanvasSource | CloudworkSource | Echo360Source
AnySource = PlatformSource | OneRosterSource | ConnectorSource
Source = Annotated[AnySource, Field(discriminator="kind")]


def located(file: Path, source: AnySource) -> Path:
    """The folder of a source that stands in a settings file."""
    return (file.parent / source.location).resolve()


def secret_names(source: AnySource) -> tuple[str, ...]:
    """The environment variables that hold what must never be told of a source."""
    return tuple(
        value
        for name in ("password_env", "token_env")
        if (value := getattr(source, name, None))
    )
