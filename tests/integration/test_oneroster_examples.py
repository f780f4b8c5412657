"""Series of real and made bundles whose outcome is known."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from support.rosters import RosterHome, figures, manifest
from support.worlds import DATA


@pytest.mark.parametrize("name", ["oneroster-301", "oneroster-302"])
def test_the_contract_series_give_the_expected_counts(
    name: str, tmp_path: Path
) -> None:
    example = DATA / "contract" / name
    expected = json.loads((example / "expected.json").read_text(encoding="utf-8"))
    home = RosterHome(tmp_path)
    shutil.copytree(example / "bundles", home.inbox, dirs_exist_ok=True)

    outcome = home.run()

    assert [each.sync_id.split(":")[1] for each in outcome.imports] == [
        each["bundle"] for each in expected
    ]
    for got, wanted in zip(outcome.imports, expected, strict=True):
        assert (got.status == "On Hold") == wanted["held"]
        counts = {
            each.data_type: each.figures
            | {"duplicates": each.figures["merged"] + each.figures["excluded"]}
            for each in got.counts
        }
        assert counts == wanted["counts"], got.sync_id
    assert home.active() == expected[-1]["active_after"]


def test_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    home = RosterHome(tmp_path)
    example = DATA / "contract" / "oneroster-302" / "bundles"
    shutil.copytree(example, home.inbox, dirs_exist_ok=True)
    home.run()
    before = home.query("from state.records order by all")

    outcome = home.run()

    assert outcome.imports == []
    assert home.query("from state.records order by all") == before


def test_a_folder_without_a_manifest_is_imported(tmp_path: Path) -> None:
    """Another vendor's dialect: other columns, other files, passwords."""
    home = RosterHome(tmp_path)
    real = DATA / "real" / "microsoft_sds_v2_1"
    shutil.copytree(real, home.inbox / "20260310T020000Z")

    (imported,) = home.run().imports

    counts = {each.data_type: each.figures for each in imported.counts}
    assert imported.status == "Warning"
    for data_type, got in counts.items():
        with (real / f"{data_type}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = sum(any(row) for row in csv.reader(file)) - 1
        assert got["total"] == rows, data_type
    # Its users lack enabledUser and its roles sourcedId, which OneRoster requires.
    assert home.active() == {
        "academicSessions": 2,
        "courses": 3,
        "demographics": 6,
        "orgs": 4,
    }
    assert counts["users"]["skipped"] == 8
    assert counts["demographics"]["invalid"] == 6
    contents = "select count(*) from state.rows where content ilike '%ssword%'"
    assert home.query(contents) == [(0,)]
    (warnings,) = home.query("select warnings from state.imports")
    assert "there is no manifest.csv" in warnings[0]
    assert "userFlags.csv is no file of OneRoster: left alone" in warnings[0]


def test_two_days_of_a_real_system(tmp_path: Path) -> None:
    """One student is renamed, one is new, one is gone."""
    home = RosterHome(tmp_path)
    for day in (1, 2):
        path = DATA / "real" / "openedu_contoso_sis" / f"day{day}" / "students.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            students = list(csv.DictReader(file))
        schools = sorted({each["School SIS ID"] for each in students})
        home.deliver(
            f"2026031{day}T020000Z.zip",
            {
                "manifest.csv": manifest(orgs="bulk", users="bulk"),
                "orgs.csv": [
                    ("sourcedId", "name", "type"),
                    *((school, school, "school") for school in schools),
                ],
                "users.csv": [_USER_COLUMNS, *map(_as_user, students)],
            },
        )

    _, second = home.run().imports

    assert figures(second)["users"] == {
        "total": 2,
        "new": 1,
        "updated": 1,
        "deleted": 1,
        "deleted_absent": 1,
    }
    assert home.query(
        "select record_id, changed_fields from state.versions where change = 'updated'"
    ) == [("st1", [{"field": "givenName", "old": "Albert", "new": "Al"}])]


_USER_COLUMNS = (
    *("sourcedId", "enabledUser", "orgSourcedIds", "role", "username"),
    *("givenName", "familyName", "middleName", "email", "grades"),
)


def _as_user(student: dict[str, str]) -> tuple[str, ...]:
    enabled = str(student["Status"] == "Active").lower()
    names = ("First Name", "Last Name", "Middle Name", "Secondary Email", "Grade")
    return (
        *(student["SIS ID"], enabled, student["School SIS ID"], "student"),
        student["Username"],
        *(student[name] for name in names),
    )
