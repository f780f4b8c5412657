"""Lines over the limit, and files of more than one block."""

from __future__ import annotations

import pytest

from oracle.schema import TABLES
from support.drops import SmallDrop, jsonl_text, request

HEADER = ",".join(TABLES["courses"]) + "\n"
LONG = "x" * 5_000
TOLD = "the line is longer than 1024 bytes"


def line(course_id: str, title: str) -> str:
    return f"{course_id},C1,,,,{title},,,,,,2026-01-01T00:00:00Z,,\n"


def test_a_line_over_the_limit_is_a_bad_row_in_csv(drop: SmallDrop) -> None:
    drop.deliver("courses.csv", HEADER + line("K1", LONG) + line("K2", "b"))

    drop.land(max_line_bytes=1024)

    assert drop.rows("courses", "course_id", "_source_line") == [("K2", 3)]
    assert drop.bad_rows() == [(2, TOLD)]


def test_a_line_over_the_limit_is_a_bad_row_in_json(drop: SmallDrop) -> None:
    rows = [request("r1", message=LONG), request("r2"), request("r3", message=LONG)]
    drop.deliver("api_requests.jsonl", jsonl_text(rows)[:-1])

    drop.land(max_line_bytes=1024)

    assert drop.rows("api_requests", "request_id", "_source_line") == [("r2", 2)]
    assert drop.bad_rows() == [(1, TOLD), (3, TOLD)]


@pytest.mark.parametrize("length", [1023, 1024, 1025])
def test_the_limit_itself_is_allowed(drop: SmallDrop, length: int) -> None:
    shortest = len(line("K1", "")) - 1
    drop.deliver("courses.csv", HEADER + line("K1", "x" * (length - shortest)))

    drop.land(max_line_bytes=1024)

    assert len(drop.rows("courses")) == (1 if length <= 1024 else 0)


@pytest.mark.parametrize(
    ("title", "bad_lines"),
    [
        pytest.param(f'"{LONG}\nend"', 2, id="its first line"),
        pytest.param(f'"start\n{LONG}\nend"', 3, id="a line in its middle"),
        pytest.param(f'"start\n{LONG}"', 2, id="its last line"),
    ],
)
def test_a_long_line_of_a_quoted_field_spoils_only_its_own_row(
    drop: SmallDrop, title: str, bad_lines: int
) -> None:
    text = HEADER + line("K1", "a") + line("K2", title) + line("K3", '"c, ""c"""')
    drop.deliver("courses.csv", text + line("K4", '"d"'))

    drop.land(max_line_bytes=1024)

    assert drop.rows("courses", "course_id", "title", "_source_line") == [
        ("K1", "a", 2),
        ("K3", 'c, "c"', 3 + bad_lines),
        ("K4", "d", 4 + bad_lines),
    ]
    assert drop.bad_rows() == [(3, TOLD)]


def test_rows_keep_their_lines_across_blocks(drop: SmallDrop) -> None:
    """Files are read in blocks of 4 MiB: this one has three, cut anywhere."""
    rows = 4_000
    titles = [f'"{number}\n{"y" * 2_500},é"' for number in range(rows)]
    text = HEADER + "".join(line(f"K{n}", title) for n, title in enumerate(titles))
    drop.deliver("courses.csv", text)

    entry = drop.land()["courses.csv"]

    found = drop.rows("courses", "course_id", "title", "_source_line")
    assert found == [
        (f"K{n}", title.strip('"'), 2 + 2 * n) for n, title in enumerate(titles)
    ]
    assert entry.physical_line_count == 1 + 2 * rows


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_line_longer_than_a_block_is_one_bad_row(drop: SmallDrop, end: str) -> None:
    """Longer than the limit, and than two blocks of 4 MiB."""
    huge = jsonl_text([request("r2", message="z" * (9 << 20))])
    text = jsonl_text([request("r1")]) + huge + jsonl_text([request("r3")])
    drop.deliver("api_requests/a.jsonl", text)
    drop.deliver("api_requests/b.jsonl", huge.rstrip("\n") + end)

    entries = drop.land(max_line_bytes=1 << 20)

    assert drop.rows("api_requests", "request_id", "_source_line") == [
        ("r1", 1),
        ("r3", 3),
    ]
    assert sorted(drop.bad_rows("source_file", "line_number")) == [
        ("api_requests/a.jsonl", 2),
        ("api_requests/b.jsonl", 1),
    ]
    assert entries["api_requests/b.jsonl"].line_count == 1
