"""Finding the files of a table in a drop, and cutting them into raw rows."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from oracle.json_text import DuplicateKeyError, Json, JsonTextError, parse_json
from oracle.model import BadRowError, DropError
from oracle.values import BLANKS

_SUFFIXES: Final = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz")
_SNAPSHOT_PREFIX: Final = "snapshot="

# A legal params column may be longer than the 128 KiB that csv allows by default.
_FIELD_LIMIT: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of one table and, for a snapshot folder, the time in its name."""

    path: Path
    name: str
    snapshot_at: datetime | None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as its file has it, or why it cannot be read."""

    line: int
    cells: dict[str, Json] | BadRowError


def table_files(drop: Path, table: str) -> list[TableFile]:
    """List a table's files.

    "`TABLE.csv`, `TABLE.jsonl`, `TABLE.parquet`, or
    `TABLE/**/*.{csv,jsonl,parquet}` (`.gz` allowed on csv and jsonl)."
    """
    beside = [drop / f"{table}{suffix}" for suffix in (*_SUFFIXES, ".parquet")]
    inside = sorted((drop / table).rglob("*")) if (drop / table).is_dir() else []
    paths = [path for path in beside if path.is_file()]
    paths += [path for path in inside if path.is_file()]
    if any(path.name.endswith(".parquet") for path in paths):
        raise DropError(f"{table}: the oracle reads no parquet, in {drop}")
    paths = [path for path in paths if path.name.endswith(_SUFFIXES)]
    if not paths:
        raise DropError(f"{table}: no file for this table in {drop}")
    return [_table_file(drop, table, path) for path in paths]


def _table_file(drop: Path, table: str, path: Path) -> TableFile:
    parts = path.relative_to(drop).parts
    name = "/".join(parts)
    if parts[0] != table or not parts[1].startswith(_SNAPSHOT_PREFIX):
        return TableFile(path, name, None)
    text = parts[1].removeprefix(_SNAPSHOT_PREFIX)
    try:
        at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise DropError(f"{name}: {text!r} is no snapshot time") from error
    return TableFile(path, name, at)


def raw_rows(file: TableFile, columns: tuple[str, ...]) -> Iterator[RawRow]:
    """Yield a file's rows, without its header and blank lines.

    Raises:
        DropError: "a missing column or an unreadable file".
    """
    text = _text(file)
    if ".csv" in file.name[-7:]:
        return _csv_rows(file, text, columns)
    return _jsonl_rows(file, text, columns)


def _text(file: TableFile) -> str:
    content = file.path.read_bytes()
    if file.name.endswith(".gz"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise DropError(f"{file.name}: unreadable: {error}") from error
    # A byte that is no UTF-8 spoils its row, not its file: it stays visible as half
    # a surrogate pair and the row is refused below.
    return content.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")


def _is_text(line: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in line)


def _csv_rows(file: TableFile, text: str, columns: tuple[str, ...]) -> Iterator[RawRow]:
    csv.field_size_limit(_FIELD_LIMIT)
    # Lines end at LF (or CR LF) only: a lone CR in a field is part of its text.
    reader = csv.reader(io.StringIO(text, newline="\n"))
    header = next(reader, [])
    missing = [column for column in columns if column not in header]
    if missing:
        raise DropError(f"{file.name}: the columns {missing} are missing")
    rows: list[RawRow] = []
    last_line = reader.line_num
    for fields in reader:
        # A quoted field may hold line breaks: a row is known by its first line.
        line, last_line = last_line + 1, reader.line_num
        if len(fields) <= 1 and not "".join(fields).strip(BLANKS):
            continue
        rows.append(RawRow(line, _csv_cells(header, fields)))
    return iter(rows)


def _csv_cells(header: list[str], fields: list[str]) -> dict[str, Json] | BadRowError:
    # Too few or too many fields: nothing says which column a field belongs to.
    if len(fields) != len(header):
        reason = f"{len(fields)} fields under {len(header)} columns"
        return BadRowError("bad_field_count", reason)
    if not all(_is_text(field) for field in fields):
        return BadRowError("bad_line", "a byte that is no UTF-8")
    return dict(zip(header, fields, strict=True))


def _jsonl_rows(
    file: TableFile, text: str, columns: tuple[str, ...]
) -> Iterator[RawRow]:
    rows: list[RawRow] = []
    for line, content in enumerate(text.split("\n"), start=1):
        if content.strip(BLANKS):
            rows.append(RawRow(line, _jsonl_cells(content)))
    # A key that one row lacks is null; one that no row has is a missing column.
    read = [row.cells for row in rows if isinstance(row.cells, dict)]
    missing = [c for c in columns if read and not any(c in cells for cells in read)]
    if missing:
        raise DropError(f"{file.name}: the columns {missing} are missing")
    return iter(rows)


def _jsonl_cells(content: str) -> dict[str, Json] | BadRowError:
    if not _is_text(content):
        return BadRowError("bad_line", "a byte that is no UTF-8")
    try:
        value = parse_json(content)
    except DuplicateKeyError as error:
        return BadRowError("bad_duplicate_key", str(error))
    except JsonTextError as error:
        return BadRowError("bad_line", f"no JSON: {error}")
    if not isinstance(value, dict):
        return BadRowError("bad_line", "a line that is no JSON object")
    return value
