"""``rollbook report``: rows of a report in a file, or on standard output."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from orchestration.files import sync_folder
from orchestration.home import Home
from reporting.asking import EVERYTHING, Asked, Reader, ask
from reporting.errors import BadParameterError
from reporting.formats.answer import Answer
from reporting.formats.registry import FORMATS, Format, find_format
from reporting.instants import parse_zone
from reporting.published import Publication, SessionLimits, opened_file


@dataclass(frozen=True, slots=True)
class Output:
    """Where rows go; ``format_name`` None means that the file's ending says it."""

    file: Path | None = None
    format_name: str | None = None
    is_gzipped: bool = False

    def settle(self) -> tuple[Format, bool]:
        """The format, and whether it is gzipped.

        Raises:
            BadParameterError: there is no such format, or it cannot be gzipped.
        """
        endings = self.file.suffixes if self.file is not None else []
        is_gzipped = self.is_gzipped or endings[-1:] == [".gz"]
        told = [ending.removeprefix(".") for ending in endings if ending != ".gz"][-1:]
        name = self.format_name or next(iter(set(told) & set(FORMATS)), "csv")
        found = find_format(name)
        if is_gzipped:
            found.require_gzip()
        return found, is_gzipped


@contextmanager
def reading(home: Home, *, memory_mb: int, threads: int) -> Iterator[Publication]:
    """The home's current publication, in a session of its own; spills are removed."""
    with tempfile.TemporaryDirectory(prefix="rollbook-") as spill:
        limits = SessionLimits(memory_mb, threads, Path(spill))
        with opened_file(home.published_file, limits) as publication:
            yield publication


def export(
    publication: Publication,
    report_name: str,
    asked: Asked,
    output: Output,
    reader: Reader = EVERYTHING,
) -> int:
    """Write the rows asked for; return how many. A file is whole or not there.

    Raises:
        ReportingError: it cannot be asked, or the file cannot be written.
    """
    found, is_gzipped = output.settle()
    question = ask(publication, report_name, asked, reader)
    zone = parse_zone(asked.tz)
    with publication.cursor(zone) as cursor, _memory_limit_told():
        answer = Answer(question, cursor, zone, publication.publication_id)
        if output.file is None:
            return _to_standard_output(answer, found, is_gzipped=is_gzipped)
        with written_aside(output.file) as sink:
            return found.write(answer, sink, is_gzipped=is_gzipped)


@contextmanager
def written_aside(file: Path) -> Iterator[IO[bytes]]:
    """A file under another name, which gets its own when the block ends well.

    Raises:
        BadParameterError: it cannot be written.
    """
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        aside.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise BadParameterError(
            f"{file} cannot be written: {error.strerror or error}"
        ) from error
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def _memory_limit_told() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise BadParameterError(
            "the rows need more memory than is allowed: ask for a shorter range,"
            " or raise ROLLBOOK_REPORT_MEMORY_MB"
        ) from error


def _to_standard_output(answer: Answer, found: Format, *, is_gzipped: bool) -> int:
    if sys.stdout.isatty() and (is_gzipped or not found.is_text):
        raise BadParameterError(f"{found.name} is not for a terminal: name a file, -o")
    try:
        # Workbooks and Parquet are written by name or with seeks: a pipe has neither.
        with (
            tempfile.TemporaryFile()
            if not found.is_text
            else os.fdopen(os.dup(sys.stdout.fileno()), "wb") as sink
        ):
            count = found.write(answer, sink, is_gzipped=is_gzipped)
            if not found.is_text:
                sink.seek(0)
                while chunk := sink.read(1 << 20):
                    sys.stdout.buffer.write(chunk)
                sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has enough: `| head`. Nothing is left to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return count
