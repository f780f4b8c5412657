"""What becomes of bundles that are late, repeated, torn, held or of version 1.2."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import BadInputError
from orchestration.rosters.decisions import APPROVED, DISCARDED
from orchestration.rosters.state import state_file
from support.rosters import RosterHome, Rows, csv_text, figures, manifest

ORG_COLUMNS = ("sourcedId", "status", "dateLastModified", "name", "type")
USER_COLUMNS = (
    *("sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds"),
    *("role", "username", "givenName", "familyName", "password"),
)


def orgs(*ids: str) -> Rows:
    return [ORG_COLUMNS, *((id_, "", "", f"School {id_}", "school") for id_ in ids)]


def user(id_: str, *, username: str = "", status: str = "", at: str = "") -> list[str]:
    return [
        *(id_, status, at, "true", "s1", "student", username or id_, "A", "B"),
        "hunter2",
    ]


def users(*rows: list[str]) -> Rows:
    return [USER_COLUMNS, *rows]


def bulk(home: RosterHome, name: str, *rows: list[str]) -> Path:
    return home.deliver(
        name,
        {
            "manifest.csv": manifest(orgs="bulk", users="bulk"),
            "orgs.csv": orgs("s1"),
            "users.csv": users(*rows),
        },
    )


def delta(home: RosterHome, name: str, *rows: list[str]) -> Path:
    return home.deliver(
        name,
        {"manifest.csv": manifest(users="delta"), "users.csv": users(*rows)},
    )


def many(count: int) -> list[list[str]]:
    return [user(f"u{number:02}") for number in range(count)]


@pytest.fixture
def home(tmp_path: Path) -> RosterHome:
    return RosterHome(tmp_path)


def test_every_outcome_of_a_delta(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", *many(6))
    delta(
        home,
        "20260311T020000Z.zip",
        user("u00", status="active", at="2026-03-11"),
        user("u01", username="renamed", status="active", at="2026-03-11"),
        user("u02", status="tobedeleted", at="2026-03-11"),
        user("gone", status="inactive", at="2026-03-11"),
        user("u03", status="", at="2026-03-11"),
        user("new", status="active", at="2026-03-11T01:00:00Z"),
        user("new", status="active", at="2026-03-11T03:00:00+02:30"),
        user("new", status="active", at="2026-03-11T01:00:00Z"),
        user("rival", username="u04", status="active", at="soon"),
        ["short", "active"],
    )

    _, second = home.run().imports

    assert figures(second)["users"] == {
        "total": 10,
        "no_change": 2,
        "new": 1,
        "updated": 1,
        "deleted": 1,
        "skipped": 2,
        "merged": 2,
        "excluded": 1,
    }
    assert home.active()["users"] == 6


def test_nothing_of_a_row_that_slipped_a_column_is_told(home: RosterHome) -> None:
    slipped = [*user("u1")[:-2], "x", "B", "hunter2"]
    bulk(home, "20260310T020000Z.zip", user("u0"), slipped, ["hunter2", "hunter2"])

    home.run()

    assert home.query(
        "select count(*) from state.rows where cast(rows as varchar) like '%hunter2%'"
    ) == [(0,)]
    assert home.query("select messages from state.rows where line_number = 3") == [
        (["users.csv, line 3: the row has 11 cells where the header names 10 columns"],)
    ]


def test_a_record_comes_back_with_its_first_import(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", user("u1"), user("u2"))
    bulk(home, "20260311T020000Z.zip", user("u2"))
    bulk(home, "20260312T020000Z.zip", user("u1"), user("u2"))

    *_, third = home.run().imports

    assert figures(third)["users"] == {"total": 2, "no_change": 1, "new": 1}
    assert home.query(
        "select change from state.versions where record_id = 'u1' order by import_no"
    ) == [("new",), ("deleted",), ("new",)]


def test_late_and_repeated_bundles(home: RosterHome) -> None:
    newer = bulk(home, "20260311T020000Z.zip", user("u1"))
    home.run()
    bulk(home, "20260310T020000Z.zip", user("u9"))
    os.utime(newer, ns=(1, 1))

    (late,) = home.run().imports

    assert (late.status, home.active()["users"]) == ("Failed", 1)
    assert home.query("select stage from state.imports where status = 'Failed'") == [
        ("late",)
    ]
    assert home.run().imports == []


def test_the_same_name_and_bytes_again_are_numbered(home: RosterHome) -> None:
    first = bulk(home, "roster.zip", user("u1"))
    content = first.read_bytes()
    os.utime(first, (1_000_000_000, 1_000_000_000))
    (one,) = home.run().imports
    bulk(home, "roster.zip", user("u1"), user("u2"))
    os.utime(first, (1_000_000_100, 1_000_000_100))
    home.run()
    first.write_bytes(content)
    os.utime(first, (1_000_000_200, 1_000_000_200))

    (again,) = home.run().imports

    assert again.sync_id == f"{one.sync_id}:2"
    assert figures(again)["users"]["deleted_absent"] == 1


def test_a_torn_bundle_fails_alone(home: RosterHome) -> None:
    path = bulk(home, "20260310T020000Z.zip", *many(3))
    path.write_bytes(path.read_bytes()[:-40])
    home.deliver("20260311T020000Z.zip", {"users.csv": 'sourcedId,user\n1,"2'})
    home.deliver("20260312T020000Z.zip", {"users.csv": "a", "USERS.CSV": "b"})
    home.deliver("20260313T020000Z.zip", {"../users.csv": "a"})
    home.deliver("20260314T020000Z.zip", {"users.zip": "a"})
    home.deliver("20260315T020000Z.zip", {"users.csv": "a" * 1_000_000})
    bulk(home, "20260316T020000Z.zip", *many(3))

    imports = home.run().imports

    assert [each.status for each in imports] == [*["Failed"] * 6, "Completed"]
    told = [each.reasons[0] for each in imports[:-1]]
    for message, words in zip(
        told,
        ("damaged", "quoted field", "both", "out of the zip", "archive", "100 times"),
        strict=True,
    ):
        assert words in message
        assert "\n" not in message
    assert home.active() == {"orgs": 1, "users": 3}


def test_a_hold_is_approved_and_what_waits_follows(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", *many(40))
    bulk(home, "20260311T020000Z.zip", *many(20))
    bulk(home, "20260312T020000Z.zip", *many(21))

    imports = home.run().imports

    assert [each.status for each in imports] == ["Completed", "On Hold", "Waiting"]
    assert imports[1].reasons == ["users: 20 of 40 active records would be deleted"]
    assert figures(imports[1])["users"]["deleted"] == 20
    assert home.active()["users"] == 40
    home.decide(imports[1], APPROVED)
    assert [each.status for each in home.run().imports] == ["Completed", "Completed"]
    assert home.active()["users"] == 21
    assert home.query(
        "select decided_by, decision_reason from state.imports where import_no = 2"
    ) == [("ada", "seen")]


def test_a_discarded_delta_is_warned_of_until_the_next_bulk(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", *many(40))
    gone = [user(f"u{n:02}", status="tobedeleted", at="2026-03-11") for n in range(20)]
    delta(home, "20260311T020000Z.zip", *gone)
    _, held = home.run().imports
    home.decide(held, DISCARDED)

    outcome = home.run()

    assert [each.status for each in outcome.imports] == ["Discarded"]
    assert outcome.warnings == [
        "a delta was discarded: users may lack its changes until the next bulk file"
    ]
    bulk(home, "20260312T020000Z.zip", *many(39))
    assert home.run().warnings == []


def test_a_decision_on_what_is_not_held_is_refused(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", *many(3))
    (applied,) = home.run().imports

    with pytest.raises(BadInputError, match="none is"):
        home.decide(applied, APPROVED)


def test_a_dry_run_counts_and_changes_nothing(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", *many(3))
    home.run()
    bulk(home, "20260311T020000Z.zip", *many(5))
    bulk(home, "20260312T020000Z.zip", *many(6))
    files = sorted(home.home.landing.rglob("*"))

    dry = [figures(each)["users"] for each in home.run(is_dry=True).imports]

    assert dry == [
        {"total": 5, "no_change": 3, "new": 2},
        {"total": 6, "no_change": 5, "new": 1},
    ]
    assert home.active()["users"] == 3
    assert sorted(home.home.landing.rglob("*")) == files
    assert [figures(each)["users"] for each in home.run().imports] == dry


def test_an_emptied_column_holds(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", *many(12))
    emptied = [[*row[:7], "A", "B", ""] for row in many(12)]
    rows = [[*row[:3], "true", "s1", "student", row[6], "", "B", ""] for row in emptied]
    home.settings["rules"] = [
        {
            "data_type": "users",
            "column": "givenName",
            "check": "required",
            "action": "ignore",
        }
    ]
    bulk(home, "20260311T020000Z.zip", *rows)

    *_, held = home.run().imports

    assert held.reasons == [
        "users: no row fills givenName, which 12 of 12 active records fill"
    ]


@pytest.mark.parametrize(
    "schools",
    [
        "s9",
        "s1, s9 ,",
        "s1,\u00a0s9",
        "s1,\ts9",
        "s1,\ns9",
        "s9,s9",
    ],
)
def test_one_of_a_list_refers_to_nothing(home: RosterHome, schools: str) -> None:
    """ "a reference to a record that is not active" is told once, however spelled."""
    row = user("u1")
    row[4] = schools
    bulk(home, "20260310T020000Z.zip", row)

    (imported,) = home.run().imports

    assert figures(imported)["users"] == {"total": 1, "new": 1, "invalid": 1}
    assert home.query("select messages from state.rows where record_id = 'u1'") == [
        (["users.csv, line 2: orgSourcedIds 's9' is no active record of orgs"],)
    ]


def test_schools_of_version_1_2_are_those_of_roles(home: RosterHome) -> None:
    home.deliver(
        "20260310T020000Z.zip",
        {
            "manifest.csv": manifest("1.2", orgs="bulk", users="bulk", roles="bulk"),
            "orgs.csv": orgs("s1", "s2"),
            "users.csv": [
                *[("sourcedId", "enabledUser", "username", "givenName", "familyName")],
                *[("u1", "TRUE", "u1", "A", "B"), ("u2", "true", "u2", "A", "B")],
            ],
            "roles.csv": [
                ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
                ("r1", "u1", "primary", "student", "s1"),
                ("r2", "u1", "secondary", "student", "s2"),
                ("r3", "u2", "primary", "Teacher", "s2"),
                ("r4", "nobody", "primary", "captain", "s2"),
            ],
        },
    )

    (imported,) = home.run().imports

    assert figures(imported)["roles"] == {"total": 4, "new": 4, "invalid": 1}
    assert home.query(
        "select school_id, total from state.counts"
        " where data_type = 'users' and school_id is not null order by school_id"
    ) == [("s1", 1), ("s2", 2)]
    assert home.query(
        "select json_extract_string(content, '$.role') from state.records"
        " where record_id = 'r3'"
    ) == [("teacher",)]


def test_the_state_is_built_again_from_the_journal(home: RosterHome) -> None:
    bulk(home, "20260310T020000Z.zip", *many(30))
    bulk(home, "20260311T020000Z.zip", *many(3))
    home.decide(home.run().imports[-1], APPROVED)
    home.run()
    tables = ("records", "versions", "rows", "counts", "imports")
    before = [home.query(f"from state.{name} order by all") for name in tables]
    (home.home.warehouse / "roster.duckdb").unlink()

    home.run()

    assert [home.query(f"from state.{name} order by all") for name in tables] == before


def test_a_state_of_an_older_program_gets_the_views_that_it_lacks(
    home: RosterHome,
) -> None:
    bulk(home, "20260310T020000Z.zip", *many(3))
    home.run()
    with duckdb.connect(str(state_file(home.home))) as older:
        older.execute("drop view incoming.records")

    home.run()

    assert home.query("select count(*) from incoming.records") == [(0,)]
    assert home.active() == {"orgs": 1, "users": 3}


@pytest.mark.parametrize("change", ["grows", "shrinks", "leaves"])
def test_a_folder_that_changes_while_it_is_read_is_left_to_the_next_run(
    home: RosterHome, change: str
) -> None:
    folder = home.inbox / "20260310T020000Z"
    folder.mkdir()
    (folder / "manifest.csv").write_text(manifest(orgs="bulk"))
    whole = csv_text(orgs("s1", "s2"))
    (folder / "orgs.csv").write_text(whole)
    bulk(home, "20260311T020000Z.zip", *many(3))

    def meddle(progress: str) -> None:
        if progress.startswith("reading 20260310"):
            if change == "grows":
                (folder / "orgs.csv").write_text(whole + "s3,,,Third,school\n")
            elif change == "shrinks":
                (folder / "orgs.csv").write_text(whole[:40])
            else:
                (folder / "orgs.csv").unlink()

    meddled = home.run(on_progress=meddle)
    (folder / "orgs.csv").write_text(whole)
    next_run = home.run()

    assert meddled.problem is not None
    assert "20260310T020000Z changed while it was read" in meddled.problem
    assert meddled.imports == []
    assert [each.status for each in next_run.imports] == ["Completed", "Completed"]
