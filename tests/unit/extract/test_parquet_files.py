"""Parquet: typed or as text, the row's place is its line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.errors import BadInputError
from support.drops import SmallDrop, course, request

AT = datetime(2026, 3, 10, 1, 2, 3, 456789, tzinfo=UTC)
NAIVE = AT.replace(tzinfo=None)


def deliver(
    drop: SmallDrop, path: str, rows: list[dict[str, Any]], **columns: pa.Array
) -> Path:
    """Write rows as Parquet: text, unless a column is given as it is."""
    texts = {
        name: pa.array([row[name] for row in rows], pa.string())
        for name in rows[0]
        if name not in columns
    }
    names = list(rows[0])
    table = pa.table({name: {**texts, **columns}[name] for name in names})
    target = drop.deliver(path, b"")
    pq.write_table(table, target)
    return target


@pytest.mark.parametrize(
    ("requested_at", "expected"),
    [
        (pa.array([AT], pa.timestamp("us", tz="UTC")), AT),
        (pa.array([AT], pa.timestamp("us", tz="America/Denver")), AT),
        (pa.array([NAIVE], pa.timestamp("us")), AT),
        (pa.array([NAIVE], pa.timestamp("ns")), AT),
        (
            pa.array([NAIVE.replace(microsecond=456000)], pa.timestamp("ms")),
            AT.replace(microsecond=456000),
        ),
        (
            pa.array([NAIVE.replace(microsecond=0)], pa.timestamp("s")),
            AT.replace(microsecond=0),
        ),
        (pa.array(["2026-03-09T18:02:03.456789-07:00"]), AT),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_an_instant_of_any_type_is_that_instant(
    drop: SmallDrop, requested_at: pa.Array, expected: datetime
) -> None:
    rows = [request(params="{}")]
    deliver(drop, "api_requests.parquet", rows, requested_at=requested_at)

    drop.land()

    assert drop.rows("api_requests", "requested_at") == [(expected,)]


@pytest.mark.parametrize(
    "requested_at",
    [
        pa.array([date(2026, 3, 10)], pa.date32()),
        pa.array([datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)]),
        pa.array([datetime(2101, 1, 1, tzinfo=UTC)]),
        pa.array([1_773_104_523], pa.int64()),
        pa.array([None], pa.timestamp("us")),
        pa.array([datetime(1, 1, 1, tzinfo=UTC)]),
        pa.array([datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]),
        pa.array([2**63 - 1], pa.timestamp("us", tz="UTC")),
        pa.array([-(2**63) + 1], pa.timestamp("us")),
        pa.array(["infinity"]),
        pa.array(["2026-03-10T24:00:00Z"]),
    ],
    ids=[
        *("date", "1969", "2101", "epoch", "null", "1", "9999"),
        *("infinity", "minus infinity", "infinity as text", "24:00"),
    ],
)
def test_what_is_no_time_is_a_bad_row(drop: SmallDrop, requested_at: pa.Array) -> None:
    rows = [request(params="{}")]
    deliver(drop, "api_requests.parquet", rows, requested_at=requested_at)

    entry = drop.land()["api_requests.parquet"]

    assert (entry.landed_count, entry.quarantined_count) == (0, 1)
    assert "requested_at" in drop.bad_rows("reason")[0][0]


@pytest.mark.parametrize(
    "http_status",
    [
        pa.array([200], pa.int16()),
        pa.array([200], pa.uint64()),
        pa.array([200.0], pa.float64()),
        pa.array([Decimal("200.00")]),
        pa.array([" 200 "]),
    ],
    ids=lambda value: str(value.type),
)
def test_a_whole_number_of_any_type_is_that_number(
    drop: SmallDrop, http_status: pa.Array
) -> None:
    rows = [request(params="{}")]
    deliver(drop, "api_requests.parquet", rows, http_status=http_status)

    drop.land()

    assert drop.rows("api_requests", "http_status") == [(200,)]


def test_nested_params_are_their_json(drop: SmallDrop) -> None:
    rows = [request(str(n), operation="update") for n in range(2)]
    deliver(
        drop,
        "api_requests/struct.parquet",
        rows,
        params=pa.array([{"a": "é", "n": 1, "l": [1, None]}, {"a": None, "n": 2}]),
        item_results=pa.array([[{"status": "success"}, None], None]),
    )
    strings = pa.map_(pa.string(), pa.string())
    pairs = [[("b", "1"), ("a", '"')], [("a", "1"), ("a", "2")]]
    deliver(drop, "api_requests/map.parquet", rows, params=pa.array(pairs, strings))

    drop.land()

    assert sorted(drop.rows("api_requests", "params", "item_results")) == [
        ('{"a":"é","n":1,"l":[1,null]}', '[{"status":"success"},null]'),
        ('{"a":null,"n":2,"l":null}', None),
        ('{"b":"1","a":"\\""}', None),
    ]
    assert drop.bad_rows() == [(2, "params has a key twice")]


def test_text_without_a_logical_type_is_text(drop: SmallDrop) -> None:
    """Older writers leave the mark of UTF-8 away: the bytes are the same."""
    rows = [request(params="{}")]
    deliver(
        drop,
        "api_requests.parquet",
        rows,
        message=pa.array(['é "x" \\'.encode()], pa.binary()),
        params=pa.array([b'{"a":"b"}'], pa.binary()),
    )

    drop.land()

    found = drop.rows("api_requests", "message", "params")
    assert found == [('é "x" \\', '{"a":"b"}')]


def test_text_is_trimmed_and_empty_text_is_null(drop: SmallDrop) -> None:
    deliver(drop, "courses.parquet", [course(title=" Bio\t\n", name="", add_code=" ")])

    drop.land()

    assert drop.rows("courses", "title", "name", "add_code") == [("Bio", None, None)]


def test_columns_bind_by_name_and_the_line_is_the_place(drop: SmallDrop) -> None:
    rows = [course("K1", extra="x"), course("", extra="y"), course("K3", extra="z")]
    deliver(drop, "courses.parquet", [dict(reversed(row.items())) for row in rows])

    entry = drop.land()["courses.parquet"]

    assert drop.rows("courses", "course_id", "_source_line") == [("K1", 1), ("K3", 3)]
    assert drop.bad_rows() == [(2, "course_id is missing")]
    assert (entry.line_count, entry.header_count, entry.blank_count) == (3, 0, 0)


def test_columns_of_no_type_are_null(drop: SmallDrop) -> None:
    deliver(drop, "courses.parquet", [course()], title=pa.nulls(1), ends_at=pa.nulls(1))

    drop.land()

    assert drop.rows("courses", "title", "ends_at") == [(None, None)]


def test_rows_keep_their_lines_across_row_groups(drop: SmallDrop) -> None:
    ids = [f"K{n}" for n in range(300)]
    target = deliver(drop, "courses.parquet", [course(each) for each in ids])
    pq.write_table(pq.read_table(target), target, row_group_size=7)

    drop.land()

    found = drop.rows("courses", "course_id", "_source_line")
    assert found == [(each, place) for place, each in enumerate(ids, start=1)]


def test_a_file_without_rows_is_a_table_without_rows(drop: SmallDrop) -> None:
    target = deliver(drop, "courses.parquet", [course()])
    pq.write_table(pq.read_table(target).slice(0, 0), target)

    entry = drop.land()["courses.parquet"]

    assert (entry.line_count, entry.landed_count) == (0, 0)
    assert drop.rows("courses") == []


@pytest.mark.parametrize(
    "folder",
    [
        "campus_id=999",
        "title=Other/created_at=2001-01-01",
        "day=1",
        "with [brackets]",
        "with 'quotes' and *",
    ],
)
def test_the_names_of_folders_change_no_value(drop: SmallDrop, folder: str) -> None:
    deliver(drop, f"courses/{folder}/a.parquet", [course("K1", title="Bio")])

    drop.land()

    found = drop.rows("courses", "course_id", "campus_id", "title", "created_at")
    assert found == [("K1", "C1", "Bio", datetime(2026, 1, 1, tzinfo=UTC))]


def test_the_folder_of_the_drop_changes_no_value(tmp_path: Path) -> None:
    drop = SmallDrop.create(tmp_path / "title=Other")
    deliver(drop, "courses.parquet", [course("K1", title="Bio")])

    drop.land()

    assert drop.rows("courses", "title") == [("Bio",)]


def test_a_missing_column_ends_the_run(drop: SmallDrop) -> None:
    row = course()
    del row["name"]
    deliver(drop, "courses.parquet", [row])

    with pytest.raises(BadInputError, match="column name of table courses is missing"):
        drop.land()

    assert drop.batches == []


def test_a_file_of_another_table_ends_the_run(drop: SmallDrop) -> None:
    deliver(drop, "courses.parquet", [request(params="{}")])

    with pytest.raises(
        BadInputError, match=r"columns course_id, mapping_id, .* are missing"
    ):
        drop.land()


def test_a_column_of_another_type_makes_bad_rows(drop: SmallDrop) -> None:
    """A struct is no time and no number, whatever text it has."""
    odd = pa.array([{"at": 1}])
    deliver(drop, "courses.parquet", [course("K1")], created_at=odd)
    deliver(drop, "api_requests.parquet", [request(params="{}")], http_status=odd)

    drop.land()

    assert drop.bad_rows("table_name", "reason") == [
        ("courses", "created_at '{'at': 1}' is no time"),
        ("api_requests", "http_status '{'at': 1}' is no whole number"),
    ]


def test_a_bad_row_is_kept_as_the_texts_that_were_judged(drop: SmallDrop) -> None:
    rows = [request("", params="{}")]
    deliver(
        drop,
        "api_requests.parquet",
        rows,
        requested_at=pa.array([AT], pa.timestamp("us", tz="America/Denver")),
        http_status=pa.array([200.0]),
    )

    drop.land()

    ((raw_text,),) = drop.bad_rows("raw_text")
    kept = json.loads(raw_text)
    assert kept["requested_at"] == "2026-03-10 01:02:03.456789Z"
    assert (kept["http_status"], kept["params"]) == ("200.0", "{}")
    assert list(kept) == list(rows[0])


def test_a_broken_file_ends_the_run(drop: SmallDrop) -> None:
    target = deliver(drop, "courses.parquet", [course(f"K{n}") for n in range(50)])
    whole = target.read_bytes()
    broken = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "text": b"course_id,campus_id\n",
        "without its footer": whole[:-8] + b"\0\0\0\0PAR1",
    }

    for content in broken.values():
        target.write_bytes(content)
        with pytest.raises(BadInputError, match=r"courses\.parquet cannot be") as told:
            drop.land()
        assert "\n" not in str(told.value)

    assert drop.batches == []


def test_a_file_that_is_broken_in_its_data_ends_the_run(drop: SmallDrop) -> None:
    """The footer is whole: the damage shows only when the rows are read."""
    rows = [course(f"K{n}", title=f"Course {n * 7919}") for n in range(500)]
    target = deliver(drop, "courses.parquet", rows)
    content = bytearray(target.read_bytes())
    content[4:2_000] = bytes(1_996)
    target.write_bytes(content)

    with pytest.raises(BadInputError, match=r"courses\.parquet cannot be") as told:
        drop.land()

    assert "\n" not in str(told.value)
    assert drop.batches == []
