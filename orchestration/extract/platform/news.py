"""What a run has to read: new files, and of files that grew only what is new."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from orchestration.extract.ledger import LandedFile, Readings
from orchestration.extract.lines import LineFile, goes_on_whole
from orchestration.extract.platform.discovery import DeliveredFile
from orchestration.extract.text_bytes import TextBytes, digest_of


@dataclass(frozen=True, slots=True)
class Reading:
    """How one file is to be read.

    Attributes:
        snapshot_at: the moment that a roster file describes; null for the log.
        continued: the reading that this one goes on from; null to read the file whole.
        digest: SHA-256 of the bytes that are not read again.
        compared_bytes: bytes that were hashed to find out what is new.
        supersedes: landed files whose rows no longer count once this is landed.
    """

    file: DeliveredFile
    snapshot_at: datetime | None
    continued: LandedFile | None = None
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    compared_bytes: int = 0
    supersedes: list[str] = field(default_factory=list)

    @property
    def first_byte(self) -> int:
        """Bytes of the file that are read already."""
        return self.continued.size_bytes if self.continued else 0

    @property
    def first_line(self) -> int:
        """The number of the first line to be read."""
        before = self.continued
        return before.first_line + before.physical_line_count if before else 1

    def lines(self, max_line_bytes: int) -> LineFile:
        """The lines to be read; each call begins at the first."""
        before = self.continued
        return LineFile(
            self._bytes(),
            max_line_bytes,
            first_line=self.first_line,
            follows_open_line=before is not None and before.has_open_line,
        )

    def can_go_on(self) -> bool:
        """Whether what comes behind ``continued`` can be read by itself."""
        before = self.continued
        return (
            before is not None
            and before.is_resumable
            and goes_on_whole(self._bytes(), has_open_line=before.has_open_line)
        )

    def _bytes(self) -> TextBytes:
        return TextBytes(
            self.file.absolute,
            self.file.size_bytes,
            self.first_byte,
            self.digest.copy(),
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """A file that is as it was read."""

    file: DeliveredFile
    entry: LandedFile
    compared_bytes: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """What a run has to do: files to read, and readings to note again."""

    unread: list[Reading]
    noted: list[LandedFile]


def find_news(
    delivered: list[DeliveredFile], readings: Readings, *, as_of: datetime
) -> News:
    """Find what this home has not read yet.

    Files of a roster table outside a snapshot folder form one snapshot together: when
    one of them is new, the others are part of the new snapshot as they were read.

    Raises:
        BadInputError: a file cannot be read.
    """
    newest = readings.newest()
    unread = []
    known = []
    for file in delivered:
        entry = newest.get((file.table.name, file.path))
        reading = Reading(file, snapshot_of(file, as_of))
        if entry is None:
            unread.append(reading)
        elif _is_untouched(file, entry):
            known.append(_Known(file, entry))
        else:
            digest = _digest_of_known_bytes(file, entry)
            compared_bytes = entry.size_bytes if digest else 0
            reading = replace(reading, compared_bytes=compared_bytes)
            if digest is None or digest.hexdigest() != entry.content_hash:
                unread.append(_of_changed(reading, readings))
            elif file.size_bytes == entry.size_bytes:
                known.append(_Known(file, entry, compared_bytes))
            else:
                unread.append(_of_grown(reading, entry, digest, readings))
    return News(unread, _noted(known, unread, as_of=as_of))


def snapshot_of(file: DeliveredFile, as_of: datetime) -> datetime | None:
    """The moment that a file read at ``as_of`` describes; null for the log."""
    return file.snapshot_at or (as_of if file.table.is_snapshot else None)


def _is_untouched(file: DeliveredFile, entry: LandedFile) -> bool:
    return (file.size_bytes, file.modified_ns) == (entry.size_bytes, entry.modified_ns)


def _digest_of_known_bytes(
    file: DeliveredFile, entry: LandedFile
) -> hashlib._Hash | None:
    """Hash as many bytes as were read; null where the size alone tells of a change."""
    has_grown = not file.table.is_snapshot and file.size_bytes > entry.size_bytes
    if file.size_bytes == entry.size_bytes or has_grown:
        return digest_of(file.absolute, entry.size_bytes)
    return None


def _of_changed(reading: Reading, readings: Readings) -> Reading:
    """Other bytes: new requests, a new snapshot, or what a snapshot folder says now."""
    if reading.file.snapshot_at is None:
        return reading
    before = [
        entry
        for entry in readings.counting()
        if entry.outcome == "landed" and entry.path == reading.file.path
    ]
    return replace(reading, supersedes=readings.files_of(before))


def _of_grown(
    reading: Reading, entry: LandedFile, digest: hashlib._Hash, readings: Readings
) -> Reading:
    """Go on where the last reading ended.

    Where that cannot be, the file is read whole, and what was read of the same bytes
    counts no more: a line that was cut while it was being written may look like a good
    row.
    """
    tail = replace(reading, continued=entry, digest=digest)
    if tail.can_go_on():
        return tail
    return replace(reading, supersedes=readings.files_of(readings.chain(entry)))


def _noted(
    known: list[_Known], unread: list[Reading], *, as_of: datetime
) -> list[LandedFile]:
    """Note readings that are part of a new snapshot, and files with another time."""
    new_snapshots = {
        reading.file.table.name
        for reading in unread
        if reading.file.table.is_snapshot and reading.file.snapshot_at is None
    }
    noted = []
    for each in known:
        seen = replace(
            each.entry,
            outcome="unchanged",
            modified_ns=each.file.modified_ns,
            read_bytes=0,
            compared_bytes=each.compared_bytes,
            supersedes=[],
        )
        if each.file.snapshot_at is None and each.file.table.name in new_snapshots:
            noted.append(
                replace(seen, outcome="referenced", snapshot_at=as_of.isoformat())
            )
        elif not _is_untouched(each.file, each.entry):
            noted.append(seen)
    return noted
