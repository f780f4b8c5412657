"""The apps that a roster is exported to: section ``apps`` of ``rollbook.yml``."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from orchestration.extract.oneroster.standard import all_rules
from orchestration.source_settings import Section

# The columns that an export fills, by data type; the first of a type names its record.
# A type stands behind those that it refers to.
EXPORTED_COLUMNS: dict[str, tuple[str, ...]] = {
    "orgs": ("sourcedId", "name", "type", "parentSourcedId"),
    "academicSessions": (
        *("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
    ),
    "courses": ("sourcedId", "title", "courseCode", "orgSourcedId"),
    "classes": (
        *("sourcedId", "title", "courseSourcedId", "classCode", "classType"),
        *("schoolSourcedId", "termSourcedIds"),
    ),
    "users": (
        *("sourcedId", "enabledUser", "orgSourcedIds", "role", "username"),
        *("givenName", "familyName", "identifier", "email"),
    ),
    "enrollments": (
        *("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    ),
}


class _Rule(Section):
    data_type: str = Field(description="The data type that it looks at.")
    column: str = Field(description="The column that it looks at.")

    @model_validator(mode="after")
    def _is_exported(self) -> Self:
        columns = EXPORTED_COLUMNS.get(self.data_type, ())
        if self.column not in columns:
            raise ValueError(f"{self.data_type} has no exported column {self.column}")
        return self


class ProviderFilter(_Rule):
    """Records with one of some values, or a whole column, that the app does not get."""

    values: tuple[str, ...] = Field(
        default=(), description="Whose records stay out; the column's values if none."
    )

    @model_validator(mode="after")
    def _leaves_a_roster(self) -> Self:
        if not self.values and (
            self.column.endswith(("SourcedId", "SourcedIds"))
            or any(
                (rule.data_type, rule.column_name, rule.check_name)
                == (self.data_type, self.column, "required")
                for rule in all_rules()
            )
        ):
            raise ValueError(f"{self.column} must stay: OneRoster requires it")
        return self


class Requirement(_Rule):
    """What the vendor needs of a record; one that lacks it is not sent."""

    check: Literal["required", "guid", "vocabulary", "date", "year", "email"] = Field(
        description="What is looked at, as in the rules of imports."
    )
    values: tuple[str, ...] = Field(
        default=(), description="The values of a vocabulary, each without blanks."
    )

    @model_validator(mode="after")
    def _has_its_vocabulary(self) -> Self:
        if (self.check == "vocabulary") != bool(self.values):
            raise ValueError("values are for a vocabulary, and it needs some")
        if any(len(value.split()) != 1 for value in self.values):
            raise ValueError("a value of a vocabulary is one word")
        return self


class App(Section):
    """An app that gets the roster of a campus."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,60}$", description="What it is called."
    )
    campus_id: str = Field(min_length=1, description="The campus whose roster it gets.")
    provider_filters: tuple[ProviderFilter, ...] = Field(
        default=(), description="What the school does not share."
    )
    vendor_requirements: tuple[Requirement, ...] = Field(
        default=(), description="What the vendor needs."
    )
