"""Why a report has no row, as far as it is known."""

from __future__ import annotations

from reporting.catalog import Report
from reporting.dashboard.labels import plural_of
from reporting.dashboard.page import Page
from reporting.dashboard.sources import missing_source


def reason_of(page: Page, report: Report, *, is_filtered: bool) -> str:
    """One or two sentences for people under "No results!"."""
    kinds = report.placement.source_kinds
    missing = missing_source(page, kinds) if kinds else None
    if missing is not None:
        return missing
    if is_filtered:
        return "No row matches the filter. Remove it to see the others."
    record_type = report.placement.record_type
    if record_type is not None and not _has_job(page, record_type):
        return (
            f"No integration job for {plural_of(record_type)} is enabled at this"
            " campus, so nothing is sent or received."
        )
    if report.has_range:
        return (
            f"Nothing is recorded for this campus from {page.scope.range_text}."
            " Try a longer range."
        )
    return "There is nothing to show for this campus."


def _has_job(page: Page, record_type: str) -> bool:
    """Whether an enabled job of the campus syncs this kind of record."""
    with page.publication.session.cursor() as cursor:
        found = cursor.execute(
            "select count(*) from rollbook.marts.brg_job_record_types"
            " where campus_id = $1 and record_type = $2 and is_enabled",
            [page.scope.campus.campus_id, record_type],
        ).fetchone()
    return bool(found and found[0])
