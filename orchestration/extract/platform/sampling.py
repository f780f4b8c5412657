"""A sample of a drop folder, for development: a few campuses, each of them whole.

Records of different campuses have nothing in common (contract, section 2), so a sample
of campuses tears none. It is written as a drop folder of its own, which a run lands as
it lands any other: lines that bear no campus are left out, all others stay as they are.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.errors import BadInputError
from orchestration.extract.lines import BLOCK_SCHEMA, LineFile
from orchestration.extract.platform import parquet, readers
from orchestration.extract.platform.discovery import DeliveredFile, delivered_files
from orchestration.extract.platform.landing import LandingLimits, landing_session
from orchestration.extract.platform.news import Reading
from orchestration.extract.platform.reading import column_names, name_faults
from orchestration.extract.platform.shapes import has_landed
from orchestration.extract.platform.tables import CAMPUSES, Table
from orchestration.files import write_text_atomically
from orchestration.home import Home
from orchestration.sql import first_line, quoted

_CAMPUS = "campus_id"
_IS_SAMPLED = f"clean(cast({_CAMPUS} as varchar)) in (select campus_id from sampled)"


@dataclass(frozen=True, slots=True)
class Sample:
    """Which campuses a home holds, drawn once: a later run takes the same."""

    share: float
    campus_ids: tuple[str, ...]

    @classmethod
    def of(cls, home: Home) -> Sample | None:
        """The sample that a home holds; null if it holds everything, or nothing."""
        try:
            kept = json.loads(home.sampled_campuses.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return cls(kept["share"], tuple(kept["campus_ids"]))

    def keep(self, home: Home) -> None:
        """Bind the home to this sample."""
        kept = {"share": self.share, "campus_ids": self.campus_ids}
        write_text_atomically(home.sampled_campuses, json.dumps(kept, indent=2) + "\n")


def require_same_sample(home: Home, share: float | None) -> None:
    """Make sure that a home's data and what is about to be landed go together.

    Args:
        home: the home of the run.
        share: of the campuses, 0 < share <= 1; null for all of them.

    Raises:
        BadInputError: they do not, or the share is none.
    """
    if share is not None and not 0 < share <= 1:
        raise BadInputError(
            f"--sample {share:g} is no share: give more than 0, at most 1"
        )
    held = Sample.of(home)
    if held is None and share is not None and has_landed(home):
        raise BadInputError(
            f"home {home.root} holds more than a sample: use another --home"
        )
    if held is not None and share != held.share:
        raise BadInputError(
            f"home {home.root} holds a sample: run it with --sample {held.share:g}, or"
            " use another --home"
        )


@contextmanager
def sampled_drop(
    root: Path,
    home: Home,
    share: float,
    *,
    limits: LandingLimits,
    on_progress: Callable[[str], None],
) -> Iterator[Path]:
    """The sample of a drop folder, as a drop folder that lasts as long as the block.

    Args:
        root: the drop folder.
        home: the home that the run holds.
        share: of the campuses; of them at least one is taken.
        limits: what the session may use.
        on_progress: told which campuses are read.

    Yields:
        The folder. Its files bear the names and times of those that they are from.

    Raises:
        BadInputError: the drop folder or a file of it cannot be read; what is told of
            a file of the sample is told of the file that it is from.
    """
    delivered = delivered_files(root)
    folder = home.scratch / "sample"
    try:
        with landing_session(home, limits) as session:
            name_faults(session, [], [])
            sampler = _Sampler(session, folder, limits.max_line_bytes)
            sample = Sample.of(home)
            if sample is None:
                sample = Sample(share, sampler.drawn(delivered, share))
                sample.keep(home)
            on_progress(f"sampling campuses {', '.join(sample.campus_ids)}")
            sampler.take(sample.campus_ids)
            for file in delivered:
                sampler.copy(file)
        yield folder
    except BadInputError as error:
        raise BadInputError(str(error).replace(str(folder), str(root))) from error
    finally:
        # It names persons, and an erasure looks for them in what is landed.
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Sampler:
    session: duckdb.DuckDBPyConnection
    folder: Path
    max_line_bytes: int

    def drawn(self, delivered: list[DeliveredFile], share: float) -> tuple[str, ...]:
        """The campuses of the least hashes: a draw that any machine repeats."""
        self.session.execute("create temp table named (campus_id varchar)")
        for file in delivered:
            if file.table is CAMPUSES and (rows := self._rows(file)) is not None:
                self._execute(
                    file,
                    f"insert into named select clean(cast({_CAMPUS} as varchar))"
                    f" from ({rows}) where line_kind = 'row'",
                )
        found = self.session.execute(
            "select campus_id from named where campus_id is not null"
            " group by campus_id order by md5(campus_id)"
        ).fetchall()
        return tuple(row[0] for row in found[: math.ceil(share * len(found))])

    def take(self, campus_ids: tuple[str, ...]) -> None:
        """Have only these campuses copied from now on."""
        self.session.execute(
            "create temp table sampled as select unnest($1::varchar[]) as campus_id",
            [list(campus_ids)],
        )

    def copy(self, file: DeliveredFile) -> None:
        """Copy of a file what is of the sampled campuses.

        A file without the column is copied whole: landing tells what is amiss.
        """
        target = self.folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        rows = self._rows(file)
        if rows is None:
            shutil.copyfile(file.absolute, target)
        elif file.format == "parquet":
            self._execute(
                file,
                f"copy (select * exclude (line_kind) from ({rows}) where {_IS_SAMPLED})"
                f" to {quoted(target)} (format parquet)",
            )
        else:
            (text,) = self._execute(
                file,
                "select string_agg(delivered, chr(10) order by line_number) || chr(10)"
                f" from ({rows}) where line_kind = 'header' or {_IS_SAMPLED}",
            ).fetchone() or (None,)
            _write(target, (text or "").encode())
        os.utime(target, ns=(file.modified_ns, file.modified_ns))

    def _rows(self, file: DeliveredFile) -> str | None:
        """The query of a file's lines with their campus; null without that column."""
        if file.format == "parquet":
            source = parquet.parquet_file(str(file.absolute))
            described = self._execute(file, f"describe select * from {source}")
            if _CAMPUS not in [row[0] for row in described.fetchall()]:
                return None
            return (
                f"select * exclude (file_row_number), 'row' as line_kind from {source}"
            )
        if file.format == "jsonl":
            return (
                "select line_number, line as delivered, 'row' as line_kind,"
                " case when json_valid(line) then json_extract_string(line,"
                f" '$.{_CAMPUS}') end as {_CAMPUS} from ({self._lines(file)})"
            )
        header = column_names(self._read(file).header())
        if header.count(_CAMPUS) != 1:
            return None
        self._execute(
            file, f"create or replace temp table lines as {self._lines(file)}"
        )
        return readers.csv_rows(
            f"({readers.csv_records('lines')})", _campus_alone(file.table), header
        ).select

    def _lines(self, file: DeliveredFile) -> str:
        blocks = self._read(file).blocks()
        self.session.register(
            "blocks", pa.RecordBatchReader.from_batches(BLOCK_SCHEMA, blocks)
        )
        return readers.with_faults(readers.numbered_lines("blocks"))

    def _read(self, file: DeliveredFile) -> LineFile:
        return Reading(file, snapshot_at=None).lines(self.max_line_bytes)

    def _execute(self, file: DeliveredFile, query: str) -> duckdb.DuckDBPyConnection:
        try:
            return self.session.execute(query)
        except duckdb.Error as error:
            raise BadInputError(
                f"{file.absolute} cannot be read: {first_line(error)}"
            ) from error


def _campus_alone(table: Table) -> Table:
    columns = [column for column in table.columns if column.name == _CAMPUS]
    return replace(table, columns=tuple(columns))


def _write(target: Path, text: bytes) -> None:
    """Write a text file, compressed if its name says so, always to the same bytes."""
    is_compressed = target.suffix == ".gz"
    target.write_bytes(gzip.compress(text, mtime=0) if is_compressed else text)
