"""The sources that feed a page: when each is read, and how its last reading ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter

from reporting.catalog import Report
from reporting.dashboard.page import Page
from reporting.dashboard.values import Shown, show

# What each kind is called, and the page that says how to set one up.
KINDS = {
    "oneroster": ("OneRoster", "docs/oneroster.md"),
    "canvas": ("Canvas", "docs/systems.md"),
    "cloudwork": ("Cloudwork", "docs/systems.md"),
    "echo360": ("Echo360", "docs/systems.md"),
}
_ENDED = {
    "read": ("Read", "good"),
    "warning": ("Read, with a warning", "warn"),
    "failed": ("Could not be read", "bad"),
    "unread": ("Not read yet", ""),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the campus, as its card shows it; ``href`` leads to its syncs."""

    name: str
    kind: str
    status: str
    tone: str
    schedule: str | None
    time_zone: str
    last_success: Shown
    next_due: Shown
    problem: str | None
    href: str | None


def read_sources(page: Page, kinds: Iterable[str]) -> tuple[Source, ...]:
    """The sources of these kinds at the page's campus, by name."""
    history = page.publication.catalog.drawn_as("history")
    return tuple(_source(page, row, history) for row in _rows(page, kinds))


def missing_source(page: Page, kinds: tuple[str, ...]) -> str | None:
    """What to do where no source of these kinds is set up, or none could be read."""
    rows = _rows(page, kinds)
    names = " or ".join(KINDS[kind][0] for kind in kinds if kind in KINDS)
    if not rows:
        pages = " and ".join(
            dict.fromkeys(KINDS[kind][1] for kind in kinds if kind in KINDS)
        )
        return (
            f"No {names} source is set up for this campus, so there is nothing to"
            f" show. Whoever runs Rollbook can add one to rollbook.yml: see {pages}."
        )
    failed = [row for row in rows if row["last_success_at"] is None]
    if len(failed) == len(rows):
        first = failed[0]
        return (
            f"The source {first['source']} has not been read yet"
            + (f": {first['last_error']}" if first["last_error"] else "")
            + ". Whoever runs Rollbook can mend that: see docs/sources.md."
        )
    return None


def _rows(page: Page, kinds: Iterable[str]) -> list[dict[str, Any]]:
    wanted = list(kinds)
    with page.publication.session.cursor() as cursor:
        found = cursor.execute(
            "select source, kind, schedule_cron, time_zone, status, last_error,"
            " warnings, last_success_at from rollbook.marts.source_status"
            " where campus_id = $1 and kind in (select unnest($2::varchar[]))"
            " order by source",
            [page.scope.campus.campus_id, wanted],
        )
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _source(page: Page, row: dict[str, Any], history: Report | None) -> Source:
    status, tone = _ENDED.get(row["status"], (str(row["status"]), ""))
    problem = row["last_error"] if row["status"] == "failed" else row["warnings"]
    zone = row["time_zone"] or "UTC"
    return Source(
        name=row["source"],
        kind=KINDS.get(row["kind"], (row["kind"], ""))[0],
        status=status,
        tone=tone,
        schedule=row["schedule_cron"],
        time_zone=zone,
        last_success=show(row["last_success_at"], page.scope.zone),
        next_due=show(
            _next_due(row["schedule_cron"], zone, page.scope.as_of), page.scope.zone
        ),
        problem=problem if row["status"] in ("failed", "warning") else None,
        href=page.scope.href(
            f"/reports/{history.name}", filter=f"source:eq:{row['source']}"
        )
        if history is not None
        else None,
    )


def _next_due(cron: str | None, zone: str, after: datetime) -> datetime | None:
    """The first time after the data was read that a schedule names."""
    if not cron or not croniter.is_valid(cron):
        return None
    found: datetime = croniter(cron, after.astimezone(ZoneInfo(zone))).get_next(
        datetime
    )
    return found
