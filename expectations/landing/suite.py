"""Whether what a batch brought can be built from."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.checks import Check
from expectations.engine import Declared, load_gx, run_declared
from expectations.errors import CheckRunError
from expectations.landing import checks
from expectations.landing.metrics import METRICS, collect_metrics
from expectations.results import CheckResult
from expectations.session import CheckLimits, open_session


def check_landing(
    landing: Path, *, batch: int, limits: CheckLimits | None = None
) -> list[CheckResult]:
    """Check what arrived in ``batch``, against the batches before it.

    No clock is read: a run may be of the past.

    Returns:
        One result for each landing check; none when the batch brought nothing new.

    Raises:
        CheckRunError: the landing cannot be read, or a check not carried out.
    """
    with open_session(limits or CheckLimits()) as session:
        try:
            has_news = collect_metrics(session, landing, batch=batch)
        except duckdb.Error as error:
            raise CheckRunError(
                f"batch {batch} of {landing} cannot be checked:"
                f" {str(error).splitlines()[0]}"
            ) from error
        if not has_news:
            return []
        return run_declared(session, declared_checks())


def declared_checks() -> list[Declared]:
    """Each landing check with its expectation on the metrics table."""
    gxe = load_gx().expectations
    from great_expectations.expectations.row_conditions import Column

    def declared(check: Check, expectation: object, *shown: str) -> Declared:
        return Declared(
            check,
            METRICS,
            expectation,
            shown=("source_name", "table_name", *shown),
            noun="table",
        )

    return [
        declared(
            checks.COLUMNS_LANDED,
            gxe.ExpectColumnValuesToBeNull(column="columns_missing"),
        ),
        declared(
            checks.LINES_ACCOUNTED_FOR,
            gxe.ExpectColumnValuesToBeInSet(column="unaccounted_lines", value_set=[0]),
            "unaccounted_file",
        ),
        declared(
            checks.MOST_ROWS_READABLE,
            gxe.ExpectColumnValuesToBeBetween(
                column="quarantined_share",
                max_value=checks.MAX_QUARANTINED_SHARE,
                row_condition=Column("arrived_rows") >= checks.MIN_JUDGED_ROWS,
            ),
            "arrived_rows",
            "quarantined_rows",
        ),
        declared(
            checks.FEW_ROWS_QUARANTINED,
            gxe.ExpectColumnValuesToBeBetween(
                column="quarantined_share", max_value=checks.NOTABLE_QUARANTINED_SHARE
            ),
            "arrived_rows",
            "quarantined_rows",
        ),
        declared(
            checks.ROSTER_ROWS_KEPT,
            gxe.ExpectColumnValuesToBeBetween(
                column="roster_share",
                min_value=checks.MIN_ROSTER_SHARE,
                row_condition=Column("previous_roster_rows")
                >= checks.MIN_PREVIOUS_ROSTER_ROWS,
            ),
            "snapshot_at",
            "roster_rows",
            "previous_roster_rows",
        ),
        declared(
            checks.LOG_VOLUME_STEADY,
            gxe.ExpectColumnValuesToBeBetween(
                column="volume_share",
                min_value=checks.MIN_VOLUME_SHARE,
                max_value=checks.MAX_VOLUME_SHARE,
                row_condition=Column("previous_batches") >= checks.MIN_VOLUME_BATCHES,
            ),
            "landed_rows",
            "usual_rows",
            "previous_batches",
        ),
        declared(
            checks.LOG_WITHOUT_SILENCE,
            gxe.ExpectColumnValuesToBeBetween(
                column="silent_days", max_value=checks.MAX_SILENT_DAYS
            ),
            "newest_requested_before_at",
            "oldest_requested_at",
        ),
    ]
