"""Text files as numbered lines: bytes in, Arrow blocks of whole lines out.

DuckDB's own text readers drop what they cannot place: blank lines, lines over the
limit, half of a truncated gzip. Here every byte is accounted for in one pass, and
DuckDB splits the blocks; Python sees blocks of megabytes, never a row.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from orchestration.errors import BadInputError
from orchestration.extract.text_bytes import TextBytes

BLOCK_SCHEMA = pa.schema([("first_line", pa.int64()), ("block", pa.string())])
# The reasons below, as a regular expression: of such a line the text is not kept whole.
SPOILT_REASON = (
    r"the line is longer than [0-9]+ bytes|byte [0-9]+ of the line is not UTF-8"
)
_BYTE_ORDER_MARK = codecs.BOM_UTF8
_LINE_ENDS = (b"\r\n", b"\n")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that its bytes alone disqualify."""

    line_number: int
    reason: str


def goes_on_whole(source: TextBytes, *, has_open_line: bool) -> bool:
    """Whether a file can be read on from the first byte of ``source``.

    Args:
        source: what came behind the bytes that are read already.
        has_open_line: whether those end in a line that has no line feed yet. It was
            whole if its end comes now; else it was cut while it was being written.

    Raises:
        BadInputError: the file cannot be read, or its gzip is cut or corrupt.
    """
    if not source.begins_member():
        return False
    if not has_open_line:
        return True
    start = _start_of(source.unhashed_text())
    return not start or start.startswith(_LINE_ENDS)


def _start_of(pieces: Iterator[bytes]) -> bytes:
    """Take pieces until they tell whether a line ends here."""
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= len(_LINE_ENDS[0]):
            break
    return start


@dataclass(slots=True)
class LineFile:
    """One text file read once, from the first byte of ``source`` to its last.

    The figures are complete when ``blocks`` is exhausted; ``line_count`` counts the
    lines from ``first_line`` on. ``error`` keeps what ended the blocks early: Arrow
    and DuckDB stand between, and pass on the text alone.
    """

    source: TextBytes
    max_line_bytes: int
    first_line: int = 1
    follows_open_line: bool = False
    ends_in_open_line: bool = False
    line_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    error: BadInputError | None = None

    def header(self) -> str:
        """Return the first line, without its end; the file is closed again.

        Raises:
            BadInputError: the file is empty or its first line is unreadable.
        """
        path = self.source.path
        first = b""
        for piece in self.source.unhashed_text():
            first += piece
            if b"\n" in first or len(first) > self.max_line_bytes:
                break
        first = first.removeprefix(_BYTE_ORDER_MARK).split(b"\n", 1)[0]
        if not first.strip():
            raise BadInputError(f"{path}: line 1 holds no column names")
        try:
            return first.rstrip(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInputError(
                f"{path}: line 1 is not UTF-8 ({error.reason})"
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
        for piece in self._text():
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
            # A carriage return at the end does not count.
            if len(carry) > self.max_line_bytes + 1:
                skipped_quotes, carry = carry.count(b'"'), b""
        if skipped_quotes is not None:
            self.ends_in_open_line = True
            yield self._overlong(skipped_quotes)
        elif carry:
            self.ends_in_open_line = True
            yield from self._checked(carry)

    def _text(self) -> Iterator[bytes]:
        """The text, without the end of a line that an earlier reading has."""
        pieces = self.source.text()
        if self.follows_open_line:
            start = _start_of(pieces)
            self.ends_in_open_line = not start
            ended = next((end for end in _LINE_ENDS if start.startswith(end)), b"")
            yield start.removeprefix(ended)
        yield from pieces

    def _checked(self, block: bytes) -> Iterator[pa.RecordBatch]:
        """Split off lines over the limit, then decode."""
        if len(block) > self.max_line_bytes:
            lines = block.split(b"\n")
            if any(map(self._is_overlong, lines)):
                for line in lines:
                    if self._is_overlong(line):
                        yield self._overlong(line.count(b'"'))
                    else:
                        yield self._batch(line)
                return
        yield self._batch(block)

    def _is_overlong(self, line: bytes) -> bool:
        return len(line.removesuffix(b"\r")) > self.max_line_bytes

    def _overlong(self, quotes: int) -> pa.RecordBatch:
        """Stand in for a line over the limit.

        What is left of it is whether it opens or closes a quoted CSV field, so that it
        spoils its own row alone.
        """
        self.faults.append(
            Fault(
                self.first_line + self.line_count,
                f"the line is longer than {self.max_line_bytes} bytes",
            )
        )
        return self._batch(b'"' if quotes % 2 else b"?")

    def _batch(self, block: bytes) -> pa.RecordBatch:
        first_line = self.first_line + self.line_count
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
