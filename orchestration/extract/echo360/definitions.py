"""The reports of the Reporting API, as ``seeds/echo360_columns.csv`` has them."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from orchestration.extract.delimited import Rule, folded, is_time
from orchestration.settings import PROJECT_FOLDER

# The document lost the name of this column in most reports; these are what it may be.
_EMAIL = "user_email"
_EMAIL_NAMES = ("email", "useremail", "emailaddress", "useremailaddress")
# All of history, so it has no window.
WITHOUT_WINDOW = frozenset({"asset"})
# Asked for what is older, the API refuses.
REACHES_BACK_DAYS = {"assetbydate": 365}

_DATE = r"regexp_full_match({value}, '\d{4}-\d{2}-\d{2}')"
_CHECKS = {
    "bigint": ("regexp_full_match({value}, '-?\\d{1,18}')", "is no whole number"),
    "double": ("isfinite(try_cast({value} as double))", "is no number"),
    "boolean": (
        "try_cast({value} as boolean) is not null",
        "is neither true nor false",
    ),
    "timestamp with time zone": (
        f"{is_time('{value}')} or {_DATE} and try_cast({{value}} as date) is not null",
        "is no time",
    ),
}


@dataclass(frozen=True)
class Definition:
    """A report, with our names of its columns in the document's order."""

    name: str
    columns: tuple[str, ...]
    names: dict[str, str]
    rules: tuple[Rule, ...]


@cache
def definitions() -> dict[str, Definition]:
    """Every report by its identifier."""
    rows = defaultdict(list)
    path = PROJECT_FOLDER / "seeds" / "echo360_columns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["report"]].append(row)
    found = {}
    for report, columns in rows.items():
        names = {
            folded(row["source_name"] or row["column_name"]): row for row in columns
        }
        ours = {name: row["column_name"] for name, row in names.items()}
        ours |= {folded(row["column_name"]): row["column_name"] for row in columns}
        if any(row["column_name"] == _EMAIL for row in columns):
            ours |= dict.fromkeys(_EMAIL_NAMES, _EMAIL)
        rules = tuple(
            Rule(row["column_name"], *_CHECKS[row["data_type"]])
            for row in columns
            if row["data_type"] in _CHECKS
        )
        found[report] = Definition(
            report, tuple(row["column_name"] for row in columns), ours, rules
        )
    return found
