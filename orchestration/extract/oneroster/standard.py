"""What the seeds say of OneRoster: data types, columns, other names, rules."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from orchestration.settings import PROJECT_FOLDER

DATA_TYPES = (
    *("orgs", "academicSessions", "courses", "classes", "users"),
    *("roles", "userProfiles", "enrollments", "demographics"),
)
VERSIONS = ("1.1", "1.2")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of ``seeds/oneroster_rules.csv``; empty texts mean every one."""

    version: str
    data_type: str
    column_name: str
    check_name: str
    argument: str
    action: str
    message: str

    @property
    def is_about_records(self) -> bool:
        """Whether it can only be judged beside all other records."""
        return self.check_name in ("reference", "unique")


def _rows(seed: str) -> list[dict[str, str]]:
    path = PROJECT_FOLDER / "seeds" / f"{seed}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which their messages are told."""
    return tuple(Rule(**row) for row in _rows("oneroster_rules"))


@cache
def vocabularies(data_type: str, version: str) -> tuple[Rule, ...]:
    """The rules that list the values of a column, whatever their action is."""
    return tuple(
        rule
        for rule in all_rules()
        if (rule.data_type, rule.check_name) == (data_type, "vocabulary")
        and rule.version in ("", version)
    )


@cache
def standard_columns(data_type: str) -> dict[str, str]:
    """The standard's columns of a type, by their name in lower case."""
    return {
        row["column_name"].lower(): row["column_name"]
        for row in _rows("oneroster_columns")
        if row["data_type"] == data_type
    }


@cache
def _aliases(kind: str) -> dict[tuple[str, str], str]:
    return {
        (row["data_type"], row["alias"]): row["name"]
        for row in _rows("oneroster_aliases")
        if row["kind"] == kind
    }


def data_type_of_file(name: str) -> str | None:
    """The data type that a file of this name holds, if it is one."""
    stem = name.lower().removesuffix(".csv")
    found = {alias: each for (_, alias), each in _aliases("file").items()}
    return found.get(stem) if name.lower().endswith(".csv") else None


def named_columns(data_type: str, header: list[str]) -> list[str]:
    """The names that count for the columns of a header, one each, none twice.

    A name of the standard wins over one that is only an alias of it; blank and repeated
    ones are numbered.
    """
    standard = standard_columns(data_type)
    aliases = _aliases("column")
    exact = {name.lower() for name in header} & set(standard)
    names: list[str] = []
    taken: set[str] = set()
    for place, given in enumerate(header, start=1):
        lowered = given.lower()
        alias = aliases.get((data_type, lowered)) or aliases.get(("", lowered))
        name = standard.get(lowered) or given
        if alias and lowered not in standard and alias.lower() not in exact:
            name = alias
        if not name or name.lower() in taken:
            name = f"{name or 'column'}_{place}"
        taken.add(name.lower())
        names.append(name)
    return names
