"""Which files of a drop folder hold which table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.extract.platform.tables import TABLES, Table

_SUFFIXES = (".csv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.gz")
_SNAPSHOT_FOLDER = re.compile(r"snapshot=(.*)")
_SNAPSHOT_TIME = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file of the drop folder; ``path`` is relative to it."""

    table: Table
    root: Path
    path: str
    size_bytes: int
    modified_ns: int
    snapshot_at: datetime | None

    @property
    def absolute(self) -> Path:
        """Where the file lies."""
        return self.root / self.path

    @property
    def format(self) -> str:
        """csv, jsonl or parquet."""
        return self.path.removesuffix(".gz").rsplit(".", 1)[1]


def delivered_files(root: Path) -> list[DeliveredFile]:
    """List the drop folder's files, tables in the contract's order, then by path.

    Raises:
        BadInputError: the folder or a table is missing, or a name makes no sense.
    """
    require_folder(root)
    return [
        delivered_file(root, table, path)
        for table in TABLES
        for path in paths_of_table(root, table)
    ]


def require_folder(root: Path) -> None:
    """Make sure that there is a drop folder.

    Raises:
        BadInputError: there is none.
    """
    if not root.is_dir():
        raise BadInputError(f"source {root} is no folder: give the drop folder")


def paths_of_table(root: Path, table: Table) -> list[Path]:
    """List what should be the files of one table.

    Raises:
        BadInputError: there is none, or the folder cannot be read.
    """
    try:
        paths = [
            path
            for suffix in _SUFFIXES
            if (path := root / f"{table.name}{suffix}").exists()
        ]
        paths += [
            path
            for path in sorted((root / table.name).rglob("*"))
            if path.name.endswith(_SUFFIXES) and not path.name.startswith((".", "_"))
        ]
    except OSError as error:
        raise _unreadable(error) from error
    if not paths:
        raise BadInputError(
            f"source {root}: table {table.name} is missing: expected"
            f" {table.name}.csv, .jsonl or .parquet, or files in {table.name}/"
        )
    return paths


def delivered_file(root: Path, table: Table, path: Path) -> DeliveredFile:
    """Describe one file of a table.

    Raises:
        BadInputError: it is no file, or its folder bears a time that is none.
    """
    try:
        if not path.is_file():
            raise BadInputError(f"{path} is no file: expected the rows of {table.name}")
        stat = path.stat()
    except OSError as error:
        raise _unreadable(error) from error
    relative = path.relative_to(root)
    return DeliveredFile(
        table=table,
        root=root,
        path=relative.as_posix(),
        size_bytes=stat.st_size,
        modified_ns=stat.st_mtime_ns,
        snapshot_at=_snapshot_at(path, relative) if table.is_snapshot else None,
    )


def _snapshot_at(path: Path, relative: Path) -> datetime | None:
    if len(relative.parts) < 2:
        return None
    match = _SNAPSHOT_FOLDER.fullmatch(relative.parts[1])
    if match is None:
        return None
    told = BadInputError(
        f"{path.parent}: '{match[1]}' is no snapshot time:"
        " expected snapshot=YYYYMMDDTHHMMSSZ"
    )
    if not _SNAPSHOT_TIME.fullmatch(match[1]):
        raise told
    try:
        return datetime.strptime(f"{match[1]}+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError as error:
        raise told from error


def _unreadable(error: OSError) -> BadInputError:
    return BadInputError(f"{error.filename} cannot be read: {error.strerror}")
