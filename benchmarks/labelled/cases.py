"""All cases, on both sides of every threshold."""

from benchmarks.labelled import (
    cases_jobs,
    cases_postings,
    cases_records,
    cases_rosters,
    cases_values,
)
from benchmarks.labelled.registry import CASES, Case

__all__ = [
    "CASES",
    "Case",
    "cases_jobs",
    "cases_postings",
    "cases_records",
    "cases_rosters",
    "cases_values",
]
