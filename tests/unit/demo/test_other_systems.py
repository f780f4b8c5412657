"""Other systems of the demo's first campus: files of its own roster, twice the same."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import duckdb
import pytest
import yaml
from small_demo import SMALL, World

from orchestration.demo import DemoError
from orchestration.demo.other_systems import DATA_TYPES, write_other_systems
from orchestration.extract.cloudwork.landing import EVENTS


@pytest.fixture(scope="module")
def folder(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("systems") / "one"
    write_other_systems(folder, small_world.directory, SMALL)
    return folder


def table(bundle: Path, data_type: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(bundle) as opened:
        text = opened.read(f"{data_type}.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_bundles_hold_the_campus_of_the_drop_folder(
    folder: Path, small_world: World
) -> None:
    bundles = sorted((folder / "oneroster").iterdir())
    newest = {each: table(bundles[-1], each) for each in DATA_TYPES}
    snapshot = sorted((small_world.directory / "users").iterdir())[-1]
    (file,) = snapshot.iterdir()
    reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    with duckdb.connect() as session:
        people = session.execute(
            "select coalesce(mapping_id, user_id)"
            f" from {reader}('{file}') where campus_id = 'C001' and archived_at is null"
        ).fetchall()

    assert len(bundles) == 2
    assert {row["sourcedId"] for row in newest["users"]} == {row[0] for row in people}
    classes = {row["sourcedId"] for row in newest["classes"]}
    assert {row["classSourcedId"] for row in newest["enrollments"]} <= classes
    assert all(newest.values())


def test_the_report_of_cloudwork_holds_events_of_its_vocabulary(folder: Path) -> None:
    text = (folder / "cloudwork" / "provisioning_report.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert {row["event"] for row in rows} <= set(EVENTS)
    assert {row["added"] == "0" for row in rows} == {True, False}
    keys = [
        (row["event"], row["syncprofile_name"], row["date_started"]) for row in rows
    ]
    assert len(set(keys)) == len(keys)


def test_it_is_the_same_each_time_and_never_over_something(
    folder: Path, small_world: World, tmp_path: Path
) -> None:
    write_other_systems(tmp_path / "two", small_world.directory, SMALL)

    def content(of: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(of)): path.read_bytes()
            for path in of.rglob("*")
            if path.is_file()
        }

    assert content(tmp_path / "two") == content(folder)
    kinds = [
        each["kind"]
        for each in yaml.safe_load((folder / "rollbook.yml").read_text())["sources"]
    ]
    assert kinds == ["platform", "oneroster", "cloudwork"]
    with pytest.raises(DemoError, match="is not empty"):
        write_other_systems(folder, small_world.directory, SMALL)
