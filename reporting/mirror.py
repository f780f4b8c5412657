"""``rollbook mirror``: every report as Parquet files, one a campus.

For BI tools that have no DuckDB driver. The folder is only ever the mirror's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from orchestration.files import write_text_atomically
from reporting.catalog import Report
from reporting.errors import BadParameterError
from reporting.exports import written_aside
from reporting.filters import Filter
from reporting.formats.answer import Answer
from reporting.formats.parquet import write_parquet
from reporting.instants import parse_zone
from reporting.published import Publication
from reporting.queries import Question

_RECORD = "mirror.json"
_NO_CAMPUS = "_no_campus"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What a mirror holds now."""

    publication_id: str
    files: int
    rows: int
    is_new: bool


def mirror(publication: Publication, folder: Path) -> Mirrored:
    """Bring the folder to the publication's state.

    A file is replaced at once, whole. ``mirror.json`` is written last: it names the
    publication that all files are of, and is missing while they change.

    Raises:
        BadParameterError: the folder holds something else, or cannot be written.
    """
    before = _record(folder)
    if before.get("publication_id") == publication.publication_id:
        return Mirrored(
            publication.publication_id,
            len(before["files"]),
            sum(before["files"].values()),
            is_new=False,
        )
    try:
        (folder / _RECORD).unlink(missing_ok=True)
        write_text_atomically(
            folder / f".{_RECORD}", json.dumps({"files": before.get("files", {})})
        )
        files = {
            name: rows
            for report in publication.catalog
            for name, rows in _write_report(publication, report, folder).items()
        }
        for name in before.get("files", {}):
            if name not in files:
                (folder / name).unlink(missing_ok=True)
        record = {"publication_id": publication.publication_id, "files": files}
        write_text_atomically(folder / _RECORD, json.dumps(record, indent=1) + "\n")
        (folder / f".{_RECORD}").unlink()
    except OSError as error:
        raise BadParameterError(
            f"{folder} cannot be written: {error.strerror or error}"
        ) from error
    return Mirrored(
        publication.publication_id, len(files), sum(files.values()), is_new=True
    )


def _record(folder: Path) -> dict[str, Any]:
    """What an earlier mirror left, also one that was interrupted."""
    for name in (_RECORD, f".{_RECORD}"):
        if (folder / name).is_file():
            found: dict[str, Any] = json.loads((folder / name).read_text())
            return found
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadParameterError(f"{folder} holds something else: name an empty folder")
    return {}


def _write_report(
    publication: Publication, report: Report, folder: Path
) -> dict[str, int]:
    """Write a report's files; return the rows of each by its name."""
    utc = parse_zone(None)
    (folder / report.name).mkdir(parents=True, exist_ok=True)
    files = {}
    questions = {
        campus: Question(report, campuses=(campus,))
        for campus in sorted(publication.campuses)
    }
    questions[_NO_CAMPUS] = Question(
        report, filters=(Filter("campus_id", "is", "null"),)
    )
    for campus, question in questions.items():
        # A campus_id is the platform's text: no character of it may lead elsewhere.
        stem = (
            _NO_CAMPUS
            if campus is _NO_CAMPUS
            else quote(campus, safe="").replace(".", "%2E")
        )
        name = f"{report.name}/{stem}.parquet"
        with (
            publication.cursor(utc) as cursor,
            written_aside(folder / name) as sink,
        ):
            files[name] = write_parquet(
                Answer(question, cursor, utc, publication.publication_id), sink
            )
    return files
