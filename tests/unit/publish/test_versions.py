"""Kept versions and the link: pruning, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.errors import BadInputError
from orchestration.home import Home
from orchestration.publish.rollback import roll_back
from orchestration.publish.versions import Versions
from support.warehouses import kept_versions, publish_courses, served_courses


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@pytest.fixture
def ids(home: Home) -> list[str]:
    """Three publications, the oldest first; day n serves course Kn."""
    return [
        publish_courses(home, f"K{day}", day=day).publication_id for day in range(3)
    ]


def test_rollback_serves_the_version_before(home: Home, ids: list[str]) -> None:
    assert roll_back(home, None) == ids[1]
    assert served_courses(home) == ["K1"]

    assert roll_back(home, None) == ids[0]
    assert served_courses(home) == ["K0"]


def test_rollback_serves_the_version_that_is_named(home: Home, ids: list[str]) -> None:
    roll_back(home, ids[0])
    assert served_courses(home) == ["K0"]

    roll_back(home, ids[2])
    assert served_courses(home) == ["K2"]
    assert Versions(home).current() == ids[2]


@pytest.mark.parametrize("name", ["000009-20260313T060000Z", "", "..", "latest"])
def test_rollback_to_an_unknown_version_changes_nothing(
    home: Home, ids: list[str], name: str
) -> None:
    with pytest.raises(BadInputError, match="is not kept: choose one of") as told:
        roll_back(home, name)

    assert all(each in str(told.value) for each in ids)
    assert served_courses(home) == ["K2"]


def test_there_is_nothing_before_the_oldest_version(home: Home, ids: list[str]) -> None:
    roll_back(home, ids[0])

    with pytest.raises(BadInputError, match=f"keeps no version before {ids[0]}"):
        roll_back(home, None)

    assert served_courses(home) == ["K0"]


def test_a_home_without_versions_has_nothing_to_roll_back(home: Home) -> None:
    with pytest.raises(BadInputError, match="keeps no version before the first"):
        roll_back(home, None)

    assert not home.published_file.exists()


def test_rollback_deletes_no_version(home: Home, ids: list[str]) -> None:
    roll_back(home, None)

    assert kept_versions(home) == ids


def test_a_publication_after_a_rollback_is_served(home: Home, ids: list[str]) -> None:
    roll_back(home, ids[0])

    newest = publish_courses(home, "K3", day=3).publication_id

    assert served_courses(home) == ["K3"]
    assert Versions(home).kept() == [*ids[1:], newest]


def test_pruning_never_deletes_what_readers_open(home: Home, ids: list[str]) -> None:
    versions = Versions(home)
    versions.serve(ids[0])

    versions.prune(1)

    assert versions.kept() == [ids[0], ids[2]]
    assert served_courses(home) == ["K0"]


def test_pruning_keeps_all_when_there_are_few(home: Home, ids: list[str]) -> None:
    Versions(home).prune(9)

    assert Versions(home).kept() == ids


def test_a_version_under_construction_is_none_yet(home: Home, ids: list[str]) -> None:
    versions = Versions(home)
    file = versions.begin("000004-x")
    file.write_bytes(b"")

    assert versions.kept() == ids
    with pytest.raises(BadInputError):
        versions.serve("000004-x")

    versions.discard("000004-x")
    assert kept_versions(home) == ids
