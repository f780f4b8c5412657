"""A bundle's files and rows, read slowly; and what each row breaks by itself."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from oracle import oneroster_standard as standard

SkipsAndFlags = dict[tuple[str, str, str], str]
"""What a school made of a rule: (data type, column, check) to its action."""

DELETING = ("tobedeleted", "inactive")
NEVER = datetime.min.replace(tzinfo=UTC)


class UnreadableError(Exception):
    """Nothing of the bundle counts."""


@dataclass
class ImportedRow:
    """One row of a file; ``content`` is None where it has the wrong number of cells.

    ``broken`` are (action, column, check) of each rule that it breaks.
    """

    data_type: str
    file_name: str
    line: int
    values: dict[str, str]
    is_ragged: bool
    status: str
    modified_at: datetime
    content: dict[str, str] | None
    broken: list[tuple[str, str, str]] = field(default_factory=list)
    outcome: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def record_id(self) -> str | None:
        return self.values.get("sourcedId")

    @property
    def is_skipped(self) -> bool:
        return any(action == "skip" for action, _, _ in self.broken)

    @property
    def is_deletion(self) -> bool:
        return self.status in DELETING


@dataclass
class ImportedFile:
    """The file of one type."""

    data_type: str
    name: str
    is_delta: bool
    is_named: bool
    rows: list[ImportedRow]


@dataclass
class ImportedBundle:
    """What a bundle brings."""

    version: str
    app: str
    files: list[ImportedFile]
    is_warned: bool


def read_bundle(path: Path, actions: SkipsAndFlags) -> ImportedBundle:
    """Read a zip or a folder.

    Raises:
        UnreadableError: it is torn, or two files are of one type.
    """
    texts = _texts(path)
    typed: dict[str, str] = {}
    is_warned = False
    for name in texts:
        data_type = {each.lower(): each for each in standard.ALL_TYPES}.get(
            name.lower().removesuffix(".csv")
        )
        if data_type in typed:
            raise UnreadableError(name)
        if data_type:
            typed[data_type] = name
        elif name.lower() != "manifest.csv":
            is_warned = True
    said = {
        row[0].strip(): row[1].strip()
        for row in csv.reader(io.StringIO(texts.get("manifest.csv", "")))
        if len(row) > 1
    }
    version = said.get("oneroster.version") or ("1.2" if "roles" in typed else "1.1")
    files = []
    for data_type in standard.ALL_TYPES:
        mode = said.get(f"file.{data_type}", "")
        if data_type not in typed:
            is_warned |= mode in ("bulk", "delta")
            continue
        is_named = mode in ("bulk", "delta")
        is_warned |= not is_named
        name = typed[data_type]
        rows = _rows(texts[name], data_type, name, version, mode == "delta", actions)
        files.append(ImportedFile(data_type, name, mode == "delta", is_named, rows))
    app = said.get("source.systemName") or "OneRoster CSV"
    return ImportedBundle(version, app, files, is_warned or not said)


def _texts(path: Path) -> dict[str, str]:
    if path.is_dir():
        return {
            each.name: each.read_text(encoding="utf-8-sig")
            for each in sorted(path.iterdir())
        }
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip():
                raise UnreadableError(path.name)
            return {
                name: archive.read(name).decode("utf-8-sig")
                for name in sorted(archive.namelist())
            }
    except (zipfile.BadZipFile, EOFError) as error:
        raise UnreadableError(path.name) from error


def _rows(
    text: str,
    data_type: str,
    file_name: str,
    version: str,
    is_delta: bool,
    actions: SkipsAndFlags,
) -> list[ImportedRow]:
    # Every quote of a whole file closes or is doubled.
    if text.count('"') % 2:
        raise UnreadableError(file_name)
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in next(reader)]
    while header and not header[-1]:
        header.pop()
    names = [standard.standard_name(cell, data_type, version) for cell in header]
    rows = []
    begin = reader.line_num + 1
    for cells in reader:
        line, begin = begin, reader.line_num + 1
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        is_ragged = len(cells) < len(names) or any(cells[len(names) :])
        values = {
            name: cell
            for name, cell in zip(names, cells, strict=False)
            if cell and "password" not in name.lower()
        }
        rows.append(
            _judged(
                values,
                data_type,
                file_name,
                line,
                version,
                is_delta,
                is_ragged,
                actions,
            )
        )
    return rows


def _judged(
    values: dict[str, str],
    data_type: str,
    file_name: str,
    line: int,
    version: str,
    is_delta: bool,
    is_ragged: bool,
    actions: SkipsAndFlags,
) -> ImportedRow:
    for name, value in list(values.items()):
        words = standard.vocabulary(data_type, name, version) or ()
        spelled = [word for word in words if word.lower() == value.lower()]
        values[name] = spelled[0] if spelled else value
    status = values.get("status", "").lower()
    row = ImportedRow(
        data_type,
        file_name,
        line,
        values,
        is_ragged,
        # "In a bulk file an empty status means active".
        status or "active",
        instant(values.get("dateLastModified")) or NEVER,
        {
            name: value
            for name, value in values.items()
            if name not in ("status", "dateLastModified")
        },
    )
    if is_ragged:
        row.content = None
        row.broken = [("skip", "", "cells")]
        return row
    broken = list(_broken(row, version, is_delta, status))
    row.broken = [
        (action, column, check)
        for default, column, check in broken
        if (action := actions.get((data_type, column, check), default)) != "ignore"
    ]
    return row


def _broken(
    row: ImportedRow, version: str, is_delta: bool, status: str
) -> Iterator[tuple[str, str, str]]:
    """Yield (the contract's action, column, check) of what a row breaks by itself."""
    record_id = row.record_id
    if not record_id:
        yield "skip", "sourcedId", "required"
    elif not re.fullmatch(r"[0-9a-zA-Z.\-_/@]{1,255}", record_id):
        yield "skip", "sourcedId", "guid"
    if status not in (*DELETING, "active") and (is_delta or status):
        yield ("skip" if is_delta else "flag"), "status", "status"
    if row.is_deletion:
        return
    values = row.values
    for column in standard.required(row.data_type, version):
        if column not in values:
            yield "skip", column, "required"
    if is_delta and instant(values.get("dateLastModified")) is None:
        yield "flag", "dateLastModified", "instant"
    for column, value in values.items():
        words = standard.vocabulary(row.data_type, column, version)
        if words and value not in words:
            yield "flag", column, "vocabulary"
    for column in standard.DATES.get(row.data_type, ()):
        if column in values and not _is_date(values[column]):
            yield "flag", column, "date"
    year = values.get("schoolYear") if row.data_type == "academicSessions" else None
    if year and not re.fullmatch(r"[0-9]{4}", year):
        yield "flag", "schoolYear", "year"
    email = values.get("email") if row.data_type == "users" else None
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        yield "flag", "email", "email"
    begin, end = (
        values.get(name, "") for name in standard.SPANS.get(row.data_type, ("", ""))
    )
    if _is_date(begin) and _is_date(end) and end < begin:
        yield "flag", standard.SPANS[row.data_type][1], "not_before"


def _is_date(text: str) -> bool:
    try:
        return bool(
            re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and date.fromisoformat(text)
        )
    except ValueError:
        return False


def instant(text: str | None) -> datetime | None:
    """An ISO 8601 date or date-time; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
