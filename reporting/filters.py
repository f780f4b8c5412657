"""Filters on a report's columns: ``column:operator:value``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
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
OPERATORS = (*_COMPARISONS, "in", "contains", "is")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; ``is`` takes ``null`` or ``not_null``, and ``ne`` keeps nulls.

    ``in`` takes values as one line of CSV, and keeps the rows that have any of them.
    """

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

    @classmethod
    def any_of(cls, column: str, values: Iterable[str]) -> Filter:
        """The condition that a column has one of some values."""
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(values)
        return cls(column, "in", line.getvalue())

    @property
    def values(self) -> tuple[str, ...]:
        """Every value of ``in``; of another operator the only one."""
        if self.operator != "in":
            return (self.value,)
        return tuple(next(csv.reader([self.value]), []))

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
        else:
            for value in self.values:
                if not _is_castable(value, column.type):
                    raise BadParameterError(
                        f"filter {str(self)!r}: {value!r} is no {column.type}"
                    )

    def condition(self, quoted_column: str, column: Column, values: list[Any]) -> str:
        """SQL of the condition; its value is added to ``values``."""
        if self.operator == "is":
            negation = " not" if self.value == "not_null" else ""
            return f"{quoted_column} is{negation} null"
        if self.operator == "in":
            first = len(values) + 1
            values += self.values
            casts = ", ".join(
                f"cast(${place}::varchar as {column.type})"
                for place in range(first, len(values) + 1)
            )
            return f"{quoted_column} in ({casts})" if casts else "false"
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
