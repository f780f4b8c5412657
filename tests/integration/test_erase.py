"""Forgetting a person: no store names it, and every count stays."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.erase import erase as erasing
from orchestration.erase.erase import describe, erase_person, finish_erasures
from orchestration.erase.erasures import Erasures
from orchestration.errors import BadInputError
from orchestration.home import Home
from orchestration.publish.versions import Versions
from support.commands import held_elsewhere, one_line, rollbook
from support.compiled import CompiledProject
from support.drops import SmallDrop, jsonl_text, request
from support.forgotten import (
    AS_OF,
    NAMESAKE,
    clear_words,
    counts,
    deliver_roster,
    deliver_world,
    publish_world,
    requests,
)
from support.forgotten_systems import OTHERS_MESSAGE, deliver_systems
from support.rosters import figures

# A person may be named by the record's key or by its id alone.
USERS = pytest.mark.parametrize(
    "user", ["user:U1", pytest.param("U1", marks=pytest.mark.slow)]
)


@pytest.fixture(scope="module")
def published(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> SmallDrop:
    """The world, landed and published; tests work on copies."""
    drop = SmallDrop.create(tmp_path_factory.mktemp("world"))
    deliver_world(drop)
    drop.land()
    deliver_roster(drop.home, 1, 2)
    deliver_systems(drop.home)
    publish_world(project, drop.home, "000001-20260313T060000Z")
    return drop


@pytest.fixture
def world(published: SmallDrop, tmp_path: Path) -> SmallDrop:
    shutil.copytree(published.folder.parent, tmp_path / "world", symlinks=True)
    return SmallDrop(tmp_path / "world" / "drop", Home(tmp_path / "world" / "home"))


def forget(home: Home, user: str = "user:U1") -> str:
    return describe(erase_person(home, campus_id="C1", user=user))


def landed(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Every landed row, by file."""
    with duckdb.connect() as session:
        return {
            path.name: session.execute(
                f"from read_parquet('{path}', hive_partitioning = false)"
            ).fetchall()
            for path in sorted(home.landing.rglob("*.parquet*"))
        }


def test_the_search_finds_the_person_in_every_store(published: SmallDrop) -> None:
    stores = {Path(path).parts[0] for path, _ in clear_words(published.home)}
    tables = {
        Path(path).parts[2]
        for path, _ in clear_words(published.home)
        if path.startswith("landing")
    }

    assert stores == {"landing", "published", "warehouse", "dagster"}
    assert tables == {
        *("users", "campus_admins", "courses", "api_requests", "_quarantine"),
        *("import=000001", "import=000002"),
        # Those of other systems lie in a folder a source.
        *("canvas", "cloudwork", "echo"),
    }


def test_nothing_names_the_person_and_every_count_stays(
    project: CompiledProject, world: SmallDrop
) -> None:
    before = counts(world.home)

    told = forget(world.home)
    kept = counts(world.home)
    publish_world(project, world.home, "000002-20260313T060000Z")

    assert clear_words(world.home) == []
    assert kept == before
    assert counts(world.home) == before
    assert "drop folder is not touched" in told
    assert not any(name in told for name in ("Zoë", "Quillfeather", "away"))


def test_a_roster_delivered_again_brings_nothing_back(world: SmallDrop) -> None:
    forget(world.home)

    (again,) = deliver_roster(world.home, 3)

    assert figures(again)["users"] == {
        "total": 4,
        "no_change": 2,
        "updated": 1,
        "excluded": 1,
        "invalid": 1,
    }
    assert clear_words(world.home) == []


