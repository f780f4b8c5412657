"""From a warehouse to the file that readers open (contract, section 5)."""

from __future__ import annotations

import getpass
import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations.results import CheckResult, Severity
from orchestration.errors import CheckFailedError
from orchestration.home import Home
from orchestration.publish import records
from orchestration.publish.publication import publish
from orchestration.publish.records import complete_records, read_publications
from orchestration.publish.versions import Versions
from orchestration.run_parameters import RunParameters
from support.warehouses import (
    AS_OF,
    kept_versions,
    publish_courses,
    served_courses,
    small_warehouse,
    verdict,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def test_the_link_is_relative_and_names_the_version(home: Home) -> None:
    published = publish_courses(home, "K1")

    link = home.published_file
    assert link.is_symlink()
    name = published.publication_id
    assert str(link.readlink()) == f"versions/{name}/rollbook.duckdb"
    assert name == "000001-20260313T060000Z"
    assert served_courses(home) == ["K1"]


def test_the_file_is_finished_and_read_only(home: Home) -> None:
    publish_courses(home, "K1")

    file = home.published_file.resolve()
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    served_courses(home)
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "publication.json",
        "rollbook.duckdb",
    ]


def test_what_was_not_yet_checkpointed_is_published_too(home: Home) -> None:
    """A warehouse may still have its write-ahead log; the copy is whole."""
    small_warehouse(home, "K1")
    database = home.warehouse / "rollbook.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("set checkpoint_threshold = '1GB'")
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("insert into reports.course_list values ('K2', '')")
    assert database.with_name("rollbook.duckdb.wal").exists()

    publish(
        home,
        RunParameters(Path("drop"), AS_OF, AS_OF, AS_OF),
        run_id="run",
        earlier_results=[],
        audit=lambda file, previous: [],
        on_swapping=lambda: None,
        kept_versions=3,
    )

    assert served_courses(home) == ["K1", "K2"]


def test_a_home_may_be_moved(home: Home) -> None:
    publish_courses(home, "K1")

    moved = Home(home.root.with_name("moved"))
    home.root.rename(moved.root)

    assert served_courses(moved) == ["K1"]


def test_a_reader_keeps_the_version_that_it_opened(home: Home) -> None:
    publish_courses(home, "K1")
    reader = duckdb.connect(str(home.published_file), read_only=True)
    query = "select course_id from reports.course_list"

    for day in range(1, 6):
        publish_courses(home, f"K{day + 1}", day=day)

    # Its file is no longer kept, and still whole for the one who holds it.
    assert reader.execute(query).fetchall() == [("K1",)]
    reader.close()
    assert served_courses(home) == ["K6"]


def test_the_link_always_leads_to_a_file(home: Home) -> None:
    """The swap is one rename: at no time the link is away or dangling."""
    publish_courses(home, "K1")
    seen = []

    def audit(file: Path, previous: Path | None) -> list[CheckResult]:
        seen.append((file.exists(), previous, served_courses(home)))
        return []

    small_warehouse(home, "K2")
    publish(
        home,
        RunParameters(Path("drop"), AS_OF, AS_OF, AS_OF),
        run_id="run",
        earlier_results=[],
        audit=audit,
        on_swapping=lambda: None,
        kept_versions=3,
    )

    ((built, previous, served),) = seen
    assert built
    assert (
        previous == home.published / "versions/000001-20260313T060000Z/rollbook.duckdb"
    )
    assert served == ["K1"]
    assert served_courses(home) == ["K2"]


def test_three_versions_are_kept(home: Home) -> None:
    ids = [publish_courses(home, f"K{day}", day=day).publication_id for day in range(5)]

    assert kept_versions(home) == ids[2:]
    assert [each.publication_id for each in read_publications(home)] == ids


def test_the_version_tells_of_itself_and_of_those_before(home: Home) -> None:
    publish_courses(home, "K1", audited=(verdict("keys_unique", passed=True),))
    small_warehouse(home)
    published = publish_courses(home, "K1", "K2", day=1)

    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        (row,) = connection.execute(
            "select publication_id, run_id, input_file_count, quarantined_count,"
            " failed_check_count, cast(report_rows as varchar), as_of"
            " from marts.publications"
        ).fetchall()
        checks = connection.execute(
            "select publication_id, stage, check_name, is_passed,"
            " cast(failing_rows as varchar) from marts.check_results"
        ).fetchall()
    name = published.publication_id
    assert row[:5] == (name, "run-1", 2, 1, 1)
    assert json.loads(row[5]) == {"course_list": 2} == published.report_rows
    assert row[6].isoformat() == published.as_of
    # The audit looks at the finished file: its own results come with the next one.
    failing = json.dumps(['{"course_id":"K1"}', '{"course_id":"K2"}'])
    assert checks == [(name, "landing", "few_bad_rows", False, failing)]
    ledger = home.check_results_ledger.read_text(encoding="utf-8").splitlines()
    found = [
        (each["publication_id"][:6], each["stage"], each["check_name"])
        for each in map(json.loads, ledger)
    ]
    assert found == [
        ("000001", "landing", "few_bad_rows"),
        ("000001", "published", "keys_unique"),
        ("000002", "landing", "few_bad_rows"),
    ]


