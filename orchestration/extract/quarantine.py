"""The bad rows of a home, as a person reads them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.extract.ledger import Ledger, Readings
from orchestration.home import Home

_SHOWN_LINES = 5

# What differs between rows of one kind stands in quotes.
_BAD_ROWS = r"""
create table bad_rows as
select
    source_file,
    line_number,
    reason,
    regexp_replace(reason, '''.*''', '''…''', 's') as kind,
    regexp_replace(raw_text, '\s+', ' ', 'g') as raw_text,
from delivered
"""

_KINDS = f"""
select
    source_file,
    kind,
    count(*) as row_count,
    list_slice(list(line_number order by line_number), 1, {_SHOWN_LINES}) as lines,
from bad_rows
group by source_file, kind
order by source_file, row_count desc, kind
"""

_ROWS = """
select
    source_file || ':' || line_number || ': ' || reason || '  | ' || case
        when length(raw_text) > 120 then left(raw_text, 119) || '…' else raw_text
    end
from bad_rows
where
    ($file is null or source_file = $file)
    and ($reason is null or contains(reason, $reason) or contains(kind, $reason))
order by source_file, line_number, reason
"""


def list_quarantine(
    home: Home, *, reason: str | None = None, file: str | None = None
) -> str:
    """Tell of the bad rows by file and reason; when narrowed, row by row.

    Rows that landing refused stand here also after a run that failed its checks. Rows
    that the warehouse refused, because their id stands twice in a snapshot, come from
    the published file.

    Args:
        home: the home that the rows are quarantined in.
        reason: only rows whose reason contains this text.
        file: only rows of this delivered file, relative to the drop folder.
    """
    with duckdb.connect() as session:
        session.execute(
            "create table delivered (source_file varchar, line_number bigint,"
            " reason varchar, raw_text varchar)"
        )
        _take_landed(session, quarantine_paths(Ledger(home.landing)))
        if home.published_file.exists():
            _take_published(session, home.published_file)
        session.execute(_BAD_ROWS)
        if reason is None and file is None:
            return _by_kind(session)
        rows = session.execute(_ROWS, {"file": file, "reason": reason}).fetchall()
    return "\n".join(row for (row,) in rows) or "no quarantined row is like that"


def quarantine_paths(ledger: Ledger) -> list[Path]:
    """The Parquet files of all rows that are still bad, oldest reading first."""
    readings = Readings(ledger.entries())
    return [
        ledger.quarantine_path(readings.last_part(entry))
        for entry in readings.counting()
        if entry.outcome == "landed" and entry.quarantined_count
    ]


def _take_landed(session: duckdb.DuckDBPyConnection, paths: list[Path]) -> None:
    if paths:
        session.execute(
            "insert into delivered"
            " select distinct source_file, line_number, reason, raw_text"
            " from read_parquet($paths, hive_partitioning = false)",
            {"paths": list(map(str, paths))},
        )


def _take_published(session: duckdb.DuckDBPyConnection, file: Path) -> None:
    session.execute(f"attach '{file}' as published (read_only)")
    session.execute(
        "insert into delivered select source_file, line_number, reason, raw_text"
        " from published.marts.quarantined_rows"
        " where reason like '% stands twice in the snapshot'"
    )


def _by_kind(session: duckdb.DuckDBPyConnection) -> str:
    kinds = session.execute(_KINDS).fetchall()
    if not kinds:
        return "no row is quarantined"
    lines = [f"{sum(kind[2] for kind in kinds):,} quarantined rows"]
    shown_file = None
    for file, kind, row_count, numbers in kinds:
        if file != shown_file:
            shown_file = file
            lines.append(file)
        told = ", ".join(map(str, numbers)) + (
            ", ..." if row_count > len(numbers) else ""
        )
        lines.append(f"  {row_count:>8,}  {kind}  (lines {told})")
    return "\n".join(lines)
