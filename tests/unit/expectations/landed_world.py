"""Tiny landing folders, made file by file as landing would have left them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from expectations.landing.checks import MIXED_COLUMNS as MIXED
from orchestration.extract.ledger import LandedFile, Ledger
from orchestration.extract.platform.tables import TABLES

MONDAY = datetime(2026, 3, 9, 6, tzinfo=UTC)
DAY = timedelta(days=1)

_COLUMNS = {table.name: table.column_names for table in TABLES}


@dataclass(frozen=True)
class Delivery:
    """One delivered file and what landing made of it.

    ``values`` are SQL of the row's ``number``, by column.
    """

    table: str
    landed: int = 3
    quarantined: int = 0
    snapshot_at: datetime | None = None
    requested_from: datetime = MONDAY
    requested_to: datetime = MONDAY + DAY
    lost_columns: tuple[str, ...] = ()
    lost_lines: int = 0
    outcome: str = "landed"
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass
class LandedWorld:
    """A landing folder that grows batch by batch."""

    landing: Path
    _batches: int = field(default=0)

    def land(self, *deliveries: Delivery) -> int:
        """Add one batch; return its number."""
        self._batches += 1
        entries = [
            self._land(delivery, f"{self._batches:06d}-{position:016x}")
            for position, delivery in enumerate(deliveries)
        ]
        Ledger(self.landing).commit(self._batches, entries)
        return self._batches

    def parquet(self, batch: int, table: str) -> list[Path]:
        folder = self.landing / "platform" / table / f"batch={batch:06d}"
        return sorted(folder.glob("*.parquet"))

    def _land(self, delivery: Delivery, landed_file: str) -> LandedFile:
        if delivery.outcome == "landed":
            self._write(delivery, delivery.table, landed_file, delivery.landed)
            self._write(delivery, "_quarantine", landed_file, delivery.quarantined)
        lines = 1 + delivery.landed + delivery.quarantined + delivery.lost_lines
        snapshot_at = delivery.snapshot_at
        return LandedFile(
            batch=self._batches,
            source_name="platform",
            table_name=delivery.table,
            path=delivery.name or f"{delivery.table}.csv",
            outcome=delivery.outcome,
            size_bytes=1,
            modified_ns=1,
            content_hash="",
            snapshot_at=snapshot_at.isoformat() if snapshot_at else None,
            landed_file=landed_file,
            physical_line_count=lines,
            continuation_count=0,
            line_count=lines,
            header_count=1,
            blank_count=0,
            landed_count=delivery.landed,
            quarantined_count=delivery.quarantined,
            read_bytes=1,
            landed_bytes=1,
            read_at=MONDAY.isoformat(),
        )

    def _write(
        self, delivery: Delivery, folder: str, landed_file: str, rows: int
    ) -> None:
        target = self.landing / "platform" / folder / f"batch={self._batches:06d}"
        target.mkdir(parents=True, exist_ok=True)
        duckdb.sql(
            f"copy (select {', '.join(_columns(delivery, folder))}"
            f" from range({rows}) as numbers (number))"
            f" to '{target / landed_file}.parquet' (format parquet)"
        )


def _columns(delivery: Delivery, folder: str) -> Sequence[str]:
    if folder == "_quarantine":
        return ["'broken' as reason"]
    spread = delivery.requested_to - delivery.requested_from
    seconds = spread.total_seconds() / max(delivery.landed - 1, 1)
    instant = (
        f"timestamptz '{delivery.requested_from.isoformat()}'"
        f" + to_seconds(number * {seconds})"
    )
    usual = {"requested_at": instant, **{column: "'usual'" for _, column in MIXED}}
    values = {**usual, **delivery.values}
    return [
        f"{values.get(column, 'number')} as {column}"
        for column in _COLUMNS[delivery.table]
        if column not in delivery.lost_columns
    ]
