"""The landed files of one import, as the views that its models read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.extract.oneroster.journal import Event, Journal
from orchestration.extract.oneroster.landing import known_file
from orchestration.sql import quoted


def incoming_views(journal: Journal, landed: Event) -> dict[str, str]:
    """The SQL of each view of an import, by its name.

    ``rows`` are those that were judged as it was landed, ``known_rows`` those that
    repeat rows landed before, ``landed_rows`` all rows of the files that hold these;
    ``records`` are those of its source, whose name stands in the view itself: compared
    with a constant DuckDB reads no row of another source, and joins nothing.
    """
    return {
        "records": (
            "select rowid as record_no, * exclude (source) from roster.state.records"
            f" where source = {quoted(landed['source'])}"
        ),
        "rows": _united("no_rows", _judged(journal, landed)),
        "known_rows": _united("no_known_rows", _known(journal, landed)),
        "landed_rows": _united("no_rows", _repeated(journal, landed)),
    }


def _united(shape: str, selects: Iterator[str]) -> str:
    return " union all by name ".join([f"from roster.incoming.{shape}", *selects])


def _judged(journal: Journal, landed: Event) -> Iterator[str]:
    for file in landed["files"]:
        yield _landed(journal, file, landed["import_no"])


def _known(journal: Journal, landed: Event) -> Iterator[str]:
    folder = journal.import_folder(landed["import_no"])
    for file in landed["files"]:
        if file.get("known_in"):
            path = known_file(folder, file["data_type"])
            yield f"select {_named(file)}, * from {_file(path)}"


def _repeated(journal: Journal, landed: Event) -> Iterator[str]:
    for file in landed["files"]:
        for number in file.get("known_in", []):
            yield _landed(journal, file, number)


def _landed(journal: Journal, file: dict[str, Any], number: int) -> str:
    """The rows that an import landed of a type, under the file that is read now.

    The number is not that of the folder's name: DuckDB 1.5.6 fails on a join with such
    a column ("Unsupported type for NumericValueUnionToValue").
    """
    path = journal.import_folder(number) / f"{file['data_type']}.parquet"
    return (
        f"select {_named(file)}, {number} as landed_in, line_number as landed_line, *"
        f" from {_file(path)}"
    )


def _file(path: Path) -> str:
    return f"read_parquet({quoted(path)}, hive_partitioning = false)"


def _named(file: dict[str, Any]) -> str:
    return (
        f"{quoted(file['data_type'])} as data_type,"
        f" {quoted(file['file_name'])} as file_name"
    )
