from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from reporting.exports import reading
from reporting.published import Publication
from support.added_report import compile_with_added_report
from support.served import build_file, publish_file

# Rows that attack a spreadsheet, and a text longer than a cell.
ODD_ROWS = """
insert into reports.course_list by name
select 'DEN' as campus_id, 'odd-' || position as course_id, text as title,
    'zzz' as name, false as existed_before, false as created_in_range,
    false as updated_in_range, false as is_archived,
    timestamptz '2026-03-10 08:00:00.25+00' as created_at
from (
    values (1, '=1+1'), (2, '+1'), (3, '-1'), (4, '@x'), (5, chr(9) || 'x'),
    (6, chr(13) || 'x'), (7, '  =1'), (8, chr(160) || '=1'), (9, chr(65309) || '1'),
    (10, 'a=1'), (11, 'a,"b"|c' || chr(9) || chr(10) || 'd'), (12, repeat('x', 40000))
) as odd (position, text)
"""


@pytest.fixture(scope="session")
def served_home(built_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that no test changes."""
    home = Home(tmp_path_factory.mktemp("served") / "home")
    publish_file(home, built_file)
    return home


@pytest.fixture(scope="session")
def odd_home(built_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("odd") / "home")
    publish_file(home, built_file, edit=ODD_ROWS)
    return home


@pytest.fixture
def publication(served_home: Home) -> Iterator[Publication]:
    with reading(served_home, memory_mb=128, threads=1) as publication:
        yield publication


@pytest.fixture
def odd_publication(odd_home: Home) -> Iterator[Publication]:
    with reading(odd_home, memory_mb=128, threads=1) as publication:
        yield publication


@pytest.fixture
def direct(served_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, asked without any code of ours."""
    with duckdb.connect(str(served_home.published_file), read_only=True) as session:
        session.execute("set timezone = 'UTC'")
        yield session


@pytest.fixture(scope="session")
def enlarged_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose dbt project has a report more than ours."""
    folder = tmp_path_factory.mktemp("enlarged")
    (folder / "compiled").mkdir()
    project = compile_with_added_report(folder)
    home = Home(folder / "home")
    publish_file(home, build_file(project, folder))
    return home
