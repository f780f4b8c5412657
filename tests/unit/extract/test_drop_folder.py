"""Which files of a drop folder are read, and for which snapshot."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.errors import BadInputError
from support.drops import (
    AS_OF,
    SmallDrop,
    csv_text,
    jsonl_text,
    request,
    user,
    zipped,
)


def unreadable(path: Path) -> None:
    """Make reading ``path`` fail, also for root, whom no mode keeps out."""
    path.chmod(0)
    if os.access(path, os.R_OK):
        path.unlink()
        path.symlink_to("/proc/self/mem")


def test_all_formats_and_folders_of_a_table_are_read(drop: SmallDrop) -> None:
    files = {
        "users.csv": csv_text([user("U1")]),
        "users.jsonl": jsonl_text([user("U2")]),
        "users.csv.gz": zipped(csv_text([user("U3")])),
        "users/one.csv": csv_text([user("U4")]),
        "users/a/b/two.jsonl.gz": zipped(jsonl_text([user("U5")])),
        "users/a/three.csv": csv_text([user("U6")]),
    }
    for path, content in files.items():
        drop.deliver(path, content)

    entries = drop.land()

    assert set(files) <= set(entries)
    assert sorted(drop.rows("users", "user_id")) == [(f"U{n}",) for n in range(1, 7)]


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "users.csv.tmp", "readme", ".u.csv", "_u.csv", "x.CSV"],
)
def test_other_files_are_left_alone(drop: SmallDrop, name: str) -> None:
    drop.deliver("users/all.csv", csv_text([user("U1")]))
    (drop.folder / "users" / name).write_text("no table", encoding="utf-8")
    (drop.folder / name).write_text("no table", encoding="utf-8")

    entries = drop.land()

    assert [path for path in entries if path.startswith("users")] == ["users/all.csv"]


def test_a_missing_folder_ends_the_run(drop: SmallDrop, tmp_path: Path) -> None:
    nowhere = SmallDrop(tmp_path / "nowhere", drop.home)

    with pytest.raises(BadInputError, match="nowhere is no folder"):
        nowhere.land()


@pytest.mark.parametrize("make", ["nothing", "an empty folder", "a folder of text"])
def test_a_missing_table_ends_the_run(drop: SmallDrop, make: str) -> None:
    (drop.folder / "users.csv").unlink()
    if make != "nothing":
        (drop.folder / "users").mkdir()
    if make == "a folder of text":
        (drop.folder / "users" / "users.txt").touch()

    with pytest.raises(BadInputError, match="table users is missing") as told:
        drop.land()

    assert str(drop.folder) in str(told.value)
    assert drop.batches == []


@pytest.mark.parametrize("name", ["campuses.csv", "campuses/all.jsonl"])
def test_a_folder_with_the_name_of_a_file_ends_the_run(
    drop: SmallDrop, name: str
) -> None:
    (drop.folder / "campuses.csv").unlink()
    (drop.folder / name).mkdir(parents=True)

    with pytest.raises(BadInputError, match=f"{name} is no file"):
        drop.land()


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "jsonl", "parquet"])
def test_an_unreadable_file_ends_the_run(drop: SmallDrop, suffix: str) -> None:
    unreadable(drop.deliver(f"users.{suffix}", "x"))

    with pytest.raises(BadInputError, match=rf"users\.{suffix} cannot be read") as told:
        drop.land()

    assert "\n" not in str(told.value)
    assert "Traceback" not in str(told.value)


def test_a_dangling_link_ends_the_run(drop: SmallDrop) -> None:
    (drop.folder / "users.csv").unlink()
    (drop.folder / "users").mkdir()
    (drop.folder / "users" / "all.csv").symlink_to("nowhere")

    with pytest.raises(BadInputError, match=r"users/all\.csv is no file"):
        drop.land()


def test_a_snapshot_has_the_time_of_its_folder(drop: SmallDrop) -> None:
    text = csv_text([user("U1")])
    drop.deliver("users/snapshot=20260309T060000Z/a.csv", text)
    drop.deliver("users/snapshot=20260309T060000Z/part=2/b.csv", text)
    drop.deliver("users/snapshot=20240229T235959Z/a.csv", text)
    drop.deliver("users/loose.csv", text)

    entries = drop.land()

    folder = datetime(2026, 3, 9, 6, tzinfo=UTC)
    assert {
        path: datetime.fromisoformat(entry.snapshot_at or "")
        for path, entry in entries.items()
        if path.startswith("users/")
    } == {
        "users/snapshot=20260309T060000Z/a.csv": folder,
        "users/snapshot=20260309T060000Z/part=2/b.csv": folder,
        "users/snapshot=20240229T235959Z/a.csv": datetime(
            2024, 2, 29, 23, 59, 59, tzinfo=UTC
        ),
        "users/loose.csv": AS_OF,
    }


def test_the_log_has_no_snapshots(drop: SmallDrop) -> None:
    drop.deliver("api_requests/snapshot=whatever/a.jsonl", jsonl_text([request()]))

    entries = drop.land()

    assert entries["api_requests/snapshot=whatever/a.jsonl"].snapshot_at is None


@pytest.mark.parametrize(
    "name",
    [
        "20260309",
        "2026-03-09T06:00:00Z",
        "20260309T060000",
        "20261309T060000Z",
        "20260230T060000Z",
        "20260309T240000Z",
        "2026039T060000Z",
        "20260309T6000Z",
        "latest",
        "",
    ],
)
def test_a_folder_with_another_time_ends_the_run(drop: SmallDrop, name: str) -> None:
    drop.deliver(f"users/snapshot={name}/a.csv", csv_text([user("U1")]))

    with pytest.raises(BadInputError, match="is no snapshot time") as told:
        drop.land()

    assert f"snapshot={name}" in str(told.value)
