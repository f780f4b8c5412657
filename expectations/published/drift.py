"""Figures of the file to be served, beside its own history: days and publications."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from expectations.published import checks
from expectations.published.metrics import Metrics
from expectations.published.shapes import PUBLICATION_COLUMNS

_PUBLICATIONS = ("marts", "publications")


def fill_drift(metrics: Metrics) -> None:
    """Fill ``report_volumes``, ``job_days`` and ``campus_jobs``.

    Needs ``report_metrics``, and every table that the checks read.
    """
    values = {
        "usual_publications": checks.USUAL_PUBLICATIONS,
        "min_publications": checks.MIN_USUAL_PUBLICATIONS,
        "min_report_rows": checks.MIN_PREVIOUS_REPORT_ROWS,
        "usual_days": checks.USUAL_JOB_DAYS,
        "min_days": checks.MIN_USUAL_JOB_DAYS,
        "min_syncs": checks.MIN_JOB_DAY_SYNCS,
        "range_start": metrics.range_start,
        "range_end": metrics.range_end,
        "recent_days": checks.RECENT_DAYS,
        "judged_from": _previous_end(metrics),
    }
    script = files(__package__).joinpath("drift.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        metrics.session.execute(
            statement,
            {name: value for name, value in values.items() if f"${name}" in statement},
        )


def _previous_end(metrics: Metrics) -> datetime | None:
    """How far the previous publication went: its days were judged with it."""
    previous = metrics.previous
    if previous is None or previous.catalog == metrics.served.catalog:
        return None
    if not previous.has(_PUBLICATIONS, PUBLICATION_COLUMNS):
        return None
    row = metrics.session.execute(
        f"select range_end_at from {previous.catalog}.marts.publications"
        " order by published_at desc, publication_id desc limit 1"
    ).fetchone()
    return row[0] if row else None
