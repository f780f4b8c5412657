"""What a run may be limited to: whole campuses of a drop folder, and memory."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oracle.schema import TABLES as COLUMNS
from orchestration.demo import DemoSettings, write_demo
from orchestration.errors import BadInputError
from orchestration.extract.platform.landing import LandingLimits, land
from orchestration.extract.platform.sampling import (
    Sample,
    require_same_sample,
    sampled_drop,
)
from orchestration.extract.platform.tables import TABLES
from orchestration.home import Home
from orchestration.source_settings import PlatformSource
from orchestration.sources.connectors import Reach
from orchestration.sources.platform import land_platform
from support.commands import one_line, rollbook
from support.drops import SmallDrop, csv_text, jsonl_text, request

AS_OF = datetime(2026, 3, 30, 6, tzinfo=UTC)
SHARE = 0.4


def _home(folder: Path) -> Home:
    home = Home(folder)
    home.prepare()
    return home


def _land(drop: Path, home: Home) -> None:
    land(drop, home, as_of=AS_OF, limits=LandingLimits(), on_progress=lambda _: None)


def _land_sample(drop: Path, home: Home, share: float = SHARE) -> None:
    with sampled_drop(
        drop, home, share, limits=LandingLimits(), on_progress=lambda _: None
    ) as folder:
        _land(folder, home)


def _landed(home: Home, table: str, campus_ids: tuple[str, ...]) -> list[Any]:
    return duckdb.execute(
        f"select * exclude (_source_line, _landed_file, _batch)"
        f" from read_parquet('{home.landing}/platform/{table}/*/*.parquet')"
        " where campus_id in (select unnest($1)) order by all",
        [list(campus_ids)],
    ).fetchall()


def _bad_rows(home: Home) -> list[tuple[str, str]]:
    return duckdb.execute(
        "select reason, raw_text"
        f" from read_parquet('{home.landing}/platform/_quarantine/*/*.parquet')"
        " order by all"
    ).fetchall()


def _campuses(campus_ids: list[str]) -> str:
    rows = [
        {"campus_id": name, "name": name, "time_zone": "UTC"} for name in campus_ids
    ]
    return csv_text(rows, header=COLUMNS["campuses"])


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five campuses in all formats, zipped and not, with unreadable lines."""
    folder = tmp_path_factory.mktemp("sampling") / "drop"
    write_demo(folder, DemoSettings(campuses=5, days=14, requests=6_000, seed=3))
    return folder


@pytest.fixture(scope="module")
def homes(drop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Home]:
    """A home of the whole drop, and one of its sample."""
    folder = tmp_path_factory.mktemp("sampled")
    whole, sample = _home(folder / "whole"), _home(folder / "sample")
    _land(drop, whole)
    _land_sample(drop, sample)
    return whole, sample


def test_sampled_campuses_are_whole_and_alone(homes: tuple[Home, Home]) -> None:
    whole, sample = homes
    drawn = Sample.of(sample)
    assert drawn is not None
    assert len(drawn.campus_ids) == 2
    everything = tuple(f"C{number:03}" for number in range(1, 6))
    for table in TABLES:
        expected = _landed(whole, table.name, drawn.campus_ids)
        assert expected, table.name
        assert _landed(sample, table.name, everything) == expected, table.name


def test_bad_rows_of_a_sampled_campus_stay(homes: tuple[Home, Home]) -> None:
    whole, sample = homes
    drawn = Sample.of(sample)
    assert drawn is not None
    found = _bad_rows(sample)
    assert found
    assert set(found) <= set(_bad_rows(whole))
    for reason, raw_text in found:
        assert any(campus in raw_text for campus in drawn.campus_ids), reason


def test_nothing_of_the_sample_stays_beside_landing(
    homes: tuple[Home, Home],
) -> None:
    assert list(homes[1].scratch.iterdir()) == []


def test_second_sampling_reads_nothing_twice(
    drop: Path, homes: tuple[Home, Home]
) -> None:
    batches = list(homes[1].landing.rglob("batch=*"))
    _land_sample(drop, homes[1])
    assert list(homes[1].landing.rglob("batch=*")) == batches


