"""Small drop folders, written file by file, and what lands of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from oracle.schema import TABLES
from orchestration.extract.ledger import LandedFile, Ledger
from orchestration.extract.platform.landing import LandingLimits, land
from orchestration.home import Home

AS_OF = datetime(2026, 3, 13, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SmallDrop:
    """A drop folder in which every table is there, and the home it lands in."""

    folder: Path
    home: Home

    @classmethod
    def create(cls, folder: Path) -> SmallDrop:
        """Make a drop whose tables have a header and no rows."""
        drop = cls(folder / "drop", Home(folder / "home"))
        drop.folder.mkdir(parents=True)
        drop.home.prepare()
        for table in TABLES:
            (drop.folder / f"{table}.csv").write_text(_header(table), encoding="utf-8")
        return drop

    def deliver(self, path: str, content: str | bytes) -> Path:
        """Write a file of a table; the file without rows gives way to it."""
        table = path.split("/")[0].split(".")[0]
        without_rows = self.folder / f"{table}.csv"
        if without_rows.exists() and without_rows.read_text() == _header(table):
            without_rows.unlink()
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(
            content.encode("utf-8") if isinstance(content, str) else content
        )
        return target

    def land(self, *, as_of: datetime = AS_OF, **limits: Any) -> dict[str, LandedFile]:
        """Land what is new; every line of every file must be accounted for."""
        entries = land(
            self.folder,
            self.home,
            as_of=as_of,
            limits=LandingLimits(threads=1, **limits),
            on_progress=lambda message: None,
        )
        for entry in entries:
            assert entry.line_count == (
                entry.landed_count
                + entry.quarantined_count
                + entry.blank_count
                + entry.header_count
            ), entry
            assert entry.physical_line_count == (
                entry.line_count + entry.continuation_count
            ), entry
        return {entry.path: entry for entry in entries}

    @property
    def batches(self) -> list[int]:
        """The batches that were committed."""
        return Ledger(self.home.landing).batch_numbers()

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Landed rows, the columns asked for, batch by batch and line by line."""
        return self._landed(table, columns or TABLES[table], "_source_line")

    def bad_rows(self, *columns: str) -> list[tuple[Any, ...]]:
        """Quarantined rows, batch by batch and line by line."""
        return self._landed(
            "_quarantine", columns or ("line_number", "reason"), "line_number"
        )

    def _landed(
        self, folder: str, columns: Sequence[str], line: str
    ) -> list[tuple[Any, ...]]:
        files = self.home.landing / "platform" / folder / "*" / "*.parquet"
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(
                f"select {', '.join(columns)}"
                f" from read_parquet('{files}', hive_partitioning = false)"
                f" order by _landed_file, {line}"
            ).fetchall()


def request(request_id: str = "r1", **given: Any) -> dict[str, Any]:
    """A request that breaks no rule, but for what is given."""
    return {
        "request_id": request_id,
        "campus_id": "C1",
        "job_id": None,
        "requested_at": "2026-03-10T08:00:00Z",
        "record_type": "course",
        "operation": "create",
        "params": {"courseID": "K1"},
        "status": "success",
        "http_status": None,
        "error_code": None,
        "message": None,
        "item_results": None,
        **given,
    }


def course(course_id: str = "K1", **given: Any) -> dict[str, Any]:
    """A course that breaks no rule, but for what is given."""
    return {
        **dict.fromkeys(TABLES["courses"]),
        "course_id": course_id,
        "campus_id": "C1",
        "created_at": "2026-01-01T00:00:00Z",
        **given,
    }


def user(user_id: str = "U1", **given: Any) -> dict[str, Any]:
    """A user that breaks no rule, but for what is given."""
    return {
        **dict.fromkeys(TABLES["users"]),
        "user_id": user_id,
        "campus_id": "C1",
        "created_at": "2026-01-01T00:00:00Z",
        **given,
    }


def csv_text(
    rows: Iterable[dict[str, Any]], *, header: Sequence[str] | None = None
) -> str:
    """Rows as CSV, lines ended by a line feed."""
    rows = list(rows)
    names = header or list(rows[0])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def jsonl_text(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def text_in(suffix: str, rows: Iterable[dict[str, Any]]) -> str:
    """Rows as ``csv`` or ``jsonl``."""
    return csv_text(rows) if suffix == "csv" else jsonl_text(rows)


def zipped(text: str | bytes) -> bytes:
    """One gzip member; the same text makes the same bytes."""
    content = text.encode("utf-8") if isinstance(text, str) else text
    return gzip.compress(content, mtime=0)


def _header(table: str) -> str:
    return ",".join(TABLES[table]) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