@pytest.mark.slow
def test_what_other_systems_say_again_brings_nothing_back(
    project: CompiledProject, world: SmallDrop
) -> None:
    forget(world.home)

    deliver_systems(world.home, day=2)
    publish_world(project, world.home, "000002-20260313T060000Z")

    assert clear_words(world.home) == []
    with duckdb.connect(str(world.home.published_file), read_only=True) as session:
        messages = session.execute(
            "select message from reports.rostering_job_errors order by line_number"
        ).fetchall()
        told = session.execute(
            "select posted_by from reports.sync_history where app = 'Canvas'"
        ).fetchall()
        answered = session.execute(
            "select answer_first_name, answer_last_name, question_last_name"
            " from marts.fct_engagement_rows, lateral (select"
            " content ->> '$.answer_first_name' as answer_first_name,"
            " content ->> '$.answer_last_name' as answer_last_name,"
            " content ->> '$.question_last_name' as question_last_name)"
            " where report = 'qanda2'"
        ).fetchall()
    assert len(messages) == 4
    assert (OTHERS_MESSAGE,) in messages
    assert all(posted.lower().startswith("erased-") for (posted,) in told)
    assert answered[0][:2] == ("Zoë", "Bloggs")


def test_one_whom_only_a_roster_knows_is_forgotten(world: SmallDrop) -> None:
    erase_person(world.home, campus_id="C1", user="R2")

    with duckdb.connect(str(world.home.published_file), read_only=True) as session:
        names = session.execute(
            "select record_id, content ->> '$.familyName' from reports.roster_records"
            " where data_type = 'users' order by record_id"
        ).fetchall()
    assert [name for name, _ in names] == ["R1", "R2", "R3"]
    assert names[0][1] == "O'Harabell"
    assert names[1][1].startswith("Erased-")


@pytest.mark.slow
def test_exported_bundles_are_removed(world: SmallDrop) -> None:
    bundle = world.home.root / "exports" / "vendor" / "20260313T060000Z.zip"
    bundle.parent.mkdir(parents=True)
    bundle.write_bytes(b"Quillfeather")

    told = forget(world.home)

    assert not bundle.exists()
    assert "exported bundles were removed" in told


def test_the_namesake_stays(world: SmallDrop) -> None:
    forget(world.home)

    with duckdb.connect(str(world.home.published_file), read_only=True) as session:
        roster = session.execute(
            "select first_name, last_name, email from marts.dim_users"
            " where user_id = 'U2'"
        ).fetchall()
        asked = session.execute(
            "select count(*) from reports.user_sync_log where params like '%Zoë%'"
        ).fetchall()
        taught = session.execute(
            "select instructor_name from marts.dim_courses where course_id = 'K2'"
        ).fetchall()
    assert roster == [NAMESAKE]
    assert asked == [(2,)]
    assert taught == [("Zoë Bloggs",)]


@USERS
def test_an_address_of_another_user_is_not_the_person_s(
    project: CompiledProject, tmp_path: Path, user: str
) -> None:
    """A request gave it by mistake; the other's own rows keep it."""
    drop = SmallDrop.create(tmp_path)
    deliver_world(drop)
    mistaken = request(
        "mistaken",
        record_type="user",
        operation="update",
        params={"userID": "U1", "email": NAMESAKE[2]},
    )
    drop.deliver("api_requests/mistaken.jsonl", jsonl_text([mistaken]))
    drop.land()
    publish_world(project, drop.home, "000001-20260313T060000Z")

    forget(drop.home, user)

    with duckdb.connect(str(drop.home.published_file), read_only=True) as session:
        emails = session.execute(
            "select user_id, email from marts.dim_users where campus_id = 'C1'"
            " and user_id in ('U1', 'U2') order by user_id"
        ).fetchall()
    (forgotten, kept) = emails
    assert forgotten[1].lower().startswith("erased-")
    assert kept == ("U2", NAMESAKE[2])


