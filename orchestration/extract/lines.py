"""Text files as numbered lines: bytes in, Arrow blocks of whole lines out.

DuckDB's own text readers drop what they cannot place: blank lines, lines over the
limit, half of a truncated gzip. Here every byte is accounted for in one pass, and
DuckDB splits the blocks; Python sees blocks of megabytes, never a row.
"""

from __future__ import annotations

import codecs
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from orchestration.errors import BadInputError

BLOCK_SCHEMA = pa.schema([("first_line", pa.int64()), ("block", pa.string())])
_READ_BYTES = 4 << 20
_BYTE_ORDER_MARK = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that its bytes alone disqualify."""

    line_number: int
    reason: str


@dataclass(slots=True)
class LineFile:
    """One text file read once, from the first byte to the last.

    The figures are complete when ``blocks`` is exhausted. ``error`` keeps what ended
    the blocks early: Arrow and DuckDB stand between, and pass on the text alone.
    """

    path: Path
    max_line_bytes: int
    line_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    error: BadInputError | None = None
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def content_hash(self) -> str:
        """SHA-256 of the file's bytes as delivered, in hex."""
        return self._hash.hexdigest()

    def header(self) -> str:
        """Return the first line, without its end; the file is closed again.

        Raises:
            BadInputError: the file is empty or its first line is unreadable.
        """
        start = b""
        for piece in self._inflated(self._pieces()):
            start += piece
            if b"\n" in start or len(start) > self.max_line_bytes:
                break
        first = start.removeprefix(_BYTE_ORDER_MARK).split(b"\n", 1)[0]
        if not first.strip():
            raise BadInputError(f"{self.path}: line 1 holds no column names")
        try:
            return first.rstrip(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInputError(
                f"{self.path}: line 1 is not UTF-8 ({error.reason})"
            ) from error

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """Yield batches of (first_line, block): whole lines joined by line feeds.

        Raises:
            BadInputError: the file cannot be read, or its gzip is cut or corrupt.
        """
        try:
            yield from self._blocks()
        except BadInputError as error:
            self.error = error
            raise

    def _blocks(self) -> Iterator[pa.RecordBatch]:
        carry = b""
        skipped_quotes: int | None = None
        for piece in self._inflated(self._raw()):
            cut = piece.rfind(b"\n")
            if skipped_quotes is not None:
                end = piece.find(b"\n")
                skipped_quotes += piece[: end if end >= 0 else None].count(b'"')
                if end < 0:
                    continue
                yield self._overlong(skipped_quotes)
                skipped_quotes, piece, cut = None, piece[end + 1 :], cut - end - 1
            if cut >= 0:
                yield from self._checked(carry + piece[:cut])
                carry, piece = b"", piece[cut + 1 :]
            carry += piece
            if len(carry) > self.max_line_bytes:
                skipped_quotes, carry = carry.count(b'"'), b""
        if skipped_quotes is not None:
            yield self._overlong(skipped_quotes)
        elif carry:
            yield from self._checked(carry)

    def _checked(self, block: bytes) -> Iterator[pa.RecordBatch]:
        """Split off lines over the limit, then decode."""
        if len(block) > self.max_line_bytes:
            lines = block.split(b"\n")
            if max(map(len, lines)) > self.max_line_bytes:
                for line in lines:
                    if len(line) > self.max_line_bytes:
                        yield self._overlong(line.count(b'"'))
                    else:
                        yield self._batch(line)
                return
        yield self._batch(block)

    def _overlong(self, quotes: int) -> pa.RecordBatch:
        """Stand in for a line over the limit.

        What is left of it is whether it opens or closes a quoted CSV field, so that it
        spoils its own row alone.
        """
        self.faults.append(
            Fault(
                self.line_count + 1,
                f"the line is longer than {self.max_line_bytes} bytes",
            )
        )
        return self._batch(b'"' if quotes % 2 else b"?")

    def _batch(self, block: bytes) -> pa.RecordBatch:
        first_line = self.line_count + 1
        if first_line == 1:
            block = block.removeprefix(_BYTE_ORDER_MARK)
        self.line_count += block.count(b"\n") + 1
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            block = self._repaired(block, first_line)
        return pa.record_batch(
            [pa.array([first_line], pa.int64()), pa.array([block], pa.string())],
            schema=BLOCK_SCHEMA,
        )

    def _repaired(self, block: bytes, first_line: int) -> bytes:
        """Replace what is no UTF-8 and note the lines it stood on."""
        lines = block.split(b"\n")
        for position, line in enumerate(lines):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                self.faults.append(
                    Fault(
                        first_line + position,
                        f"byte {error.start + 1} of the line is not UTF-8",
                    )
                )
                lines[position] = line.decode("utf-8", "replace").encode("utf-8")
        return b"\n".join(lines)

    def _raw(self) -> Iterator[bytes]:
        for piece in self._pieces():
            self._hash.update(piece)
            yield piece

    def _pieces(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                while piece := file.read(_READ_BYTES):
                    yield piece
        except OSError as error:
            raise BadInputError(
                f"{self.path} cannot be read: {error.strerror}"
            ) from error

    def _inflated(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        if self.path.suffix != ".gz":
            yield from pieces
            return
        try:
            yield from _gunzip(pieces)
        except (zlib.error, EOFError) as error:
            raise BadInputError(
                f"{self.path} is no whole gzip file ({error}): "
                "nothing of it was loaded; deliver it again"
            ) from error


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate one or more gzip members; zlib checks each trailer (CRC and length)."""
    member = zlib.decompressobj(wbits=31)
    began = False
    inflated = b""
    for piece in pieces:
        while piece:
            if member.eof:
                if not piece.strip(b"\0"):
                    break  # padding after the last member, as gzip(1) allows
                if not piece.startswith(b"\x1f"):
                    raise zlib.error("bytes after the end of the gzip data")
                member = zlib.decompressobj(wbits=31)
            began = True
            tail = piece
            # A full answer may have more behind it that needs no further input.
            while not member.eof and (tail or len(inflated) == _READ_BYTES):
                inflated = member.decompress(tail, _READ_BYTES)
                yield inflated
                tail = member.unconsumed_tail
            inflated = b""
            piece = member.unused_data
    if not began or not member.eof:
        raise EOFError("it is cut off")
