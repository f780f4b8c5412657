"""What a home does with a drop that it has read before."""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestration.errors import BadInputError
from orchestration.extract.ledger import LandedFile, Ledger
from orchestration.extract.platform.landing import LandingLimits, land
from support.drops import AS_OF, SmallDrop, csv_text, jsonl_text, request, user

NEXT_DAY = AS_OF + timedelta(days=1)
THIRD_DAY = AS_OF + timedelta(days=2)


def users(*ids: str) -> str:
    return csv_text(user(each) for each in ids)


def touch(path: Path) -> None:
    """Give a file another time of change, whatever the clock says."""
    before = path.stat().st_mtime_ns
    os.utime(path, ns=(before + 10**9, before + 10**9))


def newest_users(drop: SmallDrop) -> set[str]:
    """The users in the newest snapshot, by the ledger alone."""
    entries = [
        entry
        for entry in Ledger(drop.home.landing).entries()
        if entry.table_name == "users" and entry.outcome != "unchanged"
    ]
    newest = max(datetime.fromisoformat(entry.snapshot_at or "") for entry in entries)
    files = {
        entry.landed_file
        for entry in entries
        if datetime.fromisoformat(entry.snapshot_at or "") == newest
    }
    rows = drop.rows("users", "user_id", "_landed_file")
    return {user_id for user_id, file in rows if file in files}


def of_users(entries: dict[str, LandedFile]) -> dict[str, str]:
    return {
        path: entry.outcome
        for path, entry in entries.items()
        if path.startswith("users")
    }


def test_the_ledger_keeps_a_name_with_any_line_break_of_unicode(
    drop: SmallDrop,
) -> None:
    """JSON escapes only the line breaks of ASCII."""
    path = "api_requests/a\u2028b\u0085c\u2029.jsonl"
    drop.deliver(path, jsonl_text([request("r1"), request("r2")]))
    drop.land()

    assert path in {entry.path for entry in Ledger(drop.home.landing).entries()}


def test_an_unchanged_drop_is_not_read_again(drop: SmallDrop) -> None:
    drop.deliver("users.csv", users("U1"))
    drop.land()
    rows = drop.rows("users", "user_id", "_landed_file")

    again = drop.land(as_of=NEXT_DAY)

    assert again == {}
    assert drop.batches == [1]
    assert drop.rows("users", "user_id", "_landed_file") == rows


def test_the_ledger_tells_that_each_byte_was_read_once(drop: SmallDrop) -> None:
    """A run without news reads nothing, one with a new file that file alone."""
    drop.deliver("users.csv", users("U1"))
    drop.deliver("api_requests/monday.jsonl", jsonl_text([request("r1")]))

    def bytes_read() -> dict[str, int]:
        entries = Ledger(drop.home.landing).entries()
        return {
            entry.path: entry.read_bytes for entry in entries if entry.batch == newest
        }

    newest = 1
    drop.land()
    assert bytes_read() == {
        path.relative_to(drop.folder).as_posix(): path.stat().st_size
        for path in drop.folder.rglob("*")
        if path.is_file()
    }
    before = Ledger(drop.home.landing).entries()
    drop.land(as_of=NEXT_DAY)
    assert Ledger(drop.home.landing).entries() == before

    newest = 2
    tuesday = drop.deliver("api_requests/tuesday.jsonl", jsonl_text([request("r2")]))
    drop.land(as_of=NEXT_DAY)
    assert bytes_read() == {"api_requests/tuesday.jsonl": tuesday.stat().st_size}
    assert all(
        entry.compared_bytes == 0 for entry in Ledger(drop.home.landing).entries()
    )


def test_a_copy_of_the_drop_with_its_times_is_not_read_again(
    drop: SmallDrop, tmp_path: Path
) -> None:
    drop.land()
    drop.folder.rename(tmp_path / "moved")

    again = SmallDrop(tmp_path / "moved", drop.home).land(as_of=NEXT_DAY)

    assert again == {}


def test_a_touched_file_is_compared_and_found_unchanged(drop: SmallDrop) -> None:
    file = drop.deliver("users.csv", users("U1"))
    drop.land()
    touch(file)

    entries = drop.land(as_of=NEXT_DAY)

    assert of_users(entries) == {"users.csv": "unchanged"}
    assert len(entries) == 1
    assert entries["users.csv"].read_bytes == 0
    assert entries["users.csv"].compared_bytes == file.stat().st_size
    assert drop.rows("users", "user_id") == [("U1",)]
    assert datetime.fromisoformat(entries["users.csv"].snapshot_at or "") == AS_OF
    assert drop.land(as_of=THIRD_DAY) == {}