def test_a_kept_version_is_a_new_file_with_everything_in_it(world: SmallDrop) -> None:
    file = world.home.published_file.resolve()
    described = [
        "select schema_name, table_name, comment from duckdb_tables() order by all",
        "select schema_name, table_name, column_name, column_index, data_type, comment"
        " from duckdb_columns() where not internal order by all",
        "select schema_name, function_name, parameters from duckdb_functions()"
        " where not internal order by all",
    ]
    with duckdb.connect(str(file), read_only=True) as reader:
        before = [reader.execute(query).fetchall() for query in described]
        old_inode = file.stat().st_ino

        forget(world.home)

        names = reader.execute("select last_name from marts.dim_users").fetchall()
    with duckdb.connect(str(file), read_only=True) as session:
        after = [session.execute(query).fetchall() for query in described]
        listed = session.execute(
            "from reports.user_list_between(null, '2026-01-01', '2026-04-01')"
        ).fetchall()
    assert after == before
    assert ("O'Harabell",) in names
    assert len(listed) == 2
    assert file.stat().st_ino != old_inode
    assert file.stat().st_mode & 0o777 == 0o444
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "publication.json",
        "rollbook.duckdb",
    ]


@pytest.mark.parametrize(
    "way",
    [
        "new file",
        pytest.param("touched", marks=pytest.mark.slow),
        pytest.param("read anew", marks=pytest.mark.slow),
    ],
)
def test_what_is_delivered_again_brings_nothing_back(
    project: CompiledProject, world: SmallDrop, way: str
) -> None:
    before = counts(world.home)
    forget(world.home)
    scrubbed = landed(world.home)
    if way == "new file":
        world.deliver("api_requests/again.jsonl", jsonl_text(requests()))
    elif way == "touched":
        for path in world.folder.rglob("*.*"):
            os.utime(path, ns=(1, 1))
    else:
        # The landing is lost: all is read again, by a home that forgot the person.
        shutil.rmtree(world.home.landing / "platform")
        shutil.rmtree(world.home.landing / "ledger")
    world.land()

    publish_world(project, world.home, "000002-20260313T060000Z")

    assert clear_words(world.home) == []
    assert counts(world.home) == before
    assert scrubbed.items() <= landed(world.home).items()


# Before a step those before it are done and counted; right after it, it is not counted.
@pytest.mark.parametrize(
    ("step", "is_after"),
    [
        ("erase_landed", False),
        pytest.param("erase_landed", True, marks=pytest.mark.slow),
        pytest.param("erase_rosters", False, marks=pytest.mark.slow),
        pytest.param("erase_systems", False, marks=pytest.mark.slow),
        pytest.param("erase_published", False, marks=pytest.mark.slow),
        pytest.param("erase_records", False, marks=pytest.mark.slow),
        pytest.param("erase_history", False, marks=pytest.mark.slow),
        pytest.param("erase_history", True, marks=pytest.mark.slow),
        pytest.param("remove_exports", False, marks=pytest.mark.slow),
        pytest.param("remove_warehouse", False, marks=pytest.mark.slow),
        pytest.param("remove_warehouse", True, marks=pytest.mark.slow),
    ],
)
def test_an_erasure_that_died_is_finished(
    world: SmallDrop, monkeypatch: pytest.MonkeyPatch, step: str, is_after: bool
) -> None:
    before = counts(world.home)
    work: Callable[..., Any] = getattr(erasing, step)

    def die(*arguments: Any) -> None:
        if is_after:
            work(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, step, die)
        with pytest.raises(KeyboardInterrupt):
            forget(world.home)
    assert not Erasures(world.home).read(1).is_complete

    finish_erasures(world.home)

    assert clear_words(world.home) == []
    assert counts(world.home) == before
    assert Erasures(world.home).read(1).is_complete


@USERS
def test_a_second_erasure_of_the_same_person_is_none(
    world: SmallDrop, user: str
) -> None:
    forget(world.home)
    stores = landed(world.home), world.home.published_file.stat().st_ino

    told = forget(world.home, user)

    assert "already" in told
    assert Erasures(world.home).numbers() == [1]
    assert (landed(world.home), world.home.published_file.stat().st_ino) == stores


