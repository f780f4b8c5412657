"""Each landing check with the expectation that decides it."""

from __future__ import annotations

from expectations.checks import Check
from expectations.engine import Declared, load_gx
from expectations.landing import checks
from expectations.landing.history import COLUMN_FILLS, ROSTER_VOLUMES, VALUE_MIXES
from expectations.landing.metrics import METRICS


def declared_checks() -> list[Declared]:
    """Every landing check, in the order of the results."""
    return [*_on_lines(), *_on_volumes(), *_on_values()]


def _on_lines() -> list[Declared]:
    """What became of the lines of the batch's files."""
    gxe = load_gx().expectations
    from great_expectations.expectations.row_conditions import Column

    return [
        _declared(
            checks.COLUMNS_LANDED,
            gxe.ExpectColumnValuesToBeNull(column="columns_missing"),
        ),
        _declared(
            checks.LINES_ACCOUNTED_FOR,
            gxe.ExpectColumnValuesToBeInSet(column="unaccounted_lines", value_set=[0]),
            "unaccounted_file",
        ),
        _declared(
            checks.MOST_ROWS_READABLE,
            gxe.ExpectColumnValuesToBeBetween(
                column="quarantined_share",
                max_value=checks.MAX_QUARANTINED_SHARE,
                row_condition=Column("arrived_rows") >= checks.MIN_JUDGED_ROWS,
            ),
            "arrived_rows",
            "quarantined_rows",
        ),
        _declared(
            checks.FEW_ROWS_QUARANTINED,
            gxe.ExpectColumnValuesToBeBetween(
                column="quarantined_share", max_value=checks.NOTABLE_QUARANTINED_SHARE
            ),
            "arrived_rows",
            "quarantined_rows",
        ),
    ]


def _on_volumes() -> list[Declared]:
    """How much came, against what came before."""
    gxe = load_gx().expectations
    from great_expectations.expectations.row_conditions import Column

    return [
        _declared(
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
        Declared(
            checks.ROSTER_VOLUME_STEADY,
            ROSTER_VOLUMES,
            gxe.ExpectColumnValuesToBeBetween(
                column="roster_share",
                min_value=checks.MIN_USUAL_ROSTER_SHARE,
                max_value=checks.MAX_USUAL_ROSTER_SHARE,
            ),
            shown=("table_name", "snapshot_at", "roster_rows", "usual_rows"),
            noun="table",
        ),
        _declared(
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
        _declared(
            checks.LOG_WITHOUT_SILENCE,
            gxe.ExpectColumnValuesToBeBetween(
                column="silent_days", max_value=checks.MAX_SILENT_DAYS
            ),
            "newest_requested_before_at",
            "oldest_requested_at",
        ),
    ]


def _on_values() -> list[Declared]:
    """What the columns hold, against what they held before."""
    gxe = load_gx().expectations
    return [
        Declared(
            checks.COLUMN_FILL_STEADY,
            COLUMN_FILLS,
            gxe.ExpectColumnValuesToBeBetween(
                column="null_share_shift", max_value=checks.MAX_NULL_SHARE_SHIFT
            ),
            shown=("table_name", "column_name", "null_share", "nearest_null_share"),
            noun="column",
        ),
        Declared(
            checks.VALUE_MIX_STEADY,
            VALUE_MIXES,
            gxe.ExpectColumnValuesToBeBetween(
                column="mix_shift", max_value=checks.MAX_MIX_SHIFT
            ),
            shown=("table_name", "column_name", "value", "value_share", "usual_share"),
            noun="column",
        ),
    ]


def _declared(check: Check, expectation: object, *shown: str) -> Declared:
    return Declared(
        check,
        METRICS,
        expectation,
        shown=("source_name", "table_name", *shown),
        noun="table",
    )