def test_a_new_file_of_the_log_is_read_alone(drop: SmallDrop) -> None:
    drop.deliver("api_requests/a.jsonl", jsonl_text([request("r1")]))
    drop.land()
    drop.deliver("api_requests/b.jsonl", jsonl_text([request("r2")]))

    entries = drop.land(as_of=NEXT_DAY)

    assert list(entries) == ["api_requests/b.jsonl"]
    assert drop.batches == [1, 2]
    assert drop.rows("api_requests", "request_id") == [("r1",), ("r2",)]


def test_a_changed_roster_file_is_a_new_snapshot(drop: SmallDrop) -> None:
    drop.deliver("users.csv", users("U1", "U2"))
    drop.land()
    drop.deliver("users.csv", users("U1", "U3"))

    entries = drop.land(as_of=NEXT_DAY)

    assert of_users(entries) == {"users.csv": "landed"}
    assert datetime.fromisoformat(entries["users.csv"].snapshot_at or "") == NEXT_DAY
    assert newest_users(drop) == {"U1", "U3"}


def test_unchanged_siblings_are_part_of_the_new_snapshot(drop: SmallDrop) -> None:
    drop.deliver("users/a.csv", users("U1"))
    drop.deliver("users/b.csv", users("U2"))
    drop.land()
    drop.deliver("users/a.csv", users("U3"))

    entries = drop.land(as_of=NEXT_DAY)

    assert of_users(entries) == {"users/a.csv": "landed", "users/b.csv": "referenced"}
    sibling = entries["users/b.csv"]
    assert datetime.fromisoformat(sibling.snapshot_at or "") == NEXT_DAY
    assert newest_users(drop) == {"U2", "U3"}
    assert drop.land(as_of=THIRD_DAY) == {}


def test_a_changed_file_of_a_snapshot_folder_takes_the_place_of_the_old_one(
    drop: SmallDrop,
) -> None:
    """The folder names the snapshot: what it says now is the snapshot."""
    folder = "users/snapshot=20260101T000000Z"
    drop.deliver(f"{folder}/a.csv", users("U1", "U2", "") + "too,few\n")
    drop.deliver(f"{folder}/b.csv", users("U3"))
    first = drop.land()
    drop.deliver(f"{folder}/a.csv", users("U1"))

    entries = drop.land(as_of=NEXT_DAY)

    assert of_users(entries) == {f"{folder}/a.csv": "landed"}
    assert entries[f"{folder}/a.csv"].supersedes == [
        first[f"{folder}/a.csv"].landed_file
    ]
    assert sorted(drop.rows("users", "user_id")) == [("U1",), ("U3",)]
    assert drop.bad_rows() == []
    drop.deliver(f"{folder}/a.csv", users("U4"))
    drop.land(as_of=THIRD_DAY)
    assert sorted(drop.rows("users", "user_id")) == [("U3",), ("U4",)]


def test_snapshot_folders_do_not_join_a_new_snapshot(drop: SmallDrop) -> None:
    drop.deliver("users/snapshot=20260101T000000Z/a.csv", users("U0"))
    drop.deliver("users/a.csv", users("U1"))
    drop.land()
    drop.deliver("users/a.csv", users("U2"))

    entries = drop.land(as_of=NEXT_DAY)

    assert of_users(entries) == {"users/a.csv": "landed"}
    assert newest_users(drop) == {"U2"}


@pytest.mark.parametrize("touched", ["users/a.csv", "users/b.csv"])
def test_a_touched_file_takes_no_row_out_of_the_roster(
    drop: SmallDrop, touched: str
) -> None:
    drop.deliver("users/a.csv", users("U1"))
    drop.deliver("users/b.csv", users("U2"))
    drop.land()
    touch(drop.folder / touched)

    drop.land(as_of=NEXT_DAY)

    assert newest_users(drop) == {"U1", "U2"}


def test_a_touched_file_beside_a_changed_one_stays_in_the_roster(
    drop: SmallDrop,
) -> None:
    drop.deliver("users/a.csv", users("U1"))
    drop.deliver("users/b.csv", users("U2"))
    drop.land()
    touch(drop.folder / "users/a.csv")
    drop.deliver("users/b.csv", users("U3"))

    drop.land(as_of=NEXT_DAY)

    assert newest_users(drop) == {"U1", "U3"}


