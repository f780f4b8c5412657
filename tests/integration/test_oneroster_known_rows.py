"""Rows that repeat what is known leave early, and count as the oracle counts them.

Each series aims at one way in which a repeated row may mean something new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from oracle.oneroster_history import History
from orchestration.extract.oneroster import cells
from orchestration.extract.platform.shapes import land_shapes
from support.compiled import CompiledProject
from support.roster_reports import REPORTS, built, compare, roster_records, same
from support.rosters import RosterHome, Rows, csv_text, figures, manifest

ORGS = ("sourcedId", "status", "dateLastModified", "name", "type")
COURSES = ("sourcedId", "status", "dateLastModified", "title", "orgSourcedId")
USERS = (
    *("sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds"),
    *("role", "username", "givenName", "familyName"),
)
ROLES = (
    *("sourcedId", "status", "dateLastModified", "userSourcedId", "roleType"),
    *("role", "orgSourcedId"),
)
Files = Mapping[str, Rows]


@pytest.fixture(scope="module")
def reporting(project: CompiledProject) -> CompiledProject:
    return project.making(*REPORTS)


def orgs(*ids: str) -> Rows:
    return [ORGS, *((id_, "", "", f"School {id_}", "school") for id_ in ids)]


def courses(**schools: str) -> Rows:
    return [COURSES, *((id_, "", "", id_, school) for id_, school in schools.items())]


def user(id_: str, *, at: str = "", username: str = "", name: str = "Ann") -> list[str]:
    return [id_, "", at, "true", "s1", "student", username or id_, name, "Lee"]


def users(*rows: Sequence[str]) -> Rows:
    return [USERS, *rows]


class Followed:
    """A source of bundles, and what the oracle says of it."""

    def __init__(self, folder: Path, reporting: CompiledProject) -> None:
        folder.mkdir(exist_ok=True)
        self.home = RosterHome(folder)
        land_shapes(self.home.home)
        self.reporting = reporting
        self.history = History("district", {})
        self.day = 0

    def deliver(
        self,
        files: Files,
        *,
        mode: str = "bulk",
        version: str = "1.1",
        decision: str | None = None,
    ) -> None:
        """Deliver a bundle, run, and compare every cell."""
        self.day += 1
        modes = {name.removesuffix(".csv"): mode for name in files}
        self.home.deliver(
            f"202603{self.day:02}T020000Z.zip",
            {
                # No two bundles are the same bytes: else they were no imports.
                "manifest.csv": manifest(version, **modes)
                + f"source.systemCode,day {self.day}\n",
                **files,
            },
        )
        self.run(version=version, decision=decision)

    def run(self, *, version: str = "1.1", decision: str | None = None) -> None:
        """Run after a decision on the held import, and compare every cell."""
        if (held := self.history.held()) and decision:
            self.home.decide_on(held.sync_id, decision)
        self.history.run(self.home.inbox, decision)
        self.home.run()
        with built(self.reporting, self.home) as reports:
            where = f"day {self.day}"
            compare(reports, self.history, where)
            wanted = self.history.roster_records(version)
            same(roster_records(reports), wanted, f"roster_records, {where}")

    def override(self, data_type: str, column: str, check: str, *, action: str) -> None:
        """Write the action of a rule, and of no other, into rollbook.yml."""
        rule = {"data_type": data_type, "column": column, "check": check}
        self.home.settings["rules"] = [{**rule, "action": action}]
        self.history.actions = {(data_type, column, check): action}

    def recognised(self, data_type: str) -> int:
        """How many rows of the newest import were landed as ones that are known."""
        files = self.home.home.landing.rglob(f"known/{data_type}.parquet")
        newest = max(files, key=lambda file: file.stat().st_mtime_ns)
        (count,) = duckdb.sql(f"select count(*) from '{newest}'").fetchone() or (0,)
        return int(count)

    def outcomes(self) -> dict[tuple[str, str], int]:
        """How many rows of the newest import had which outcome, by data type."""
        counts = self.history.imports[-1].counts
        return {
            (kind, outcome): number
            for (kind, school), found in counts.items()
            if school is None
            for outcome, number in found.items()
            if number and outcome not in ("total", "invalid")
        }

    def invalid(self, data_type: str) -> int:
        """How many rows of a type in the newest import are loaded, but invalid."""
        return int(self.history.imports[-1].counts[data_type, None]["invalid"])


@pytest.fixture
def followed(tmp_path: Path, reporting: CompiledProject) -> Followed:
    return Followed(tmp_path / "source", reporting)


def test_a_row_is_known_however_its_file_is_read(followed: Followed) -> None:
    # Lines that are one record each are read as they stand; a quote, or a row without
    # all its cells, and the file is spooled.
    plain = users(*(user(f"u{number}") for number in range(5)))
    quoted = [*plain[:3], user("q", name='Ann "Lee", Bo'), *plain[3:]]
    torn = [*quoted, user("t")[:4]]
    schools: Files = {"orgs.csv": orgs("s1")}
    followed.deliver({**schools, "users.csv": plain})
    for rows, recognised in ((quoted, 5), (torn, 6), (plain, 5)):
        followed.deliver({**schools, "users.csv": rows})

        assert followed.recognised("users") == recognised


def test_users_of_a_newer_version_are_schooled_by_their_roles(
    followed: Followed,
) -> None:
    people = users(user("u1"), user("u2"))
    roles = [ROLES, ("r1", "", "", "u1", "primary", "student", "s2")]
    first: Files = {"orgs.csv": orgs("s1", "s2"), "users.csv": people}
    followed.deliver(first)
    for _ in range(2):
        followed.deliver({**first, "roles.csv": roles}, version="1.2")
    assert followed.outcomes()["users", "no_change"] == 2


def test_reference_that_vanishes_and_comes_back(followed: Followed) -> None:
    kept = courses(c1="s1", c2="s2")
    followed.deliver({"orgs.csv": orgs("s1", "s2"), "courses.csv": kept})
    followed.deliver({"orgs.csv": orgs("s1"), "courses.csv": kept})
    followed.deliver({"orgs.csv": orgs("s1"), "courses.csv": kept})
    followed.deliver({"orgs.csv": orgs("s1", "s2"), "courses.csv": kept})
    followed.deliver({"orgs.csv": orgs("s1", "s2"), "courses.csv": kept})


def test_rule_that_a_school_overrides_between_imports(followed: Followed) -> None:
    people = users(user("u1"), user("u2", username="u 2"), user("u3", name=""))
    files: Files = {"orgs.csv": orgs("s1"), "users.csv": people}
    followed.deliver(files)
    for action in ("flag", "ignore", "skip"):
        followed.override("users", "givenName", "required", action=action)
        followed.deliver(files)


@pytest.mark.slow
def test_reference_rule_that_a_school_ignores_and_flags_again(
    followed: Followed,
) -> None:
    kept = courses(c1="s1", c2="s2", c3="s9")
    both = {"orgs.csv": orgs("s1", "s2"), "courses.csv": kept}
    one = {"orgs.csv": orgs("s1"), "courses.csv": kept}
    rule = ("courses", "orgSourcedId", "reference")
    for files, action, invalid in (
        (both, "flag", 1),
        (both, "ignore", 0),
        # What vanishes meanwhile is missed when the rule is in force again.
        (one, "ignore", 0),
        (one, "flag", 2),
        (both, "flag", 1),
    ):
        followed.override(*rule, action=action)
        followed.deliver(files)
        assert followed.invalid("courses") == invalid


def test_unique_rule_that_a_school_ignores_and_flags_again(followed: Followed) -> None:
    """One that is refused a name keeps its own, which another row gets."""
    first = users(user("u1", username="ann"), user("u2", username="bea"))
    shared = users(
        user("u0", username="cat"),
        user("u1", username="cat"),
        user("u2", username="ann"),
    )
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": first})
    for action, invalid in (("flag", 1), ("ignore", 0), ("ignore", 0), ("flag", 1)):
        followed.override("users", "username", "unique", action=action)
        followed.deliver({"orgs.csv": orgs("s1"), "users.csv": shared})
        assert followed.invalid("users") == invalid


def test_columns_in_another_order_and_one_more(followed: Followed) -> None:
    rows = [user("u1"), user("u2")]
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(*rows)})
    turned = [list(reversed(row)) for row in users(*rows)]
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": turned})
    assert followed.outcomes()["users", "no_change"] == 2
    wider = [
        [*row, extra] for row, extra in zip(turned, ("house", "red", ""), strict=True)
    ]
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": wider})
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": turned})


@pytest.mark.parametrize(
    "is_changed_first", [True, pytest.param(False, marks=pytest.mark.slow)]
)
def test_row_that_stands_twice_once_changed(
    followed: Followed, is_changed_first: bool
) -> None:
    same_row, changed = user("u1"), user("u1", name="Bea")
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(same_row, user("u2"))})
    pair = (changed, same_row) if is_changed_first else (same_row, changed)
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(*pair, user("u2"))})
    followed.deliver(
        {"orgs.csv": orgs("s1"), "users.csv": users(same_row, same_row, user("u2"))}
    )


@pytest.mark.parametrize(
    "decision", ["approved", pytest.param("discarded", marks=pytest.mark.slow)]
)
def test_hold_with_unchanged_rows_between(followed: Followed, decision: str) -> None:
    everybody = [user(f"u{number:02}") for number in range(40)]
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(*everybody)})
    fewer = users(*everybody[:20])
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": fewer})
    assert followed.history.held() is not None
    renamed = [user("u00", name="Bea"), *everybody[1:]]
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(*renamed)})
    followed.run(decision=decision)
    followed.run(decision="approved")
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(*everybody)})


def test_delta_that_repeats_rows_with_a_newer_date(followed: Followed) -> None:
    first, second = "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"
    followed.deliver(
        {"orgs.csv": orgs("s1"), "users.csv": users(user("u1", at=first), user("u2"))}
    )
    for at in (second, second, first):
        followed.deliver(
            {"users.csv": users(user("u1", at=at), user("u2"))}, mode="delta"
        )


def test_record_that_is_deleted_and_delivered_again(followed: Followed) -> None:
    both, one = users(user("u1"), user("u2")), users(user("u1"))
    for people in (both, one, both, both):
        followed.deliver({"orgs.csv": orgs("s1"), "users.csv": people})
    assert followed.recognised("users") == 2
    gone = user("u2")
    gone[1] = "tobedeleted"
    followed.deliver({"users.csv": users(gone)}, mode="delta")
    followed.deliver({"users.csv": users(user("u2"))}, mode="delta")


@pytest.mark.parametrize(
    "is_new_first", [True, pytest.param(False, marks=pytest.mark.slow)]
)
def test_username_that_a_new_user_shares(
    followed: Followed, is_new_first: bool
) -> None:
    known, new = user("u1", username="ann"), user("u2", username="ann")
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(known)})
    pair = (new, known) if is_new_first else (known, new)
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(*pair)})
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(*reversed(pair))})
    followed.deliver({"orgs.csv": orgs("s1"), "users.csv": users(new)})


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_known_rows_of_a_file_that_every_core_reads_keep_their_lines(
    line_end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As small a buffer as a large file has many of.
    monkeypatch.setattr(cells, "_LEAST_LINE_BYTES", 1 << 10)
    home = RosterHome(tmp_path)
    people = [
        user(f"u{number}", name="x" * (1 + number % 97)) for number in range(20_000)
    ]

    def text(rows: Rows) -> str:
        return csv_text(users(*rows)).replace("\n", line_end)

    said = {"orgs.csv": orgs("s1"), "manifest.csv": manifest(users="bulk")}
    home.deliver("20260301T020000Z.zip", {**said, "users.csv": text(people)})
    home.run()
    people[7_000] = user("u7000", name="another")
    home.deliver("20260302T020000Z.zip", {**said, "users.csv": text(people)})

    (imported,) = home.run().imports

    assert figures(imported)["users"] == {
        "total": 20_000,
        "no_change": 19_999,
        "updated": 1,
    }
    (known,) = home.home.landing.rglob("known/users.parquet")
    assert duckdb.sql(
        "select count(*), count_if(line_number = landed_line), min(line_number)"
        f" from '{known}'"
    ).fetchone() == (19_999, 19_999, 2)
    assert home.query("select line_number from state.rows where import_no = 2") == [
        (7_002,)
    ]
