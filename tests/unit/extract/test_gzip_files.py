"""gzip: whole files in any number of members, or nothing of them."""

from __future__ import annotations

import gzip
import random
from itertools import pairwise

import pytest

from orchestration.errors import BadInputError
from support.drops import SmallDrop, course, csv_text, jsonl_text, zipped

ROWS = [course(f"K{n}", title=f"Course {n}") for n in range(3)]


def incompressible_csv() -> str:
    """Text of several blocks once it is inflated, and of some when it is not."""
    noise = random.Random(1)
    rows = (course(f"K{n}", title=noise.randbytes(400).hex()) for n in range(8_000))
    return csv_text(rows)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_zipped_file_reads_like_the_plain_one(drop: SmallDrop, suffix: str) -> None:
    text = csv_text(ROWS) if suffix == "csv" else jsonl_text(ROWS)
    drop.deliver(f"courses/plain.{suffix}", text)
    drop.deliver(f"courses/zipped.{suffix}.gz", zipped(text))

    entries = drop.land()

    plain, unzipped = (
        entries[f"courses/{name}"]
        for name in (f"plain.{suffix}", f"zipped.{suffix}.gz")
    )
    assert plain.line_count == unzipped.line_count
    assert unzipped.size_bytes == len(zipped(text)) == unzipped.read_bytes
    found = drop.rows("courses", "course_id", "title", "_source_line")
    assert len(found) == 6
    assert sorted(set(found)) == sorted(found[:3])


def test_members_one_after_the_other_are_one_file(drop: SmallDrop) -> None:
    text = csv_text(ROWS).encode()
    cuts = [0, 1, 100, 130, len(text)]
    members = [gzip.compress(text[start:end]) for start, end in pairwise(cuts)]
    # An empty member is one too, and zeros may fill up the end.
    content = b"".join([*members, gzip.compress(b""), b"\0" * 512])
    drop.deliver("courses.csv.gz", content)

    drop.land()

    found = drop.rows("courses", "course_id", "_source_line")
    assert found == [("K0", 2), ("K1", 3), ("K2", 4)]


def test_members_larger_than_a_block_are_inflated_whole(drop: SmallDrop) -> None:
    text = incompressible_csv()
    drop.deliver("courses.csv.gz", zipped(text) + zipped("\n"))

    entry = drop.land()["courses.csv.gz"]

    assert (entry.landed_count, entry.blank_count) == (8_000, 1)
    assert len({row[0] for row in drop.rows("courses", "title")}) == 8_000


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


SMALL = zipped(csv_text(ROWS))
BROKEN = {
    "without any byte": b"",
    "cut in its header": SMALL[:5],
    "cut in its data": SMALL[: len(SMALL) // 2],
    "cut in its trailer": SMALL[:-1],
    "without its trailer": SMALL[:-8],
    "cut in its second member": SMALL + zipped("\n")[:-3],
    "with bytes after its end": SMALL + b"more",
    "with another checksum": SMALL[:-8] + flipped(SMALL[-8:]),
    "no gzip at all": csv_text(ROWS).encode(),
}


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_a_broken_file_ends_the_run(drop: SmallDrop, broken: str) -> None:
    drop.deliver("courses.csv.gz", BROKEN[broken])

    with pytest.raises(BadInputError, match="is no whole gzip file") as raised:
        drop.land()

    told = str(raised.value)
    assert told.startswith(str(drop.folder / "courses.csv.gz"))
    assert told.isprintable()
    assert "Traceback" not in told


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_a_broken_json_file_ends_the_run_too(drop: SmallDrop, broken: str) -> None:
    # As if it were JSON Lines: gzip is judged before the lines are.
    drop.deliver("courses.jsonl.gz", BROKEN[broken])

    with pytest.raises(BadInputError, match="is no whole gzip file") as raised:
        drop.land()

    told = str(raised.value)
    assert told.startswith(str(drop.folder / "courses.jsonl.gz"))
    assert told.isprintable()


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_large_broken_file_ends_the_run_as_well(drop: SmallDrop, damage: str) -> None:
    """The damage shows after blocks were handed on already."""
    content = zipped(incompressible_csv())
    drop.deliver(
        "courses.csv.gz", content[:-9] if damage == "cut" else flipped(content)
    )

    with pytest.raises(BadInputError, match="is no whole gzip file"):
        drop.land()


def test_nothing_of_a_drop_with_a_broken_file_lands(drop: SmallDrop) -> None:
    drop.deliver("campus_admins.csv", "campus_id,email\nC1,a@example.org\n")
    drop.deliver("courses.csv.gz", SMALL[:-1])
    with pytest.raises(BadInputError, match="is no whole gzip file"):
        drop.land()
    assert drop.batches == []

    drop.deliver("courses.csv.gz", SMALL)
    drop.land()

    assert drop.batches == [1]
    assert drop.rows("campus_admins") == [("C1", "a@example.org")]
    assert len(drop.rows("courses")) == 3
