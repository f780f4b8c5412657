"""The rules for what one batch brought, and their thresholds."""

from __future__ import annotations

from expectations.checks import Check, Stage
from expectations.results import Severity

# Below this a share says nothing: of a drop of five rows three may well be bad.
MIN_JUDGED_ROWS = 100
MAX_QUARANTINED_SHARE = 0.5
NOTABLE_QUARANTINED_SHARE = 0.05
MIN_PREVIOUS_ROSTER_ROWS = 20
MIN_ROSTER_SHARE = 0.5
VOLUME_BATCHES = 28
MIN_VOLUME_BATCHES = 7
MIN_VOLUME_SHARE = 0.1
MAX_VOLUME_SHARE = 10
# A roster of a new term may well double; what shrinks a little every night is seen
# against four weeks, not against the night before.
MIN_USUAL_ROSTER_SHARE = 0.5
MAX_USUAL_ROSTER_SHARE = 2
# Shares are held against the batch before that is most alike: what comes by turns, such
# as weekends or jobs of several hours, has come before.
MAX_NULL_SHARE_SHIFT = 0.3
MAX_MIX_SHIFT = 0.3
# Columns of few values; of the others a distribution says little.
MIXED_COLUMNS = (
    ("api_requests", "record_type"),
    ("api_requests", "operation"),
    ("api_requests", "status"),
    ("integration_jobs", "direction"),
    ("users", "user_type"),
)
# A week's holiday with the weekends around it fits; longer ones warn once.
MAX_SILENT_DAYS = 10


def _check(
    name: str, severity: Severity, description: str, *, table: str = "landing.ledger"
) -> Check:
    schema_name, table_name = table.split(".")
    return Check(name, description, severity, Stage.LANDING, schema_name, table_name)


COLUMNS_LANDED = _check(
    "contract_columns_landed",
    Severity.BLOCKING,
    "every column of the source's contract stands in every landed file",
)
LINES_ACCOUNTED_FOR = _check(
    "lines_accounted_for",
    Severity.BLOCKING,
    "lines = rows landed + rows quarantined + blank + header, for every file",
)
MOST_ROWS_READABLE = _check(
    "most_rows_readable",
    Severity.BLOCKING,
    f"at most {MAX_QUARANTINED_SHARE:.0%} of a table's rows in quarantine, when at"
    f" least {MIN_JUDGED_ROWS} arrived",
)
FEW_ROWS_QUARANTINED = _check(
    "few_rows_quarantined",
    Severity.WARNING,
    f"at most {NOTABLE_QUARANTINED_SHARE:.0%} of a table's rows in quarantine",
)
ROSTER_ROWS_KEPT = _check(
    "roster_rows_kept",
    Severity.WARNING,
    f"a snapshot has at least {MIN_ROSTER_SHARE:.0%} of the rows of the one before it,"
    f" when that had at least {MIN_PREVIOUS_ROSTER_ROWS}",
)
ROSTER_VOLUME_STEADY = _check(
    "roster_volume_steady",
    Severity.WARNING,
    f"a snapshot has {MIN_USUAL_ROSTER_SHARE:.0%} to {MAX_USUAL_ROSTER_SHARE:.0%} of"
    f" the median of the {VOLUME_BATCHES} snapshots before, when there were at least"
    f" {MIN_VOLUME_BATCHES} and the median is at least {MIN_PREVIOUS_ROSTER_ROWS}",
)
COLUMN_FILL_STEADY = _check(
    "column_fill_steady",
    Severity.WARNING,
    f"a column's share of nulls at most {MAX_NULL_SHARE_SHIFT * 100:.0f} points from"
    f" that of one of the {VOLUME_BATCHES} batches before, when at least"
    f" {MIN_VOLUME_BATCHES} of them, and this one, have {MIN_JUDGED_ROWS} rows",
)
VALUE_MIX_STEADY = _check(
    "value_mix_steady",
    Severity.WARNING,
    f"at most {MAX_MIX_SHIFT:.0%} of a column's rows bear other values than in one of"
    f" the {VOLUME_BATCHES} batches before, when at least {MIN_VOLUME_BATCHES} of"
    f" them, and this one, have {MIN_JUDGED_ROWS} rows: "
    + ", ".join(map(".".join, MIXED_COLUMNS)),
)
LOG_VOLUME_STEADY = _check(
    "log_volume_steady",
    Severity.WARNING,
    f"{MIN_VOLUME_SHARE:.0%} to {MAX_VOLUME_SHARE:.0%} of the median of the"
    f" {VOLUME_BATCHES} batches before, when there were at least {MIN_VOLUME_BATCHES}",
    table="platform.api_requests",
)
LOG_WITHOUT_SILENCE = _check(
    "log_without_silence",
    Severity.WARNING,
    f"a batch's first request at most {MAX_SILENT_DAYS} days after the newest of the"
    f" {VOLUME_BATCHES} batches before",
    table="platform.api_requests",
)

CHECKS = (
    COLUMNS_LANDED,
    LINES_ACCOUNTED_FOR,
    MOST_ROWS_READABLE,
    FEW_ROWS_QUARANTINED,
    ROSTER_ROWS_KEPT,
    ROSTER_VOLUME_STEADY,
    LOG_VOLUME_STEADY,
    LOG_WITHOUT_SILENCE,
    COLUMN_FILL_STEADY,
    VALUE_MIX_STEADY,
)
