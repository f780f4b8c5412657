"""Exports: every format holds the published rows, in their order, safely."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import pytest

from orchestration.home import Home
from reporting.asking import Asked
from reporting.errors import ReportingError
from reporting.exports import Output, export
from reporting.formats.answer import Answer
from reporting.formats.registry import FORMATS
from reporting.formats.sheets import write_workbook
from reporting.published import Publication
from reporting.queries import Question
from support.commands import one_line, rollbook

DELIMITERS = {"csv": ",", "tsv": "\t", "psv": "|"}
DENVER = ZoneInfo("America/Denver")


def exported(
    publication: Publication, report: str, file: Path, **asked: Any
) -> list[dict[str, Any]]:
    """Export to a file, read it back with another library: text, or typed values."""
    export(publication, report, Asked(**asked), Output(file))
    kind = file.suffixes[0].removeprefix(".")
    if kind in DELIMITERS:
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text, delimiter=DELIMITERS[kind]))
    if kind == "json":
        return list(json.loads(file.read_text(encoding="utf-8")))
    if kind == "jsonl":
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    if kind == "parquet":
        return published_rows(duckdb.connect(), f"'{file}'")
    header, *rows = openpyxl.load_workbook(file).worksheets[0].values
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def published_rows(
    direct: duckdb.DuckDBPyConnection, source: str
) -> list[dict[str, Any]]:
    """Rows of a table, a view or a file."""
    cursor = direct.execute(f"from {source}")
    names = [each[0] for each in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def told_as_json(
    direct: duckdb.DuckDBPyConnection, source: str
) -> list[dict[str, Any]]:
    """Rows as JSON shows them: what is JSON already stays so."""
    kinds = {
        name: kind for name, kind, *_ in direct.execute(f"describe {source}").fetchall()
    }
    return [
        {
            name: json.loads(value)
            if kinds[name] == "JSON" and value is not None
            else as_json(value)
            for name, value in row.items()
        }
        for row in published_rows(direct, source)
    ]


def as_json(value: Any) -> Any:
    """As JSON shows it."""
    if isinstance(value, date):  # and so a datetime
        return value.isoformat()
    return value


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(as_json(value))


def test_every_report_and_format_holds_the_published_rows(
    publication: Publication, direct: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for report in publication.catalog:
        expected = published_rows(direct, f"reports.{report.name}")
        for name in ("json", "jsonl"):
            found = exported(publication, report.name, tmp_path / f"x.{name}")
            told = told_as_json(direct, f"reports.{report.name}")
            assert found == told, report.name
        for name in (*DELIMITERS, "csv.gz"):
            found = exported(publication, report.name, tmp_path / f"x.{name}")
            assert found == [
                {key: as_text(value) for key, value in row.items()} for row in expected
            ], report.name


def test_parquet_holds_the_same_types_and_rows(
    publication: Publication, direct: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for report in publication.catalog:
        file = tmp_path / "x.parquet"
        count = export(publication, report.name, Asked(), Output(file))
        with duckdb.connect() as session:
            session.execute("set timezone = 'UTC'")
            found = session.execute(f"from '{file}'").fetchall()
            types = session.execute(f"describe from '{file}'").fetchall()

        assert found == direct.execute(f"from reports.{report.name}").fetchall()
        assert count == len(found)
        assert [(row[0], row[1].lower()) for row in types] == [
            (column.name, column.type.replace("json", "varchar"))
            for column in report.columns
        ]


def test_a_workbook_has_dates_a_frozen_header_filters_and_widths(
    publication: Publication, tmp_path: Path
) -> None:
    file = tmp_path / "x.xlsx"
    count = export(
        publication, "course_sync_log", Asked(tz="America/Denver"), Output(file)
    )
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    dated = sheet.cell(2, names.index("last_attempted_at") + 1)

    assert sheet.max_row == count + 1
    assert dated.is_date
    assert isinstance(dated.value, datetime)
    with publication.cursor(DENVER) as cursor:
        first = cursor.execute(
            "select last_attempted_at from rollbook.reports.course_sync_log limit 1"
        ).fetchone()
    assert first is not None
    assert dated.value == first[0].replace(tzinfo=None, microsecond=0)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None
    assert sheet.column_dimensions["A"].width > len("campus_id")
    about = {row[0]: row[1] for row in book["about"].values}
    assert about["times are in"] == "America/Denver"
    assert about["rows"] == str(count)


def test_a_workbook_goes_on_in_another_sheet(
    publication: Publication, tmp_path: Path
) -> None:
    report = publication.catalog.report("user_sync_log")
    utc = ZoneInfo("UTC")
    sizes = {}
    for rows_of_sheet in (2, 4, 10_000):
        file = tmp_path / f"{rows_of_sheet}.xlsx"
        with publication.cursor(utc) as cursor, file.open("wb") as sink:
            answer = Answer(Question(report), cursor, utc, "p")
            count = write_workbook(answer, sink, sheet_rows=rows_of_sheet)
        sheets = openpyxl.load_workbook(file).worksheets[:-1]
        sizes[rows_of_sheet] = sum(sheet.max_row - 1 for sheet in sheets)
        assert all(sheet.max_row <= rows_of_sheet for sheet in sheets)
        assert len(sheets) == -(-count // (rows_of_sheet - 1))
        assert {sheet["A1"].value for sheet in sheets} == {"campus_id"}
    assert set(sizes.values()) == {count}
    assert count > 4


ATTACKS = {
    "odd-1": "'=1+1",
    "odd-2": "'+1",
    "odd-3": "'-1",
    "odd-4": "'@x",
    "odd-5": "'\tx",
    "odd-6": "'\rx",
    "odd-7": "'  =1",
    "odd-8": "'\u00a0=1",
    "odd-9": "'\uff1d1",
    "odd-10": "a=1",
    "odd-11": 'a,"b"|c\t\nd',
}


@pytest.mark.parametrize("kind", [*DELIMITERS, "xlsx"])
def test_formulas_become_text(
    odd_publication: Publication, tmp_path: Path, kind: str
) -> None:
    rows = exported(odd_publication, "course_list", tmp_path / f"x.{kind}")
    titles = {row["course_id"]: row["title"] for row in rows}

    found = {name: titles[name] for name in ATTACKS}
    if kind == "xlsx":  # XML reads a carriage return as a line end
        found["odd-6"] = found["odd-6"].replace("_x000D_", "\r")
        found["odd-6"] = found["odd-6"].replace("\n", "\r")
    assert found == ATTACKS


@pytest.mark.parametrize("kind", ["json", "jsonl", "parquet"])
def test_formats_that_no_spreadsheet_runs_keep_text_as_it_is(
    odd_publication: Publication, tmp_path: Path, kind: str
) -> None:
    rows = exported(odd_publication, "course_list", tmp_path / f"x.{kind}")
    titles = {row["course_id"]: row["title"] for row in rows}

    for name, text in ATTACKS.items():
        assert titles[name] == text.removeprefix("'")


def test_a_text_longer_than_a_cell_is_cut_and_told(
    odd_publication: Publication, tmp_path: Path
) -> None:
    file = tmp_path / "x.xlsx"
    export(odd_publication, "course_list", Asked(), Output(file))
    book = openpyxl.load_workbook(file)
    texts = [value for row in book.worksheets[0].values for value in row]

    assert max(len(text) for text in texts if isinstance(text, str)) == 32_767
    about = {row[0]: row[1] for row in book["about"].values}
    assert about["texts cut at Excel's limit"] == "1"


def test_a_range_equals_the_macro_and_is_in_the_zone(
    publication: Publication, direct: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    checked = 0
    for report in publication.catalog:
        if not report.has_range:
            continue
        found = exported(
            publication,
            report.name,
            tmp_path / "x.jsonl",
            start="2026-03-09",
            end="2026-03-11T12:00:00",
            tz="America/Denver",
        )
        expected = published_rows(
            direct,
            f"reports.{report.name}_between("
            "null, '2026-03-09T06:00:00Z', '2026-03-11T18:00:00Z')",
        )
        assert found == [
            {
                key: as_json(
                    value.astimezone(DENVER) if isinstance(value, datetime) else value
                )
                for key, value in row.items()
            }
            for row in expected
        ], report.name
        checked += len(found)
    assert checked > 20


def test_campuses_filters_and_sorts(
    publication: Publication, direct: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    campuses = sorted(publication.campuses)[:2]
    found = exported(
        publication,
        "user_sync_log",
        tmp_path / "x.jsonl",
        campuses=tuple(campuses),
        sorts=("-error_code", "first_attempted_at"),
        filters=("status:eq:error", "attempted_count:ge:1"),
    )
    expected = [
        row
        for row in published_rows(direct, "reports.user_sync_log")
        if row["campus_id"] in campuses and row["status"] == "error"
    ]

    assert expected
    assert len(found) == len(expected)
    codes = [row["error_code"] for row in found]
    known = [code for code in codes if code is not None]
    assert codes == sorted(known, reverse=True) + [None] * (len(codes) - len(known))


BAD = [
    ("nope", {}, "there is no report 'nope'"),
    ("user_list", {"campuses": ("nope",)}, "no campus 'nope'"),
    ("user_list", {"sorts": ("nope",)}, "has no column 'nope'"),
    ("user_list", {"sorts": ("email", "-email")}, "twice"),
    ("user_list", {"filters": ("nope:eq:1",)}, "has no column 'nope'"),
    ("user_list", {"filters": ("email=1",)}, "is none"),
    ("user_list", {"filters": ("is_archived:eq:maybe",)}, "is no boolean"),
    ("user_list", {"filters": ("created_at:lt:soon",)}, "is no timestamp"),
    ("user_list", {"filters": ("is_archived:contains:t",)}, "is for text"),
    ("user_list", {"filters": ("email:is:empty",)}, "null or not_null"),
    ("user_list", {"start": "2026-03-01"}, "end is missing"),
    ("user_list", {"end": "2026-03-01"}, "start is missing"),
    ("user_list", {"start": "2026-03-02", "end": "2026-03-02"}, "is not after"),
    ("user_list", {"start": "soon", "end": "2026-03-02"}, "is no time"),
    ("user_list", {"start": "1969-03-02", "end": "2026-03-02"}, "1970 to 2100"),
    ("user_list", {"tz": "Mars/Base"}, "is no time zone"),
    ("user_list", {"options": {"lookback_days": "-1"}}, "is no number"),
    ("user_list", {"options": {"nope": "1"}}, "takes no nope"),
    ("integration_jobs", {"start": "2026-03-01", "end": "2026-03-02"}, "no range"),
]


@pytest.mark.parametrize(("report", "asked", "told"), BAD)
def test_what_cannot_be_asked_is_told_and_leaves_no_file(
    publication: Publication,
    tmp_path: Path,
    report: str,
    asked: dict[str, Any],
    told: str,
) -> None:
    with pytest.raises(ReportingError, match=told) as caught:
        export(publication, report, Asked(**asked), Output(tmp_path / "x.csv"))

    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_longer_lookback_lists_older_records(
    publication: Publication, direct: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    found = exported(
        publication,
        "user_list",
        tmp_path / "x.jsonl",
        options={"lookback_days": "3650"},
    )
    expected = direct.execute(
        "select count(*) from reports.user_list_between(null,"
        " '2026-01-01', '2026-01-02', lookback_days := 3650)"
    ).fetchone()

    assert (len(found),) == expected


def test_an_export_that_fails_leaves_what_was_there(
    odd_publication: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.csv"
    file.write_text("before")
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(ReportingError, match="cannot be written"):
        export(odd_publication, "user_list", Asked(), Output(tmp_path / "folder.csv"))
    with pytest.raises(ReportingError, match="cannot be written"):
        export(odd_publication, "user_list", Asked(), Output(tmp_path / "no" / "x.csv"))

    assert file.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "x.csv"]


def test_the_command_streams_and_fails_in_one_line(
    served_home: Home, tmp_path: Path
) -> None:
    home = ("--home", served_home.root)
    listed = rollbook("report", *home)
    piped = rollbook("report", "user_list", *home, "--format", "psv")
    refused = rollbook("report", "nope", *home)
    unknown = rollbook("report", "user_list", *home, "--format", "docx")
    zipped = rollbook("report", "user_list", *home, "--format", "xlsx", "--gzip")
    nowhere = rollbook("report", "user_list", "--home", tmp_path)

    assert "user_list" in listed.stdout
    rows = list(csv.reader(io.StringIO(piped.stdout), delimiter="|"))
    assert rows[0][:2] == ["campus_id", "user_id"]
    assert len(rows) > 1
    for failed, told in (
        (refused, "there is no report"),
        (unknown, ", ".join(FORMATS)),
        (zipped, "compressed by itself"),
        (nowhere, "is no home"),
    ):
        assert failed.returncode == 2
        assert told in one_line(failed)
