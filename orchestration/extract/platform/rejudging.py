"""The bad rows of a home, judged again under the rules and the settings of now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from orchestration.extract.ledger import LandedFile, Ledger, Readings
from orchestration.extract.lines import SPOILT_REASON
from orchestration.extract.platform import parquet, readers, rules
from orchestration.extract.platform.discovery import DeliveredFile, delivered_file
from orchestration.extract.platform.landing import Batch, now
from orchestration.extract.platform.news import Reading
from orchestration.extract.platform.reading import (
    column_names,
    name_faults,
    reject_doubled_keys,
)
from orchestration.extract.platform.tables import TABLES, Table
from orchestration.extract.text_bytes import digest_of

_TABLES = {table.name: table for table in TABLES}

RECOVERED = "recovered"
STILL_BAD = "still bad"
LOST = "cannot be read again, deliver it again"


@dataclass(frozen=True, slots=True)
class BadRows:
    """The bad rows of a home, judged again into a batch.

    Each leaves a row in the temp table ``accounts``.
    """

    batch: Batch
    ledger: Ledger
    source: Path | None

    def judged_again(self) -> Iterator[LandedFile]:
        """Write what is judged otherwise than before; yield its ledger entries.

        Raises:
            BadInputError: a file of ``source`` cannot be read.
        """
        readings = Readings(self.ledger.entries())
        counting = {
            entry.landed_file: entry
            for entry in readings.counting()
            if entry.outcome == "landed"
        }
        continued = {entry.continues for entry in counting.values()}
        for newest in counting.values():
            if newest.landed_file not in continued:
                chain = [counting[each.landed_file] for each in readings.chain(newest)]
                yield from self._of_chain(readings, chain)

    def _of_chain(
        self, readings: Readings, chain: list[LandedFile]
    ) -> Iterator[LandedFile]:
        """Judge the bad rows of one file again."""
        bad = [reading for reading in chain if reading.quarantined_count]
        if not bad:
            return
        self._take_bad_rows(readings, bad)
        file = self._delivered(readings, chain[-1]) if self._has_lost_rows() else None
        if file is not None:
            yield from self._read_again(readings, chain, file)
            return
        for reading in bad:
            self._take_bad_rows(readings, [reading])
            yield from self._judge_again(reading)

    def _take_bad_rows(self, readings: Readings, bad: list[LandedFile]) -> None:
        """Fill ``bad_rows`` with what is still bad of some readings of one file."""
        can_be_split = bad[0].header_line is not None or ".csv" not in bad[0].path
        self.batch.session.execute(
            "create or replace temp table bad_rows as"
            " select line_number, reason, raw_text,"
            " not $can_be_split or regexp_full_match(reason, $spoilt) as is_lost"
            " from read_parquet($paths, hive_partitioning = false)",
            {
                "can_be_split": can_be_split,
                "spoilt": SPOILT_REASON,
                "paths": [
                    str(self.ledger.quarantine_path(readings.last_part(reading)))
                    for reading in bad
                ],
            },
        )

    def _has_lost_rows(self) -> bool:
        return self._is_true("select count(*) > 0 from bad_rows where is_lost")

    def _is_true(self, query: str) -> bool:
        return self.batch.session.execute(query).fetchone() == (True,)

    def _delivered(
        self, readings: Readings, newest: LandedFile
    ) -> DeliveredFile | None:
        """The file of ``source`` that still begins with what was read of it."""
        if self.source is None:
            return None
        path = self.source / newest.path
        known = readings.newest()[newest.table_name, newest.path]
        if known.landed_file != newest.landed_file or not path.is_file():
            return None
        file = delivered_file(self.source, _TABLES[newest.table_name], path)
        if file.size_bytes < newest.size_bytes:
            return None
        digest = digest_of(path, newest.size_bytes)
        return (
            replace(file, size_bytes=newest.size_bytes)
            if digest.hexdigest() == newest.content_hash
            else None
        )

    def _read_again(
        self, readings: Readings, chain: list[LandedFile], file: DeliveredFile
    ) -> Iterator[LandedFile]:
        """Read a file whole, if it helps; it is part of the snapshots that it was."""
        first = chain[0]
        reading = Reading(
            file,
            datetime.fromisoformat(first.snapshot_at) if first.snapshot_at else None,
            compared_bytes=file.size_bytes,
            supersedes=readings.files_of(chain),
        )
        checked = self.batch.check(reading)
        # A row may belong to another record now: that which its line is part of.
        self.batch.session.execute(
            "insert into accounts select $path, bad_rows.line_number,"
            " case when problem is null then $recovered else $still_bad end, problem"
            " from bad_rows asof left join checked"
            " on bad_rows.line_number >= checked.line_number",
            {"path": file.path, "recovered": RECOVERED, "still_bad": STILL_BAD},
        )
        if not self._is_true(
            "select count(*) > 0 from bad_rows asof left join checked"
            " on bad_rows.line_number >= checked.line_number where problem is null"
        ):
            return
        landed = self.batch.write_file(reading, checked)
        yield landed
        for entry in readings.entries:
            if (entry.outcome, entry.landed_file) == ("referenced", first.landed_file):
                yield replace(
                    landed,
                    outcome="referenced",
                    snapshot_at=entry.snapshot_at,
                    read_bytes=0,
                    compared_bytes=0,
                    supersedes=[],
                )

    def _judge_again(self, reading: LandedFile) -> Iterator[LandedFile]:
        """Judge what is kept of the bad rows of one reading."""
        table = _TABLES[reading.table_name]
        session = self.batch.session
        lost = session.execute(
            "select coalesce(list(line_number), []), coalesce(list(reason), [])"
            " from bad_rows where is_lost"
        ).fetchone() or ([], [])
        name_faults(session, *lost)
        rows = rules.checked(_kept_rows(reading, table), table)
        session.execute(f"create or replace temp table checked as {rows}")
        reject_doubled_keys(session, table)
        session.execute(
            "insert into accounts select $path, line_number,"
            " case when problem is null then $recovered"
            " when is_lost then $lost else $still_bad end, problem"
            " from bad_rows inner join checked using (line_number)",
            {
                "path": reading.path,
                "recovered": RECOVERED,
                "still_bad": STILL_BAD,
                "lost": LOST,
            },
        )
        if not self._is_true(
            "select count(*) > 0 from bad_rows inner join checked using (line_number)"
            " where problem is distinct from reason"
        ):
            return
        landed_file = self.batch.name_of(reading.landed_file)
        written = self.batch.write_rows(
            table, reading.path, landed_file=landed_file, reading=reading.landed_file
        )
        yield replace(
            reading,
            batch=self.batch.number,
            outcome="replayed",
            landed_file=landed_file,
            continues=reading.landed_file,
            supersedes=[],
            read_bytes=0,
            compared_bytes=0,
            read_at=now(),
            **asdict(written),
        )


def _kept_rows(reading: LandedFile, table: Table) -> readers.Rows:
    """The bad rows as their reader yields them, from the text that was kept."""
    if reading.path.endswith(".parquet"):
        return parquet.parquet_rows_again("bad_rows", table)
    kept = readers.with_faults("select line_number, raw_text as line from bad_rows")
    if reading.header_line is None:
        return readers.json_rows(f"({kept})", table)
    return readers.csv_rows(
        f"(select *, len(string_split(line, chr(10))) as physical_lines from ({kept}))",
        table,
        column_names(reading.header_line),
    )
