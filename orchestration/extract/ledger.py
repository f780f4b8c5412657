"""The landing ledger: which files were read, and where their rows are.

A batch (the files one run read) is one JSON Lines file. It appears by one rename
after every Parquet file of the batch is durable, so a batch is landed whole or not
at all; Parquet files that no batch names are leftovers of a run that died.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

from orchestration.files import sync_folder, write_text_atomically

QUARANTINE = "_quarantine"
_SUPERSEDED = ".superseded"


@dataclass(frozen=True, slots=True)
class LandedFile:
    """One reading of one delivered file, with the line identity of section 5.

    ``outcome`` is ``landed``, ``unchanged`` (compared, the same bytes), ``referenced``
    (not read: part of a new snapshot as it was read before) or ``replayed`` (bad rows
    of the reading that it continues, judged again).
    ``size_bytes`` and ``content_hash`` are those of the whole file as it was then;
    the counts are those of the lines from ``first_line`` on, which a reading that
    goes on where another one ended begins at ``first_byte``.
    ``line_count`` counts logical lines: a line break inside a quoted CSV field
    belongs to its row, and stands in ``continuation_count``.
    ``read_bytes`` were taken apart into rows, ``compared_bytes`` only hashed.
    ``continues`` names the landed file that this one goes on from, ``supersedes``
    those whose rows no longer count. ``is_resumable`` says that a file that grew may
    be read on from here, ``has_open_line`` that its last line had no line feed yet.
    """

    batch: int
    source_name: str
    table_name: str
    path: str
    outcome: str
    size_bytes: int
    modified_ns: int
    content_hash: str
    snapshot_at: str | None
    landed_file: str
    physical_line_count: int
    continuation_count: int
    line_count: int
    header_count: int
    blank_count: int
    landed_count: int
    quarantined_count: int
    read_bytes: int
    landed_bytes: int
    read_at: str
    first_byte: int = 0
    first_line: int = 1
    continues: str | None = None
    supersedes: list[str] = field(default_factory=list)
    is_resumable: bool = False
    has_open_line: bool = False
    header_line: str | None = None
    compared_bytes: int = 0


@dataclass(frozen=True)
class Readings:
    """What the ledger's entries amount to: which readings count, and of what parts.

    A reading is what one run took from one file. It keeps its name when bad rows of it
    are judged again: a replay is a part of it.
    """

    entries: list[LandedFile]

    @cached_property
    def superseded(self) -> frozenset[str]:
        """Landed files whose rows no longer count, replays included."""
        return frozenset(name for entry in self.entries for name in entry.supersedes)

    @cached_property
    def replays(self) -> dict[str, list[LandedFile]]:
        """The replays that count, oldest first, by the landed file they continue."""
        found = defaultdict(list)
        for entry in self.entries:
            if entry.outcome == "replayed" and entry.landed_file not in self.superseded:
                found[str(entry.continues)].append(entry)
        return dict(found)

    def newest(self) -> dict[tuple[str, str], LandedFile]:
        """The last entry of each (table, path), replays aside."""
        return {
            (entry.table_name, entry.path): entry
            for entry in self.entries
            if entry.outcome != "replayed"
        }

    def counting(self) -> list[LandedFile]:
        """The entries that count, replays as part of the readings that they continue.

        What a replay recovered counts as landed, no longer as quarantined.
        """
        return [
            self._with_replays(entry)
            for entry in self.entries
            if entry.outcome != "replayed" and entry.landed_file not in self.superseded
        ]

    def parts(self, landed_file: str) -> list[LandedFile]:
        """The replays of a reading that count, oldest first."""
        return self.replays.get(landed_file, [])

    def chain(self, entry: LandedFile) -> list[LandedFile]:
        """The readings that lead from the file's first byte to the end of ``entry``."""
        by_name = {
            each.landed_file: each for each in self.entries if each.outcome == "landed"
        }
        chain = [by_name[entry.landed_file]]
        while (before := chain[0].continues) is not None:
            chain.insert(0, by_name[before])
        return chain

    def files_of(self, readings: Iterable[LandedFile]) -> list[str]:
        """The landed files of readings, those of their replays included."""
        return [
            part.landed_file
            for reading in readings
            for part in (reading, *self.parts(reading.landed_file))
        ]

    def last_part(self, reading: LandedFile) -> LandedFile:
        """The entry that wrote what is still bad of a reading."""
        return (reading, *self.parts(reading.landed_file))[-1]

    def superseded_entries(self) -> list[LandedFile]:
        """The entries that wrote rows which no longer count."""
        return [
            entry
            for entry in self.entries
            if entry.outcome in ("landed", "replayed")
            and entry.landed_file in self.superseded
        ]

    def lost_requests_since(self, batch: int) -> bool:
        """Whether a later batch supersedes part of a log that ``batch`` could hold.

        Only what is no snapshot is taken in once and kept.
        """
        gone = {
            name
            for entry in self.entries
            if entry.batch > batch
            for name in entry.supersedes
        }
        return any(
            entry.landed_file in gone
            and entry.batch <= batch
            and entry.snapshot_at is None
            for entry in self.entries
        )

    def outdated_quarantines(self) -> list[LandedFile]:
        """The entries whose bad rows stand, as far as still bad, in a later replay."""
        return [
            entry
            for reading in self.entries
            if reading.outcome == "landed"
            for entry in (reading, *self.parts(reading.landed_file))[:-1]
        ]

    def _with_replays(self, entry: LandedFile) -> LandedFile:
        recovered = sum(part.landed_count for part in self.parts(entry.landed_file))
        return replace(
            entry,
            landed_count=entry.landed_count + recovered,
            quarantined_count=entry.quarantined_count - recovered,
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The batches of one landing folder."""

    landing: Path

    @property
    def folder(self) -> Path:
        """Where the batches stand, one file each."""
        return self.landing / "ledger"

    def batch_numbers(self) -> list[int]:
        """The committed batches, oldest first."""
        return sorted(int(path.stem) for path in self.folder.glob("*.jsonl"))

    def next_batch(self) -> int:
        """The number of the batch that is committed next."""
        return max(self.batch_numbers(), default=0) + 1

    def entries(self) -> list[LandedFile]:
        """Every reading so far, oldest batch first."""
        return [
            LandedFile(**json.loads(line))
            for number in self.batch_numbers()
            for line in self._path(number).read_bytes().splitlines()
        ]

    def commit(self, batch: int, entries: Iterable[LandedFile]) -> None:
        """Make a batch part of the landing, and set aside what it supersedes."""
        lines = [
            json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
            for entry in entries
        ]
        for folder in self.landing.glob(f"*/*/batch={batch:06d}"):
            sync_folder(folder)
        write_text_atomically(self._path(batch), "".join(f"{line}\n" for line in lines))
        self._set_superseded_aside()

    def tidy(self) -> None:
        """Finish what a command that died left.

        Parquet files of batches that were never committed are deleted; those that a
        committed batch supersedes get another name, so that no query reads them.
        """
        known = {f"batch={number:06d}" for number in self.batch_numbers()}
        for folder in self.landing.glob("*/*/batch=*"):
            if folder.name not in known:
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()
        self._set_superseded_aside()

    def rows_path(self, entry: LandedFile) -> Path:
        """The Parquet file that an entry wrote its rows to."""
        return self._parquet_path(entry, entry.table_name)

    def quarantine_path(self, entry: LandedFile) -> Path:
        """The Parquet file that an entry wrote its bad rows to."""
        return self._parquet_path(entry, QUARANTINE)

    def _parquet_path(self, entry: LandedFile, folder: str) -> Path:
        return (
            self.landing
            / entry.source_name
            / folder
            / f"batch={entry.batch:06d}"
            / f"{entry.landed_file}.parquet"
        )

    def _set_superseded_aside(self) -> None:
        """Name each Parquet file as the ledger has it.

        Where a batch was taken back, what it superseded counts again.
        """
        readings = Readings(self.entries())
        gone = readings.superseded_entries()
        paths = {*map(self.rows_path, gone), *map(self.quarantine_path, gone)}
        paths.update(map(self.quarantine_path, readings.outdated_quarantines()))
        for path in paths:
            if path.exists():
                _rename(path, path.with_name(f"{path.name}{_SUPERSEDED}"))
        for aside in self.landing.glob(f"*/*/batch=*/*{_SUPERSEDED}"):
            path = aside.with_name(aside.name.removesuffix(_SUPERSEDED))
            if path not in paths:
                _rename(aside, path)

    def _path(self, batch: int) -> Path:
        return self.folder / f"{batch:06d}.jsonl"


def _rename(path: Path, target: Path) -> None:
    path.rename(target)
    sync_folder(target.parent)