def test_a_roster_that_returns_to_an_earlier_state_is_a_new_snapshot(
    drop: SmallDrop,
) -> None:
    """U2 was hard-deleted and is back: the bytes are those of the first day."""
    file = drop.deliver("users.csv", users("U1", "U2"))
    drop.land()
    drop.deliver("users.csv", users("U1"))
    drop.land(as_of=NEXT_DAY)
    drop.deliver("users.csv", users("U1", "U2"))
    touch(file)

    drop.land(as_of=THIRD_DAY)

    assert newest_users(drop) == {"U1", "U2"}


def test_a_vanished_file_of_a_roster_takes_nothing_away(drop: SmallDrop) -> None:
    """Nothing was read, so there is no newer snapshot."""
    drop.deliver("users/a.csv", users("U1"))
    drop.deliver("users/b.csv", users("U2"))
    drop.land()
    (drop.folder / "users/b.csv").unlink()

    assert drop.land(as_of=NEXT_DAY) == {}
    assert newest_users(drop) == {"U1", "U2"}


def test_a_file_of_the_log_may_go(drop: SmallDrop) -> None:
    drop.deliver("api_requests/a.jsonl", jsonl_text([request("r1")]))
    drop.deliver("api_requests/b.jsonl", jsonl_text([request("r2")]))
    drop.land()
    (drop.folder / "api_requests/a.jsonl").unlink()

    assert drop.land(as_of=NEXT_DAY) == {}
    assert sorted(drop.rows("api_requests", "request_id")) == [("r1",), ("r2",)]


def test_a_renamed_roster_file_replaces_the_old_one(drop: SmallDrop) -> None:
    drop.deliver("users/monday.csv", users("U1", "U2"))
    drop.land()
    (drop.folder / "users/monday.csv").unlink()
    drop.deliver("users/tuesday.csv", users("U2", "U3"))

    drop.land(as_of=NEXT_DAY)

    assert newest_users(drop) == {"U2", "U3"}


def test_a_drop_that_ends_the_run_changes_nothing(drop: SmallDrop) -> None:
    drop.deliver("users.csv", users("U1"))
    drop.land()
    drop.deliver("users.csv", users("U2"))
    log = drop.deliver("api_requests.csv", "no,header\n")

    with pytest.raises(BadInputError):
        drop.land(as_of=NEXT_DAY)

    assert drop.batches == [1]
    log.unlink()
    drop.deliver("api_requests.jsonl", jsonl_text([request("r1")]))
    drop.land(as_of=NEXT_DAY)
    assert drop.batches == [1, 2]
    assert newest_users(drop) == {"U2"}
    assert sorted(drop.rows("users", "user_id")) == [("U1",), ("U2",)]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_landing_that_is_stopped_leaves_no_thread_at_work(
    drop: SmallDrop, threads: int
) -> None:
    """A thread that reads on by a session that is closed would end the process."""

    def stop(_message: str) -> None:
        raise KeyboardInterrupt

    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt) as stopped:
        land(
            drop.folder,
            drop.home,
            as_of=AS_OF,
            limits=LandingLimits(threads=threads),
            on_progress=stop,
        )

    # While the error is held, so is all that its frames hold.
    assert stopped.value
    assert set(threading.enumerate()) == before
    assert drop.batches == []


def test_leftovers_of_a_batch_that_was_never_committed_are_removed(
    drop: SmallDrop,
) -> None:
    drop.deliver("users.csv", users("U1"))
    drop.land()
    (landed,) = (drop.home.landing / "platform" / "users").glob("batch=*/*.parquet")
    for table in ("users", "_quarantine"):
        for batch in ("batch=000002", "batch=000007"):
            folder = drop.home.landing / "platform" / table / batch
            folder.mkdir()
            (folder / "half.parquet").write_bytes(landed.read_bytes())

    drop.land(as_of=NEXT_DAY)

    assert landed.exists()
    folders = (drop.home.landing / "platform").glob("*/batch=*")
    assert {folder.name for folder in folders} == {"batch=000001"}


def test_what_was_landed_is_never_written_again(drop: SmallDrop) -> None:
    drop.deliver("users.csv", users("U1"))
    drop.land()
    before = {
        path: (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in drop.home.landing.rglob("*")
        if path.is_file()
    }
    drop.deliver("users.csv", users("U2"))

    drop.land(as_of=NEXT_DAY)

    assert (
        before.items()
        <= {
            path: (path.stat().st_mtime_ns, path.stat().st_ino)
            for path in drop.home.landing.rglob("*")
            if path.is_file()
        }.items()
    )