def test_a_failed_blocking_check_leaves_readers_what_they_have(home: Home) -> None:
    first = publish_courses(home, "K1").publication_id
    ledgers = (home.publications_ledger, home.check_results_ledger)
    before = [path.read_bytes() for path in ledgers]
    audited = (
        verdict("keys_unique", passed=True, severity=Severity.BLOCKING),
        verdict("rows_kept", passed=False, severity=Severity.BLOCKING),
        verdict("no_gap", passed=False, severity=Severity.BLOCKING),
    )

    with pytest.raises(CheckFailedError, match="rows_kept failed") as told:
        publish_courses(home, "K2", day=1, audited=audited)

    assert "(and 1 more)" in str(told.value)
    assert '{"course_id":"K1"}' in str(told.value)
    assert "\n" not in str(told.value)
    assert served_courses(home) == ["K1"]
    assert kept_versions(home) == [first]
    assert [path.read_bytes() for path in ledgers] == before


def test_a_failed_warning_publishes(home: Home) -> None:
    audited = (verdict("drifted", passed=False),)

    publish_courses(home, "K1", audited=audited)

    assert served_courses(home) == ["K1"]


def test_an_audit_that_dies_leaves_nothing_behind(home: Home) -> None:
    first = publish_courses(home, "K1").publication_id

    def audit(file: Path, previous: Path | None) -> list[CheckResult]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(
            home,
            RunParameters(Path("drop"), AS_OF, AS_OF, AS_OF),
            run_id="run",
            earlier_results=[],
            audit=audit,
            on_swapping=lambda: None,
            kept_versions=3,
        )

    assert kept_versions(home) == [first]
    assert served_courses(home) == ["K1"]


def test_what_a_killed_run_left_does_not_stop_the_next(home: Home) -> None:
    first = publish_courses(home, "K1").publication_id
    half = Versions(home).folder / ".building-000002-20260314T060000Z"
    half.mkdir()
    (half / "rollbook.duckdb").write_bytes(b"half")
    (half / "rollbook.duckdb.wal").write_bytes(b"half")

    second = publish_courses(home, "K2", day=1).publication_id

    assert kept_versions(home) == [first, second]
    assert served_courses(home) == ["K2"]


def test_a_version_that_nobody_was_given_is_removed(home: Home) -> None:
    """A run was killed between finishing its version and the swap."""
    first = publish_courses(home, "K1").publication_id
    unserved = Versions(home).folder / "000002-20260314T060000Z"
    shutil.copytree(home.published_file.resolve().parent, unserved)

    complete_records(home)

    assert kept_versions(home) == [first]
    second = publish_courses(home, "K2", day=1).publication_id
    assert served_courses(home) == ["K2"]
    assert [each.publication_id for each in read_publications(home)] == [first, second]


@pytest.mark.parametrize("is_half_recorded", [False, True])
def test_a_version_that_readers_have_is_recorded(
    home: Home, *, is_half_recorded: bool
) -> None:
    """A run was killed between the swap and its records, or between the two."""
    first = publish_courses(home, "K1")
    recorded = home.publications_ledger.read_bytes()
    checked = home.check_results_ledger.read_bytes()
    second = publish_courses(home, "K2", day=1)
    whole = [
        path.read_bytes()
        for path in (home.publications_ledger, home.check_results_ledger)
    ]
    home.publications_ledger.write_bytes(recorded)
    if not is_half_recorded:
        home.check_results_ledger.write_bytes(checked)

    complete_records(home)

    assert read_publications(home) == [first, second]
    assert [
        path.read_bytes()
        for path in (home.publications_ledger, home.check_results_ledger)
    ] == whole


def test_a_home_that_lost_its_records_keeps_its_versions(home: Home) -> None:
    """What readers have tells of itself; the number goes on from there."""
    ids = [publish_courses(home, f"K{day}", day=day).publication_id for day in range(3)]
    home.publications_ledger.write_text("")
    home.check_results_ledger.write_text("")

    complete_records(home)

    assert kept_versions(home) == ids
    assert [each.publication_id for each in read_publications(home)] == ids[-1:]
    assert publish_courses(home, "K3", day=3).publication_id.startswith("000004-")


def test_a_forced_publication_says_who_and_why(home: Home) -> None:
    audited = (verdict("rows_kept", passed=False, severity=Severity.BLOCKING),)
    publish_courses(home, "K1")

    published = publish_courses(
        home, "K2", day=1, audited=audited, forced_reason="the term has ended"
    )

    assert served_courses(home) == ["K2"]
    assert read_publications(home)[-1] == published
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        (row,) = connection.execute(
            "select forced_reason, published_by, published_at is not null"
            " from marts.publications where publication_id like '000002-%'"
        ).fetchall()
    assert row == ("the term has ended", getpass.getuser(), True)
    failed = json.loads(home.check_results_ledger.read_text().splitlines()[-1])
    assert (failed["check_name"], failed["is_passed"]) == ("rows_kept", False)


def test_a_build_reads_the_results_of_recent_publications_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "RECENT_PUBLICATIONS", 2)
    ids = [publish_courses(home, "K1", day=day).publication_id for day in range(4)]

    def told(file: Path) -> list[str]:
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        return [row["publication_id"] for row in rows]

    assert told(home.check_results_ledger) == ids[2:]
    older = sorted(home.older_check_results.iterdir())
    assert [told(file) for file in older] == [[ids[0]], [ids[1]]]
    assert [file.name for file in older] == [f"{name}.jsonl" for name in ids[:2]]
    assert len(read_publications(home)) == 4


def test_a_check_of_several_tables_names_none(home: Home) -> None:
    audited = (replace(verdict("no_gap", passed=True), table_name=""),)

    publish_courses(home, "K1", audited=audited)

    last = json.loads(home.check_results_ledger.read_text().splitlines()[-1])
    assert (last["check_name"], last["table_name"]) == ("no_gap", None)