def test_a_person_whom_no_roster_knows_is_forgotten_by_the_address(
    world: SmallDrop,
) -> None:
    before = counts(world.home)
    key = "user?issued_id=I9"

    forget(world.home, key)
    again = forget(world.home, key)

    left = {found for _, found in clear_words(world.home)}
    assert left
    with duckdb.connect(str(world.home.published_file), read_only=True) as session:
        emails = session.execute(
            "select email from reports.user_sync_log where issued_id = 'I9'"
        ).fetchall()
    assert [email.lower().startswith("erased-") for (email,) in emails] == [True]
    assert counts(world.home) == before
    assert "already" in again


@pytest.mark.parametrize(
    ("campus", "user"), [("C1", "user:U9"), ("C2", "user:U1"), ("C1", "course:K1")]
)
def test_an_unknown_person_changes_nothing(
    world: SmallDrop, campus: str, user: str
) -> None:
    before = {
        path: path.stat().st_mtime_ns for path in sorted(world.home.root.rglob("*"))
    }

    with pytest.raises(BadInputError, match="has no such user"):
        erase_person(world.home, campus_id=campus, user=user)

    assert before == {
        path: path.stat().st_mtime_ns for path in sorted(world.home.root.rglob("*"))
    }


@pytest.mark.slow
def test_the_record_tells_who_is_forgotten_without_a_name(world: SmallDrop) -> None:
    forget(world.home)

    record = json.loads(
        (world.home.landing / "erasures" / "000001.json").read_text(encoding="utf-8")
    )
    key = world.home.landing / "erasures.key"

    assert (record["campus_id"], record["user_ids"]) == ("C1", ["U1"])
    assert record["mapping_ids"] == ["M1"]
    assert record["is_complete"]
    nothing = {store for store, rows in record["replaced_rows"].items() if not rows}
    assert nothing == {"exported bundles"}
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_a_version_that_was_never_finished_is_removed(world: SmallDrop) -> None:
    left = Versions(world.home).folder / ".building-000002"
    left.mkdir()
    shutil.copy(world.home.published_file, left / "rollbook.duckdb")

    forget(world.home)

    assert not left.exists()
    assert clear_words(world.home) == []


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--campus", "C1", "--user", "user:U9"), 2, "campus C1 has no such user"),
        (("--campus", "C1", "--user", "U2", "--home", "."), 2, "no home"),
    ],
)
def test_the_command_says_whom_it_does_not_know(
    world: SmallDrop, arguments: tuple[str, ...], code: int, told: str
) -> None:
    completed = rollbook("erase", "--home", world.home.root, *arguments)

    assert completed.returncode == code
    assert told in one_line(completed)


def test_the_command_waits_for_nobody(world: SmallDrop) -> None:
    with held_elsewhere(world.home, purpose="run 7"):
        completed = rollbook(
            *("erase", "--home", world.home.root, "--campus", "C1", "--user", "U1")
        )

    assert completed.returncode == 3
    assert "run 7" in one_line(completed)
    assert Erasures(world.home).numbers() == []


@pytest.mark.slow
def test_real_runs_before_and_after_an_erasure(tmp_path: Path) -> None:
    drop = SmallDrop.create(tmp_path)
    deliver_world(drop)
    run = ("run", "--source", drop.folder, "--home", drop.home.root, "--as-of", AS_OF)
    assert rollbook(*run).returncode == 0
    before = counts(drop.home)
    assert clear_words(drop.home) != []

    erased = rollbook(
        *("erase", "--home", drop.home.root, "--campus", "C1", "--user", "user:U1")
    )
    left = clear_words(drop.home)
    drop.deliver("api_requests/again.jsonl", jsonl_text(requests()))
    again = rollbook(*run)

    assert (erased.returncode, again.returncode) == (0, 0), erased.stderr + again.stderr
    assert left == []
    assert clear_words(drop.home) == []
    assert counts(drop.home) == before
    assert len(Versions(drop.home).kept()) == 2
