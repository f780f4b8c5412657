"""The catalogue: complete, honest about persons, and the only list of reports."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER
from reporting.catalog import DrillDown
from reporting.published import Publication
from support.added_report import NAME
from support.commands import rollbook

# What holds or may quote a person, whatever the report. A new report with such a
# column lists it in its yml: config.meta.personal.
PERSONAL = {
    *("email", "first_name", "last_name", "instructor_name"),
    *("params", "record_key", "message", "evidence"),
}


def test_personal_columns_are_declared(publication: Publication) -> None:
    undeclared = [
        f"{report.name}.{column.name}"
        for report in publication.catalog
        for column in report.columns
        if column.name in PERSONAL and not column.is_personal
    ]

    assert undeclared == [], "list them in config.meta.personal of the report's yml"


def test_personal_names_only_columns_that_there_are(publication: Publication) -> None:
    declared = 0
    for path in (PROJECT_FOLDER / "dbt_project/models/reports").glob("rpt_*.yml"):
        found = re.search(r"personal: \[(.*)\]", path.read_text(encoding="utf-8"))
        if found is None:
            continue
        report = publication.catalog.report(path.stem.removeprefix("rpt_"))
        for name in found[1].split(", "):
            assert report.column(name).is_personal
            declared += 1
    assert declared > 20


def test_every_number_of_a_summary_leads_to_records(
    publication: Publication, direct: duckdb.DuckDBPyConnection
) -> None:
    """The records behind a number are as many as it says."""
    checked = 0
    for report in publication.catalog:
        for drill_down in report.drill_downs:
            if report.name == "sync_history":
                continue  # what it leads to is counted otherwise; see the connectors
            cursor = direct.execute(f"from reports.{report.name}")
            names = [each[0] for each in cursor.description or []]
            for values in cursor.fetchall():
                row = dict(zip(names, values, strict=True))
                led = drill_down.target(row)
                if led is None:
                    continue
                target, filters = led
                found = publication.catalog.report(target)
                conditions = " and ".join(
                    f"cast({found.column(name).name} as varchar) = '{value}'"
                    for name, value in [
                        ("campus_id", row["campus_id"]),
                        *filters.items(),
                    ]
                )
                # Distinct syncs are counted once, whatever their results.
                counted = (
                    "count(distinct (record_key, operation, params))"
                    if drill_down.column == "distinct_syncs"
                    else "count(*)"
                )
                records = direct.execute(
                    f"select {counted} from reports.{target} where {conditions}"
                ).fetchone()
                if isinstance(row[drill_down.column], int):
                    assert records == (row[drill_down.column],), (row, drill_down)
                    checked += row[drill_down.column] > 0
    assert checked > 10


def test_a_null_leads_nowhere() -> None:
    drill_down = DrillDown("key", "{kind}_log", {"key": "{key}"})

    assert drill_down.target({"kind": "a", "key": "1"}) == ("a_log", {"key": "1"})
    assert drill_down.target({"kind": "a", "key": None}) is None
    assert drill_down.target({"kind": None, "key": "1"}) is None


def test_only_rows_that_match_lead_somewhere() -> None:
    drill_down = DrillDown(
        "rows", "jobs", {"id": "{id}"}, {"app": "A|B", "key": "[^:]+:(?P<id>[0-9]+)"}
    )

    assert drill_down.target({"app": "B", "key": "x:41"}) == ("jobs", {"id": "41"})
    assert drill_down.target({"app": "B", "key": "x:41:2"}) is None
    assert drill_down.target({"app": "AB", "key": "x:41"}) is None
    assert drill_down.target({"app": None, "key": "x:41"}) is None


def test_no_code_names_a_report(publication: Publication) -> None:
    """Neither whole nor as part of a text: what there is stands in the catalogue."""
    names = {report.name for report in publication.catalog}
    texts = {
        (path.name, node.value)
        for path in (PROJECT_FOLDER / "reporting").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert texts
    assert {
        (file, name)
        for file, text in texts
        for name in names
        # A mart may be named after what it holds.
        if re.search(rf"\b{name}\b", text)
    } == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["json", "csv"])
def test_an_added_report_is_exported(
    enlarged_home: Home, tmp_path: Path, name: str
) -> None:
    home = ("--home", enlarged_home.root)
    listed = rollbook("report", *home)
    file = tmp_path / f"x.{name}"
    done = rollbook(
        *("report", NAME, *home, "-o", file, "--campus", "DEN"),
        *("--start", "2026-03-01", "--end", "2026-03-12"),
    )

    assert f"{NAME} " in listed.stdout
    assert "Requests a day" in listed.stdout
    assert done.returncode == 0, done.stderr
    assert '"requests"' in file.read_text()
    if name == "json":
        rows = json.loads(file.read_text())
        assert rows
        assert all(row["requested_date"] < "2026-03-12" for row in rows)
