"""A file of the log that grew: only what is new is read, or it is read whole again."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.errors import BadInputError
from orchestration.extract.ledger import LandedFile
from orchestration.extract.platform.landing import LandingLimits, land
from orchestration.home import Home
from orchestration.warehouse import Warehouse
from support.drops import AS_OF, SmallDrop, csv_text, jsonl_text, request, zipped

NIGHTS = [AS_OF + timedelta(days=night) for night in range(5)]
BAD = '{"request_id": "bad"}\n'


def log(*ids: str, **given: str) -> str:
    return jsonl_text(request(each, **given) for each in ids)


def csv_log(*ids: str) -> str:
    return csv_text(request(each) for each in ids)


def grow(
    drop: SmallDrop, path: str, *contents: str | bytes
) -> tuple[LandedFile, LandedFile]:
    """Deliver a file night by night; the ledger entries of the last two nights."""
    entries = []
    for night, content in zip(NIGHTS, contents, strict=False):
        file = drop.deliver(path, content)
        os.utime(file, (night.timestamp(), night.timestamp()))
        entries.append(drop.land(as_of=night)[path])
    return entries[-2], entries[-1]


def request_lines(drop: SmallDrop) -> list[tuple[str, int]]:
    return drop.rows("api_requests", "request_id", "_source_line")


def set_aside(drop: SmallDrop) -> list[str]:
    """The landed files of the log that are kept, but not read."""
    files = drop.home.landing.glob("platform/api_requests/*/*.superseded")
    return sorted(file.name.removesuffix(".parquet.superseded") for file in files)


@pytest.mark.parametrize("text", [log("r1", "r2") + BAD, log("r1", "r2") + "\n" + BAD])
def test_only_what_is_new_is_read(drop: SmallDrop, text: str) -> None:
    later = text + log("r3") + "\n" + BAD

    before, after = grow(drop, "api_requests.jsonl", text, later)

    lines = text.count("\n")
    assert request_lines(drop) == [("r1", 1), ("r2", 2), ("r3", lines + 1)]
    assert drop.bad_rows("line_number") == [(lines,), (lines + 3,)]
    assert (after.first_byte, after.first_line) == (len(text), lines + 1)
    assert (after.compared_bytes, after.read_bytes) == (
        len(text),
        len(later) - len(text),
    )
    assert (after.continues, after.supersedes) == (before.landed_file, [])
    assert (after.size_bytes, after.line_count) == (len(later), 3)


def test_a_part_that_grew_is_gone_on_from(drop: SmallDrop) -> None:
    texts = [log(*ids) for ids in (("r1", "r2"), ("r1", "r2", "r3"))]
    texts.append(log("r1", "r2", "r3", "r4"))

    before, after = grow(drop, "api_requests.jsonl", *texts)

    assert after.continues == before.landed_file
    assert after.first_line == 4
    assert request_lines(drop) == [("r1", 1), ("r2", 2), ("r3", 3), ("r4", 4)]


def test_a_part_without_rows_is_gone_on_from_too(drop: SmallDrop) -> None:
    texts = [
        log("r1", "r2"),
        log("r1", "r2") + "\n",
        log("r1", "r2") + "\n" + log("r3"),
    ]

    before, after = grow(drop, "api_requests.jsonl", *texts)

    assert (before.line_count, before.blank_count) == (1, 1)
    assert after.continues == before.landed_file
    assert request_lines(drop) == [("r1", 1), ("r2", 2), ("r3", 4)]


def test_a_touched_part_is_gone_on_from(drop: SmallDrop) -> None:
    texts = [log("r1", "r2"), log("r1", "r2"), log("r1", "r2", "r3")]

    before, after = grow(drop, "api_requests.jsonl", *texts)

    assert (before.outcome, before.read_bytes) == ("unchanged", 0)
    assert before.compared_bytes == len(texts[0])
    assert after.continues == before.landed_file
    assert drop.land(as_of=NIGHTS[4]) == {}


def test_a_part_of_a_csv_file_is_read_by_its_header(drop: SmallDrop) -> None:
    rows = [request(f"r{number}", message='two\nlines, "x"') for number in range(3)]
    names = [*reversed(rows[0]), "more"]
    whole = csv_text(rows, header=names)

    _, after = grow(
        drop,
        "api_requests.csv",
        csv_text(rows[:1], header=names),
        whole + "few,cells\n",
    )

    assert request_lines(drop) == [("r0", 2), ("r1", 4), ("r2", 6)]
    assert drop.bad_rows() == [(8, "the line has 2 fields, the header 13")]
    assert (after.header_count, after.line_count, after.continuation_count) == (0, 3, 2)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_members_appended_to_a_gzip_file_are_read_alone(
    drop: SmallDrop, suffix: str
) -> None:
    text = csv_log("r1", "r2") if suffix == "csv" else log("r1", "r2")
    more = csv_log("r3").split("\n", 1)[1] if suffix == "csv" else log("r3")
    first = zipped(text)

    _, after = grow(
        drop,
        f"api_requests.{suffix}.gz",
        first,
        first + zipped(more[:9]) + zipped(more[9:]),
    )

    line = text.count("\n") + 1
    assert request_lines(drop)[-1] == ("r3", line)
    assert after.first_byte == len(first)
    assert after.read_bytes == after.size_bytes - len(first)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("more", ["", log("r4"), "\n" + log("r4")])
@pytest.mark.parametrize("is_zipped", [False, True])
def test_a_last_line_whose_end_comes_later_was_whole(
    drop: SmallDrop, end: str, more: str, is_zipped: bool
) -> None:
    text = log("r1", "r2", "r3")[:-1]
    parts = [text.encode(), (end + more).encode()]
    if is_zipped:
        parts = [zipped(part) for part in parts]
    path = "api_requests.jsonl" + (".gz" if is_zipped else "")

    before, after = grow(drop, path, parts[0], parts[0] + parts[1])

    assert after.continues == before.landed_file
    assert after.line_count == more.count("\n")
    expected = [("r1", 1), ("r2", 2), ("r3", 3)]
    assert request_lines(drop) == expected + (
        [("r4", 3 + more.count("\n"))] if more else []
    )


def test_a_line_that_was_cut_counts_no_more(drop: SmallDrop) -> None:
    """What was there of it looked like a good row."""
    text = csv_log("r1", "r2")[:-1] + "[{}]"
    cut = text[: text.rindex(",")] + ","

    before, after = grow(drop, "api_requests.csv", cut, text + "\n")

    assert before.landed_count == 2
    assert request_lines(drop) == [("r1", 2)]
    assert drop.bad_rows("line_number") == [(3,)]
    assert after.supersedes == set_aside(drop) == [before.landed_file]
    assert (after.first_byte, after.read_bytes) == (0, len(text) + 1)


def test_a_cut_line_takes_all_parts_of_the_file_with_it(drop: SmallDrop) -> None:
    whole = log("r1", "r2", "r3", "r4")
    places = [log("r1", "r2"), log("r1", "r2", "r3"), whole[:-9], whole]

    before, after = grow(drop, "api_requests.jsonl", *(each for each in places))

    assert len(after.supersedes) == 3
    assert set_aside(drop) == sorted(after.supersedes)
    assert before.landed_file in after.supersedes
    assert request_lines(drop) == [("r1", 1), ("r2", 2), ("r3", 3), ("r4", 4)]
    assert drop.bad_rows() == []


@pytest.mark.parametrize(
    ("path", "first", "later"),
    [
        pytest.param(
            "api_requests.jsonl", log("r1"), log("r1", "r2"), id="one row of JSON"
        ),
        pytest.param("api_requests.jsonl", "", log("r1"), id="no row of JSON"),
        pytest.param(
            "api_requests.csv",
            csv_log("r1") + '"open\n',
            csv_log("r1") + '"open\n,' + csv_log("r2"),
            id="an open quoted field",
        ),
        pytest.param(
            "api_requests.jsonl.gz",
            zipped(log("r1", "r2")),
            zipped(log("r1", "r2")) + b"\0" * 100,
            id="padding behind gzip",
        ),
    ],
)
def test_what_cannot_be_gone_on_from_is_read_whole(
    drop: SmallDrop, path: str, first: str | bytes, later: str | bytes
) -> None:
    before, after = grow(drop, path, first, later)

    assert after.continues is None
    assert after.supersedes == set_aside(drop) == [before.landed_file]
    assert after.read_bytes == after.size_bytes
    assert after.compared_bytes == before.size_bytes


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(log("r9", "r2", "r3"), id="other bytes, longer"),
        pytest.param(log("r9", "r2"), id="other bytes, as long"),
        pytest.param(log("r2"), id="shorter"),
        pytest.param("", id="empty"),
    ],
)
def test_a_file_that_changed_keeps_its_old_requests(
    drop: SmallDrop, later: str
) -> None:
    _, after = grow(drop, "api_requests.jsonl", log("r1", "r2"), later)

    assert (after.continues, after.supersedes) == (None, [])
    assert set_aside(drop) == []
    assert {("r1",), ("r2",)} <= set(drop.rows("api_requests", "request_id"))


def test_a_parquet_file_of_the_log_is_read_whole(drop: SmallDrop) -> None:
    def content(*ids: str) -> bytes:
        rows = [request(each, params="{}") for each in ids]
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows), sink)
        return bytes(sink.getvalue())

    _, after = grow(drop, "api_requests.parquet", content("r1"), content("r1", "r2"))

    assert (after.landed_count, after.continues) == (2, None)


def test_what_is_appended_while_a_file_is_read_is_left_for_the_next_run(
    drop: SmallDrop,
) -> None:
    file = drop.deliver("api_requests.jsonl", log("r1", "r2"))

    def append(_message: str) -> None:
        with file.open("a", encoding="utf-8") as appended:
            appended.write(log("r3"))

    land(
        drop.folder,
        drop.home,
        as_of=AS_OF,
        limits=LandingLimits(threads=1),
        on_progress=append,
    )
    assert request_lines(drop) == [("r1", 1), ("r2", 2)]

    entry = drop.land(as_of=NIGHTS[1])["api_requests.jsonl"]

    assert entry.first_line == 3
    assert {request_id for request_id, _ in request_lines(drop)} == {"r1", "r2", "r3"}


def test_a_file_that_becomes_shorter_while_it_is_read_ends_the_run(
    drop: SmallDrop,
) -> None:
    file = drop.deliver("api_requests.jsonl", log("r1", "r2"))

    with pytest.raises(BadInputError, match="became shorter while it was read"):
        land(
            drop.folder,
            drop.home,
            as_of=AS_OF,
            limits=LandingLimits(threads=1),
            on_progress=lambda _message: os.truncate(file, 9),
        )

    assert drop.batches == []


def test_a_command_that_died_before_it_set_files_aside_is_finished(
    drop: SmallDrop,
) -> None:
    grow(
        drop, "api_requests.jsonl", log("r1", "r2")[:-1], log("r1", "r2")[:-1] + " x\n"
    )
    for file in drop.home.landing.rglob("*.superseded"):
        file.rename(file.with_suffix(""))
    assert len(request_lines(drop)) == 3

    assert drop.land(as_of=NIGHTS[3]) == {}

    assert request_lines(drop) == [("r1", 1)]
    assert drop.bad_rows("line_number") == [(2,)]


def test_a_batch_that_is_taken_back_takes_no_place(drop: SmallDrop) -> None:
    """As the pages say: delete the newest batch's file, and run."""
    cut = log("r1", "r2")[:-1]
    grow(drop, "api_requests.jsonl", cut, cut + " x\n")
    (drop.home.landing / "ledger" / "000002.jsonl").unlink()
    drop.deliver("api_requests.jsonl", cut + "\n")

    entry = drop.land(as_of=NIGHTS[3])["api_requests.jsonl"]

    assert (entry.batch, entry.first_line) == (2, 3)
    assert request_lines(drop) == [("r1", 1), ("r2", 2)]
    assert set_aside(drop) == []


