"""Readers that never stop while versions change under them (contract, section 5)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from support.warehouses import publish_courses

# Opens the link again and again. Every row of a version has its number as title, and
# version n has n + 1 rows, so half a version, or two at once, would show.
_READER = """
import json, signal, sys
import duckdb

stopped = []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
seen = []
while not stopped:
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        for _ in range(3):
            found = connection.execute(
                "select count(*), min(title), max(title), any_value(told.rows)"
                " from reports.course_list, (select report_rows ->> 'course_list'"
                " as rows from marts.publications) as told"
            ).fetchone()
            if not seen or seen[-1] != found:
                seen.append(found)
    print("read", flush=True)
print(json.dumps(seen))
"""


@contextmanager
def reader(home: Home) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _READER, str(home.published_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "read\n"
        yield process


def version(number: int) -> list[str]:
    """Courses of a version, each with the version's number as its title."""
    return [f"K{course}={number:03}" for course in range(number + 1)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    publish_courses(home, *version(0))
    return home


@pytest.mark.parametrize(
    "version_count", [20, pytest.param(40, marks=pytest.mark.slow)]
)
def test_readers_never_fail_and_never_see_half(home: Home, version_count: int) -> None:
    with reader(home) as first, reader(home) as second:
        for number in range(1, version_count + 1):
            publish_courses(home, *version(number), day=number)
        told = []
        for process in (first, second):
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate()
            assert errors == ""
            assert process.returncode == 0
            told.append(json.loads(output.splitlines()[-1]))

    for seen in told:
        assert len(seen) > 5, "it read while versions changed"
        numbers = [int(title) for _, title, _, _ in seen]
        assert numbers == sorted(numbers)
        for rows, least, greatest, reported in seen:
            assert least == greatest
            assert rows == int(reported) == int(least) + 1


def test_a_reader_that_opens_again_sees_the_new_version(home: Home) -> None:
    query = "select distinct title from reports.course_list"
    held = duckdb.connect(str(home.published_file), read_only=True)
    assert held.execute(query).fetchall() == [("000",)]

    publish_courses(home, *version(1), day=1)

    assert held.execute(query).fetchall() == [("000",)]
    held.close()
    with duckdb.connect(str(home.published_file), read_only=True) as again:
        assert again.execute(query).fetchall() == [("001",)]
