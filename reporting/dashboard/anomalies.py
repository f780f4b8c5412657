"""Numbers that stand above the list of anomalies, and its ready-made filters."""

from __future__ import annotations

from dataclasses import dataclass

from reporting.catalog import Report
from reporting.dashboard.overview import open_anomalies
from reporting.dashboard.page import Page

OPEN = "is_open:eq:true"
# Critical ones stand before all others, as it happens also in the alphabet.
GRAVEST_FIRST = ("severity", "-last_seen_at", "anomaly_id")


@dataclass(frozen=True, slots=True)
class Choice:
    """One ready-made filter."""

    text: str
    count: int | None
    href: str
    is_chosen: bool


def choices(page: Page, report: Report, path: str) -> list[Choice]:
    """Open, open by severity, resolved, all; numbers where they say something."""
    chosen = tuple(page.query.getlist("filter")) or (OPEN,)
    counts = open_anomalies(page, report)
    offered: list[tuple[str, int | None, tuple[str, ...]]] = [
        ("Open", sum(count for _, count, _ in counts), (OPEN,)),
        *(
            (severity.capitalize(), count, (OPEN, f"severity:eq:{severity}"))
            for severity, count, _ in counts
        ),
        ("Resolved", None, ("is_open:eq:false",)),
        ("All", None, ("anomaly_id:is:not_null",)),
    ]
    return [
        Choice(text, count, page.scope.href(path, filter=filters), chosen == filters)
        for text, count, filters in offered
    ]
