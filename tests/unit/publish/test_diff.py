"""What two versions differ in: rows added, gone and changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.errors import BadInputError
from orchestration.home import Home
from orchestration.publish.diff import ReportDifference, diff_versions
from orchestration.summary import list_differences
from support.warehouses import publish_courses


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@pytest.fixture
def ids(home: Home) -> list[str]:
    """K1 goes, K2 stays, K3 gets another title, K4 and K5 come."""
    return [
        publish_courses(home, "K1", "K2=Algebra", "K3=Art").publication_id,
        publish_courses(
            home, "K2=Algebra", "K3=Arts", "K4", "K5", day=1
        ).publication_id,
    ]


def test_rows_are_compared_by_the_report_s_key(home: Home, ids: list[str]) -> None:
    found = diff_versions(home, *ids, shown_report=None)

    assert found == [ReportDifference("course_list", added=2, gone=1, changed=1)]


def test_the_other_way_round_what_came_is_gone(home: Home, ids: list[str]) -> None:
    (found,) = diff_versions(home, *reversed(ids), shown_report=None)

    assert (found.added, found.gone, found.changed) == (1, 2, 1)


def test_a_version_equals_itself(home: Home, ids: list[str]) -> None:
    (found,) = diff_versions(home, ids[0], ids[0], shown_report=None)

    assert (found.added, found.gone, found.changed) == (0, 0, 0)


def test_the_rows_of_one_report_are_shown(home: Home, ids: list[str]) -> None:
    found = diff_versions(home, *ids, shown_report="course_list")

    assert list_differences(found).splitlines()[1:] == [
        '+ {"course_id":"K4","title":""}',
        '+ {"course_id":"K5","title":""}',
        '- {"course_id":"K1","title":""}',
        '~ {"course_id":"K3","title":"Arts"}',
    ]


def test_no_more_than_twenty_rows_of_a_kind_are_shown(
    home: Home, ids: list[str]
) -> None:
    many = publish_courses(home, *(f"K{n:02}" for n in range(50)), day=2)

    (found,) = diff_versions(
        home, ids[0], many.publication_id, shown_report="course_list"
    )

    assert (found.added, found.gone, found.changed) == (50, 3, 0)
    assert len(found.shown_rows) == 20 + 3


def test_a_version_or_report_that_is_not_there_is_told(
    home: Home, ids: list[str]
) -> None:
    with pytest.raises(BadInputError, match="000009-x is not kept: choose one of"):
        diff_versions(home, ids[0], "000009-x", shown_report=None)
    with pytest.raises(BadInputError, match="report grades is not in both versions"):
        diff_versions(home, *ids, shown_report="grades")
