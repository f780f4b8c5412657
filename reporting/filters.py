"""Filters on a report's columns: ``column:operator:value``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb

from reporting.catalog import Column
from reporting.errors import BadParameterError

_COMPARISONS = {
    "eq": "=",
    "ne": "is distinct from",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
OPERATORS = (*_COMPARISONS, "contains", "is")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; ``is`` takes ``null`` or ``not_null``, and ``ne`` keeps nulls."""

    column: str
    operator: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Read ``column:operator:value``; the value may hold colons.

        Raises:
            BadParameterError: it is none.
        """
        parts = text.split(":", 2)
        if len(parts) < 3 or parts[1] not in OPERATORS:
            raise BadParameterError(
                f"filter {text!r} is none: write it like status:eq:error, with one of"
                f" {', '.join(OPERATORS)}"
            )
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.column}:{self.operator}:{self.value}"

    def check(self, column: Column) -> None:
        """Make sure that the value is one of the column's type.

        Raises:
            BadParameterError: it is not.
        """
        if self.operator == "is":
            if self.value not in ("null", "not_null"):
                raise BadParameterError(
                    f"filter {str(self)!r}: is takes null or not_null"
                )
        elif self.operator == "contains":
            if column.type != "varchar":
                raise BadParameterError(
                    f"filter {str(self)!r}: contains is for text, and"
                    f" {column.name} is {column.type}"
                )
        elif not _is_castable(self.value, column.type):
            raise BadParameterError(
                f"filter {str(self)!r}: {self.value!r} is no {column.type}"
            )

    def condition(self, quoted_column: str, column: Column, values: list[Any]) -> str:
        """SQL of the condition; its value is added to ``values``."""
        if self.operator == "is":
            negation = " not" if self.value == "not_null" else ""
            return f"{quoted_column} is{negation} null"
        values.append(self.value)
        if self.operator == "contains":
            return f"contains(lower({quoted_column}), lower(${len(values)}))"
        return (
            f"{quoted_column} {_COMPARISONS[self.operator]}"
            f" cast(${len(values)}::varchar as {column.type})"
        )


@lru_cache(maxsize=1024)
def _is_castable(value: str, type_name: str) -> bool:
    """Ask DuckDB itself, so that what is checked is what will be compared."""
    with duckdb.connect() as session:
        found = session.execute(
            f"select try_cast($1::varchar as {type_name}) is not null", [value]
        ).fetchone()
    return bool(found and found[0])
