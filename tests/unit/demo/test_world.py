"""How a demo world comes to be: the same bytes each time, wholly or not at all."""

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.demo import DemoError, DemoSettings, world, write_demo

TINY = DemoSettings(campuses=2, days=9, requests=1_200, seed=3)


def digests(directory: Path) -> dict[str, str]:
    """Return the digest of each file below a directory."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_same_settings_give_the_same_bytes_whatever_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect

    def connect_single(*, config: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        return connect(config={**config, "threads": 1})

    write_demo(tmp_path / "one", TINY)
    monkeypatch.setattr(duckdb, "connect", connect_single)
    write_demo(tmp_path / "two", TINY)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_is_another_world(tmp_path: Path) -> None:
    other = DemoSettings(
        campuses=TINY.campuses, days=TINY.days, requests=TINY.requests, seed=4
    )

    write_demo(tmp_path / "one", TINY)
    write_demo(tmp_path / "two", other)

    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert (
        one["users/snapshot=20260330T050000Z/users.csv"]
        != (two["users/snapshot=20260330T050000Z/users.csv"])
    )


def test_summary_tells_what_was_written(tmp_path: Path) -> None:
    lines: list[str] = []

    summary = write_demo(tmp_path / "drop", TINY, on_progress=lines.append)

    paths = [path for path in (tmp_path / "drop").rglob("*") if path.is_file()]
    assert summary.files == len(paths)
    assert summary.size_bytes == sum(path.stat().st_size for path in paths)
    assert summary.requests == TINY.requests
    assert summary.as_of == TINY.ends_at
    assert any("2026-03-29" in line for line in lines)


def test_refuses_a_directory_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "mine.txt").write_text("keep me")

    with pytest.raises(DemoError, match="not empty"):
        write_demo(tmp_path / "drop", TINY)

    assert [path.name for path in tmp_path.rglob("*")] == ["drop", "mine.txt"]


def test_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "drop").write_text("keep me")

    with pytest.raises(DemoError, match="not empty"):
        write_demo(tmp_path / "drop", TINY)


def test_fills_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()

    write_demo(tmp_path / "drop", TINY)

    assert (tmp_path / "drop" / "campuses.csv").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["drop"]


def test_half_a_world_never_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(world, "write_log_day", fail)

    with pytest.raises(DemoError, match="No space left"):
        write_demo(tmp_path / "drop", TINY)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "settings",
    [
        DemoSettings(campuses=1, days=1, requests=500),
        DemoSettings(campuses=8, days=2, requests=800),
        DemoSettings(campuses=1, days=40, requests=500),
    ],
)
def test_worlds_of_any_shape_have_the_requests_asked_for(
    tmp_path: Path, settings: DemoSettings
) -> None:
    summary = write_demo(tmp_path / "drop", settings)

    assert summary.requests == settings.requests
    assert summary.bad_rows >= 20