def built(home: Home) -> Warehouse:
    """A warehouse that holds what is landed, as far as its files and mark tell."""
    warehouse = Warehouse(home)
    for file in (warehouse.database, warehouse.workbench):
        duckdb.connect(str(file)).close()
    warehouse.finish_build()
    return warehouse


def test_superseded_requests_ask_for_a_full_build(drop: SmallDrop) -> None:
    def built_through_after(content: str, night: datetime) -> int:
        file = drop.deliver("api_requests.jsonl", content)
        os.utime(file, (night.timestamp(), night.timestamp()))
        drop.land(as_of=night)
        return warehouse.begin_build()

    drop.deliver("api_requests.jsonl", log("r1", "r2"))
    drop.land()
    warehouse = built(drop.home)

    assert built_through_after(log("r1", "r2", "r3")[:-5], NIGHTS[1]) == 1
    # The cut line was never built in, but what was built is read again with it.
    assert built_through_after(log("r1", "r2", "r3"), NIGHTS[2]) == 0


def test_a_superseded_snapshot_asks_for_no_full_build(drop: SmallDrop) -> None:
    folder = Path("campus_admins") / "snapshot=20260101T000000Z"
    drop.deliver(f"{folder}/a.csv", "campus_id,email\nC1,a@example.org\n")
    drop.land()
    warehouse = built(drop.home)
    drop.deliver(f"{folder}/a.csv", "campus_id,email\nC1,b@example.org.uk\n")

    assert drop.land(as_of=NIGHTS[1])[f"{folder}/a.csv"].supersedes != []
    assert warehouse.begin_build() == 1
