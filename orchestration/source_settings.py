"""The sources of an installation: section ``sources`` of ``rollbook.yml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
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


class PlatformSource(_Source):
    """The attendance platform's drop folder."""

    kind: Literal["platform"] = Field(description="What it brings.")


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


class OneRosterSource(_Source):
    """A folder of OneRoster bundles."""

    kind: Literal["oneroster"] = Field(description="What it brings.")
    campus_id: str = Field(min_length=1, description="The campus that it is of.")
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


Source = Annotated[PlatformSource | OneRosterSource, Field(discriminator="kind")]


def located(file: Path, source: PlatformSource | OneRosterSource) -> Path:
    """The folder of a source that stands in a settings file."""
    return (file.parent / source.location).resolve()
