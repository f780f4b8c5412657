"""The bytes of a text file, hashed as delivered and inflated if they are gzipped."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import BadInputError

READ_BYTES = 4 << 20
_GZIP_MAGIC = b"\x1f\x8b"


def digest_of(path: Path, size_bytes: int) -> hashlib._Hash:
    """SHA-256 of the first ``size_bytes`` bytes of a file, ready to go on.

    Raises:
        BadInputError: the file cannot be read, or has fewer bytes.
    """
    digest = hashlib.sha256()
    for piece in TextBytes(path, size_bytes).delivered():
        digest.update(piece)
    return digest


@dataclass(slots=True)
class TextBytes:
    """The bytes of a file from ``first_byte`` up to ``size_bytes``, and none behind.

    ``digest`` is of the bytes before the first one; it goes on while they are read.
    ``ends_in_padding`` is known when ``text`` is exhausted.
    """

    path: Path
    size_bytes: int
    first_byte: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    ends_in_padding: bool = False

    @property
    def is_gzip(self) -> bool:
        """Whether the bytes are inflated."""
        return self.path.suffix == ".gz"

    def text(self) -> Iterator[bytes]:
        """Yield the text in pieces, and hash the bytes that it comes from.

        Raises:
            BadInputError: the file cannot be read, or its gzip is cut or corrupt.
        """
        return self._inflated(self._hashed())

    def unhashed_text(self) -> Iterator[bytes]:
        """Yield the text in pieces, to look at its beginning.

        Raises:
            BadInputError: as of ``text``.
        """
        return self._inflated(self.delivered())

    def begins_member(self) -> bool:
        """Whether bytes that are gzipped can be inflated from the first one on."""
        start = next(self.delivered(), b"")
        return not self.is_gzip or start.startswith(_GZIP_MAGIC)

    def delivered(self) -> Iterator[bytes]:
        """Yield the bytes as they are in the file.

        Raises:
            BadInputError: the file cannot be read, or became shorter.
        """
        left = self.size_bytes - self.first_byte
        try:
            with self.path.open("rb") as file:
                file.seek(self.first_byte)
                while piece := file.read(READ_BYTES):
                    yield piece[:left]
                    left -= len(piece)
                    if left <= 0:
                        break
        except OSError as error:
            raise BadInputError(
                f"{self.path} cannot be read: {error.strerror}"
            ) from error
        if left > 0:
            raise BadInputError(
                f"{self.path} became shorter while it was read: run again"
            )

    def _hashed(self) -> Iterator[bytes]:
        for piece in self.delivered():
            self.digest.update(piece)
            yield piece

    def _inflated(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        if not self.is_gzip:
            yield from pieces
            return
        try:
            self.ends_in_padding = yield from _gunzip(pieces)
        except (zlib.error, EOFError) as error:
            raise BadInputError(
                f"{self.path} is no whole gzip file ({error}): "
                "nothing of it was loaded; deliver it again"
            ) from error


def _gunzip(pieces: Iterator[bytes]) -> Generator[bytes, None, bool]:
    """Inflate one or more gzip members; zlib checks each trailer (CRC and length).

    Returns:
        Whether zeros follow the last member.
    """
    member = zlib.decompressobj(wbits=31)
    began = False
    is_padded = False
    inflated = b""
    for piece in pieces:
        while piece:
            if member.eof:
                if not piece.strip(b"\0"):
                    is_padded = True
                    break  # padding after the last member, as gzip(1) allows
                if not piece.startswith(b"\x1f"):
                    raise zlib.error("bytes after the end of the gzip data")
                member = zlib.decompressobj(wbits=31)
            began = True
            tail = piece
            # A full answer may have more behind it that needs no further input.
            while not member.eof and (tail or len(inflated) == READ_BYTES):
                inflated = member.decompress(tail, READ_BYTES)
                yield inflated
                tail = member.unconsumed_tail
            inflated = b""
            piece = member.unused_data
    if not began or not member.eof:
        raise EOFError("it is cut off")
    return is_padded
