"""Habits of the project's SQL that no linter knows."""

from __future__ import annotations

import re

from orchestration.settings import PROJECT_FOLDER

_RUNNING_COUNT = re.compile(
    r"count\(\*\)\s+filter\s+\((?:[^()]|\([^()]*\))*\)\s+over\b", re.IGNORECASE
)


def test_running_counts_are_made_by_count_if() -> None:
    """With a filter DuckDB counts a running frame anew for each row.

    80,000 rows of one partition took 1.7 s, twice as many four times as long; count_if
    took 0.01 s.
    """
    assert _RUNNING_COUNT.search(
        "count(*) filter (where not f(a, b)) over (order by c)"
    )
    files = sorted((PROJECT_FOLDER / "dbt_project").rglob("*.sql"))
    assert files
    assert [
        str(file)
        for file in files
        if _RUNNING_COUNT.search(file.read_text(encoding="utf-8"))
    ] == []
