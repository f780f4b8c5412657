"""The first page: did my data arrive? What is known, in one look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

from reporting.catalog import Report
from reporting.dashboard.charts import Day, activity_chart
from reporting.dashboard.labels import counted, label_of, plural_of
from reporting.dashboard.page import Page
from reporting.dashboard.tables import Place, Table, read_table

SEVERITIES = ("critical", "warning", "info")
_OPEN = {
    "critical": ("critical anomaly", "critical anomalies"),
    "warning": ("warning", "warnings"),
}
_MOST_JOBS = 500
_MOST_DAYS = 20_000
_FEW = 3
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Jobs:
    """Enabled jobs by whether they are on time."""

    overdue: tuple[dict[str, Any], ...]
    on_time: int
    unscheduled: int
    href: str

    @property
    def total(self) -> int:
        """All enabled jobs."""
        return len(self.overdue) + self.on_time + self.unscheduled


@dataclass(frozen=True, slots=True)
class Activity:
    """Attempts and errors of the range, against the equally long one before it."""

    attempts: int
    errors: int
    attempts_before: int
    errors_before: int
    days: tuple[Day, ...]
    chart: str
    href: str

    @property
    def share(self) -> float | None:
        """Errors of all attempts in per cent; None without an attempt."""
        return 100 * self.errors / self.attempts if self.attempts else None

    @property
    def share_before(self) -> float | None:
        """The same of the range before."""
        if not self.attempts_before:
            return None
        return 100 * self.errors_before / self.attempts_before


@dataclass(frozen=True, slots=True)
class Anomalies:
    """Open anomalies: how many of each severity, and the gravest."""

    counts: tuple[tuple[str, int, str], ...]
    gravest: Table
    href: str

    @property
    def total(self) -> int:
        """All that are open."""
        return sum(count for _, count, _ in self.counts)

    def of(self, severity: str) -> tuple[int, str]:
        """How many of a severity are open, and the address of their list."""
        return next((count, at) for name, count, at in self.counts if name == severity)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer; ``findings`` are sentences, each with where it leads."""

    tone: Literal["good", "warn", "bad", "none"]
    headline: str
    findings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything of the page; a part is None when the publication lacks its report."""

    verdict: Verdict
    jobs: Jobs | None
    anomalies: Anomalies | None
    activity: Activity | None
    attempts: Table | None
    errors: Table | None


def read_overview(page: Page) -> Overview:
    """Ask what the publication has reports for."""
    catalog = page.publication.catalog

    def table(report: Report) -> Table:
        return read_table(page, report, Place.of_several("", report))

    parts: dict[str, Callable[[Report], Any]] = {
        # The chart takes longest, so it is begun first.
        "activity": lambda report: _activity(page, report),
        "jobs": lambda report: _jobs(page, report),
        "anomalies": lambda report: _anomalies(page, report),
        "attempts": table,
        "errors": table,
    }
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as readers:
        begun = {
            view: readers.submit(read, report)
            for view, read in parts.items()
            if (report := catalog.drawn_as(view)) is not None
        }
        found = {view: each.result() for view, each in begun.items()}
    read = {view: found.get(view) for view in parts}
    return Overview(
        verdict=_verdict(
            read["jobs"], read["anomalies"], read["activity"], read["attempts"]
        ),
        **read,
    )


def _jobs(page: Page, report: Report) -> Jobs:
    rows = page.rows(page.question(report), limit=_MOST_JOBS).rows
    overdue = tuple(row for row in rows if row["is_overdue"])
    unscheduled = sum(row["last_due_at"] is None for row in rows)
    return Jobs(
        overdue,
        len(rows) - len(overdue) - unscheduled,
        unscheduled,
        page.scope.href(f"/sections/{report.placement.section}"),
    )


def open_anomalies(page: Page, report: Report) -> tuple[tuple[str, int, str], ...]:
    """Severity, number of open anomalies, and the address of their list."""
    is_open = "is_open:eq:true"
    found = page.counts(page.question(report, filters=[is_open]), "severity")
    return tuple(
        (
            severity,
            found.get((severity,), 0),
            page.scope.href(
                f"/reports/{report.name}",
                filter=[is_open, f"severity:eq:{severity}"],
            ),
        )
        for severity in SEVERITIES
    )


def _anomalies(page: Page, report: Report) -> Anomalies:
    counts = open_anomalies(page, report)
    worst = next((name for name, count, _ in counts if count), SEVERITIES[0])
    return Anomalies(
        counts,
        read_table(
            page,
            report,
            Place.of_several("", report),
            filters=("is_open:eq:true", f"severity:eq:{worst}"),
            rows_a_page=_FEW,
        ),
        page.scope.href(f"/sections/{report.placement.section}"),
    )


def _activity(page: Page, report: Report) -> Activity:
    rows = page.rows(page.question(report), limit=_MOST_DAYS).rows
    before = page.rows_asked(report, page.scope.before(), limit=_MOST_DAYS).rows
    kinds = _kinds_in_order(page)
    rows.sort(key=lambda row: kinds.get(row["record_type"], len(kinds)))
    days = tuple(
        Day(
            label_of(plural_of(row["record_type"])),
            row["requested_date"],
            row["attempted_count"],
            row["error_count"],
        )
        for row in rows
    )
    return Activity(
        attempts=_sum(rows, "attempted_count"),
        errors=_sum(rows, "error_count"),
        attempts_before=_sum(before, "attempted_count"),
        errors_before=_sum(before, "error_count"),
        days=days,
        chart=activity_chart(days, page.scope.first_day, page.scope.last_day),
        href=page.scope.href(f"/reports/{report.name}"),
    )


def _kinds_in_order(page: Page) -> dict[str | None, int]:
    """Kinds of records as the navigation leads to them."""
    catalog = page.publication.catalog
    placed = [
        report.placement.record_type
        for section in catalog.sections
        for report in catalog.in_section(section.name)
    ]
    return {kind: place for place, kind in enumerate(dict.fromkeys(placed))}


def _sum(rows: Iterable[dict[str, Any]], column: str) -> int:
    return sum(int(row[column]) for row in rows)


def _verdict(
    jobs: Jobs | None,
    anomalies: Anomalies | None,
    activity: Activity | None,
    attempts: Table | None,
) -> Verdict:
    bad: list[tuple[str, str]] = []
    warned: list[tuple[str, str]] = []
    if jobs is not None and jobs.overdue:
        noun = "job is" if len(jobs.overdue) == 1 else "jobs are"
        bad.append((f"{len(jobs.overdue):,} {noun} overdue", jobs.href))
    if anomalies is not None:
        for severity, found in (("critical", bad), ("warning", warned)):
            count, href = anomalies.of(severity)
            nouns = _OPEN[severity]
            if count:
                found.append((f"{counted(count, *nouns)} open", href))
    waiting = (
        _sum((row.values for row in attempts.rows), "last_errors")
        if (attempts is not None)
        else 0
    )
    if attempts is not None and waiting:
        text = f"the last attempt failed for {counted(waiting, 'record')}"
        warned.append((text, f"#{attempts.anchor}"))
    findings = tuple((text[:1].upper() + text[1:], href) for text, href in bad + warned)
    if bad:
        return Verdict("bad", "Your data needs attention.", findings)
    if activity is not None and not activity.attempts:
        return Verdict("none", "Nothing was recorded in this range.", findings)
    if warned:
        return Verdict("warn", "Your data arrived, but not all of it.", findings)
    return Verdict("good", "Your data arrived.", ())