def test_home_keeps_its_campuses_when_new_ones_come(tmp_path: Path) -> None:
    small = SmallDrop.create(tmp_path)
    home = _home(tmp_path / "sample")
    campuses = [f"K{number}" for number in range(3)]
    small.deliver("campuses.csv", _campuses(campuses))
    _land_sample(small.folder, home, 0.01)
    first = Sample.of(home)
    assert first is not None
    assert len(first.campus_ids) == 1
    campuses += [f"L{number}" for number in range(300)]
    small.deliver("campuses.csv", _campuses(campuses))
    _land_sample(small.folder, home, 0.01)
    assert Sample.of(home) == first


def test_quoted_and_padded_lines_are_taken_whole(tmp_path: Path) -> None:
    small = SmallDrop.create(tmp_path)
    home = _home(tmp_path / "sample")
    small.deliver("campuses.csv", _campuses(["K1"]))
    taken = [
        request("r1", campus_id=" K1 ", message='first line\nsecond, "quoted"'),
        request("r2", campus_id="K1"),
    ]
    left = [request("r3", campus_id="K11"), request("r4", campus_id=None)]
    small.deliver("api_requests/1.csv", csv_text(taken[:1] + left))
    small.deliver("api_requests/2.jsonl", jsonl_text(taken[1:] + left) + "no JSON\n")
    _land_sample(small.folder, home, 1)
    rows = _landed(home, "api_requests", ("K1", "K11"))
    assert [row[0] for row in rows] == ["r1", "r2"]
    assert 'first line\nsecond, "quoted"' in rows[0]
    assert _bad_rows(home) == []


def test_bad_file_is_told_by_its_own_path(tmp_path: Path) -> None:
    small = SmallDrop.create(tmp_path)
    small.deliver("campuses.csv", _campuses(["K1"]))
    file = small.deliver("courses.csv", "course_id,name\n")
    with pytest.raises(BadInputError, match="campus_id") as told:
        _land_sample(small.folder, _home(tmp_path / "sample"))
    assert str(told.value).startswith(f"{file}: columns")


@pytest.mark.parametrize("share", [0.0, -0.5, 1.5])
def test_share_must_be_one(tmp_path: Path, share: float) -> None:
    with pytest.raises(BadInputError, match="is no share"):
        require_same_sample(_home(tmp_path / "home"), share)


def test_home_of_everything_takes_no_sample(homes: tuple[Home, Home]) -> None:
    require_same_sample(homes[0], None)
    with pytest.raises(BadInputError, match="holds more than a sample"):
        require_same_sample(homes[0], SHARE)


@pytest.mark.parametrize("share", [None, 0.5])
def test_home_of_a_sample_takes_that_sample_alone(
    homes: tuple[Home, Home], share: float | None
) -> None:
    require_same_sample(homes[1], SHARE)
    with pytest.raises(
        BadInputError, match=r"holds a sample: run it with --sample 0\.4"
    ):
        require_same_sample(homes[1], share)


def test_command_refuses_a_share_that_is_none(drop: Path, tmp_path: Path) -> None:
    completed = rollbook(
        "run", "--home", tmp_path / "home", "--source", drop, "--sample", "2"
    )
    assert completed.returncode == 2
    assert "--sample 2 is no share" in one_line(completed)


def test_command_refuses_memory_that_is_no_size(drop: Path, tmp_path: Path) -> None:
    completed = rollbook(
        "run", "--home", tmp_path, "--source", drop, "--memory-limit", "much"
    )
    assert completed.returncode == 2
    assert "ROLLBOOK_MEMORY_LIMIT 'much'" in one_line(completed)


def test_database_is_not_sampled(tmp_path: Path) -> None:
    source = PlatformSource(
        name="sis", kind="platform", location="postgresql://reader@127.0.0.1:1/school"
    )
    reach = Reach(
        tmp_path / "rollbook.yml", AS_OF, LandingLimits(), lambda _: None, sample=SHARE
    )
    with pytest.raises(BadInputError, match="--sample takes a drop folder"):
        land_platform(source, _home(tmp_path / "home"), reach)
