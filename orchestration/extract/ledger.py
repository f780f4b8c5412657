"""The landing ledger: which files were read, and where their rows are.

A batch (the files one run read) is one JSON Lines file. It appears by one rename
after every Parquet file of the batch is durable, so a batch is landed whole or not
at all; Parquet files that no batch names are leftovers of a run that died.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.files import write_text_atomically


@dataclass(frozen=True, slots=True)
class LandedFile:
    """One reading of one delivered file, with the line identity of section 5.

    ``outcome`` is ``landed``, ``unchanged`` (read again, the same bytes) or
    ``referenced`` (not read: part of a new snapshot as it was read before).
    ``line_count`` counts logical lines: a line break inside a quoted CSV field
    belongs to its row, and stands in ``continuation_count``.
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

    def entries(self) -> list[LandedFile]:
        """Every reading so far, oldest batch first."""
        return [
            LandedFile(**json.loads(line))
            for number in self.batch_numbers()
            for line in self._path(number).read_text(encoding="utf-8").splitlines()
        ]

    def commit(self, batch: int, entries: Iterable[LandedFile]) -> None:
        """Make a batch part of the landing."""
        lines = [
            json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
            for entry in entries
        ]
        write_text_atomically(self._path(batch), "\n".join(lines) + "\n")

    def remove_leftovers(self) -> None:
        """Delete Parquet files of batches that were never committed."""
        known = {f"batch={number:06d}" for number in self.batch_numbers()}
        for folder in self.landing.glob("*/*/batch=*"):
            if folder.name not in known:
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()

    def _path(self, batch: int) -> Path:
        return self.folder / f"{batch:06d}.jsonl"
