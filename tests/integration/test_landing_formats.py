"""One world, delivered in every format: the same typed rows land."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oracle.schema import ID_COLUMNS, TABLES
from support.compiled import CompiledProject
from support.drops import AS_OF, SmallDrop, csv_text, jsonl_text, zipped
from support.worlds import built_world

Rows = list[dict[str, Any]]
AT = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)
NASTY = 'Anna "Nan"\nO\'Brien, é後😀 {1} \\n'


def stamps(day: int) -> dict[str, datetime | None]:
    """Every second record has a time without a fraction, and was archived."""
    created = AT.replace(microsecond=0) if day % 2 else AT
    at = created + timedelta(days=day)
    return {
        "created_at": created,
        "updated_at": at,
        "archived_at": at + timedelta(hours=1) if day % 2 else None,
    }


WORLD: dict[str, Rows] = {
    "campuses": [
        {
            "campus_id": "DEN",
            "name": NASTY,
            "organization_name": None,
            "time_zone": "America/Denver",
            "check_in_opens_min": 15,
            "check_in_closes_min": 0,
            "check_out_opens_min": -5,
            "check_out_closes_min": None,
        }
    ],
    "campus_admins": [{"campus_id": "DEN", "email": "ann@example.org"}],
    "integration_jobs": [
        {
            "job_id": f"J{number}",
            "campus_id": "DEN",
            "job": "Nightly",
            "description": NASTY,
            "source_system": None,
            "destination_system": "0012",
            "integration_type": "managed",
            "vendor": "null",
            "record_types": "course;user",
            "direction": "in",
            "schedule_cron": "0 2 * * *",
            "frequency": "daily",
            "is_enabled": bool(number % 2),
        }
        for number in range(2)
    ],
    "courses": [
        {
            "course_id": f"K{day}",
            "campus_id": "DEN",
            "mapping_id": "007",
            "add_code": "1e5",
            "name": "true",
            "title": NASTY if day % 2 else None,
            "starts_at": AT,
            "ends_at": AT + timedelta(hours=1) if day % 2 else None,
            "instructor_name": "nan",
            "attendance_name": "a;b",
            "meeting_days": "Mon;Wed",
            **stamps(day),
        }
        for day in range(3)
    ],
    "users": [
        {
            "user_id": f"U{day}",
            "campus_id": "DEN",
            "mapping_id": None,
            "issued_id": "1001.0",
            "email": "É@EXAMPLE.ORG",
            "first_name": "x",
            "last_name": NASTY,
            "user_type": "student",
            "last_activity_at": AT if day else None,
            **stamps(day),
        }
        for day in range(3)
    ],
    "course_members": [
        {
            "course_member_id": "M1",
            "campus_id": "DEN",
            "mapping_id": "m",
            "course_id": "K1",
            "user_id": "U1",
            **stamps(2),
        }
    ],
    "attendance_sessions": [
        {
            "attendance_id": "S1",
            "campus_id": "DEN",
            "mapping_id": "s",
            "course_id": "K1",
            "starts_at": AT,
            "ends_at": None,
            **stamps(1),
        }
    ],
    "api_requests": [
        {
            "request_id": f"r{number}",
            "campus_id": "DEN",
            "job_id": "J1" if number % 2 else None,
            "requested_at": AT + timedelta(seconds=number),
            "record_type": "user",
            "operation": "update",
            # One shape, so that it can be a STRUCT of Parquet as well.
            "params": {
                "userID": f"U{number}",
                "lastName": NASTY,
                "credits": number,
                "share": 0.5,
                "active": True,
                "email": None,
                "tags": ["a", None, "é"],
                "more": {"b": 1, "a": []},
            },
            "status": "error",
            "http_status": 409 if number % 2 else None,
            "error_code": "E1",
            "message": NASTY,
            "item_results": [
                {"status": "success", "message": None},
                None,
            ],
        }
        for number in range(6)
    ],
}
JSON_COLUMNS = ("params", "item_results")


def expected(table: str) -> list[tuple[Any, ...]]:
    return sorted(
        tuple(
            json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            if name in JSON_COLUMNS
            else value
            for name, value in row.items()
        )
        for row in WORLD[table]
    )


def as_text(value: Any) -> str | None:
    """A value as a file of text has it, the time at another place."""
    if isinstance(value, datetime):
        place = timezone(timedelta(hours=-7, minutes=-30))
        return value.astimezone(place).isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value)
    return None if value is None else f" {value}\t"


def all_text(rows: Rows) -> Rows:
    return [{name: as_text(value) for name, value in row.items()} for row in rows]


def times_as_text(rows: Rows) -> Rows:
    return [
        {
            name: as_text(value) if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def parquet(rows: Rows, **types: pa.DataType) -> bytes:
    columns = {
        name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    return bytes(sink.getvalue())


def naive(rows: Rows) -> Rows:
    """Times without a zone, as a warehouse that knows only UTC writes them."""
    return [
        {
            name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in rows
    ]


Writer = Callable[[SmallDrop, str, Rows], None]


def folders_of(drop: SmallDrop, table: str, rows: Rows) -> None:
    """A file a row, in folders, with the columns turned round."""
    for number, row in enumerate(rows):
        turned = dict(reversed(row.items()))
        drop.deliver(f"{table}/day={number}/part/{number}.csv", csv_text([turned]))


def mixed(drop: SmallDrop, table: str, rows: Rows) -> None:
    """Every row in another format."""
    formats: list[tuple[str, Callable[[Rows], str | bytes]]] = [
        ("csv", csv_text),
        ("jsonl.gz", lambda own: zipped(jsonl_text(times_as_text(own)))),
        ("parquet", parquet),
        ("csv.gz", lambda own: zipped(csv_text(all_text(own)))),
        ("jsonl", lambda own: jsonl_text(all_text(own))),
    ]
    for number, row in enumerate(rows):
        suffix, write = formats[number % len(formats)]
        drop.deliver(f"{table}/{number}.{suffix}", write([row]))


WRITERS: dict[str, Writer] = {
    "csv": lambda drop, table, rows: _one(drop, table, "csv", csv_text(rows)),
    "csv with CRLF": lambda drop, table, rows: _one(
        drop, table, "csv", _ended_by_crlf(csv_text(rows))
    ),
    "csv of text": lambda drop, table, rows: _one(
        drop, table, "csv", "\ufeff" + csv_text(all_text(rows))
    ),
    "zipped csv": lambda drop, table, rows: _one(
        drop, table, "csv.gz", zipped(csv_text(rows))
    ),
    "jsonl": lambda drop, table, rows: _one(
        drop, table, "jsonl", jsonl_text(times_as_text(rows))
    ),
    "jsonl of text": lambda drop, table, rows: _one(
        drop, table, "jsonl", jsonl_text(all_text(rows))
    ),
    "zipped jsonl": lambda drop, table, rows: _one(
        drop, table, "jsonl.gz", zipped(jsonl_text(times_as_text(rows)))
    ),
    "parquet": lambda drop, table, rows: _one(drop, table, "parquet", parquet(rows)),
    "parquet without zones": lambda drop, table, rows: _one(
        drop, table, "parquet", parquet(naive(rows), http_status=pa.int16())
    ),
    "parquet of text": lambda drop, table, rows: _one(
        drop, table, "parquet", parquet(all_text(rows))
    ),
    "folders": folders_of,
    "mixed": mixed,
}


def _one(drop: SmallDrop, table: str, suffix: str, content: str | bytes) -> None:
    drop.deliver(f"{table}.{suffix}", content)


def _ended_by_crlf(text: str) -> str:
    """Lines that end a record; a line break inside a quoted cell stays."""
    lines = text.split("\n")
    inside = False
    ended = []
    for line in lines[:-1]:
        inside ^= line.count('"') % 2 == 1
        ended.append(line + ("\n" if inside else "\r\n"))
    return "".join(ended)


@pytest.mark.parametrize("name", WRITERS)
def test_one_world_lands_alike_in_every_format(name: str, tmp_path: Path) -> None:
    drop = SmallDrop.create(tmp_path)
    for table, rows in WORLD.items():
        WRITERS[name](drop, table, rows)

    entries = drop.land()

    assert drop.bad_rows() == []
    for table in TABLES:
        key = list(TABLES[table]).index(ID_COLUMNS[table])
        landed = sorted(drop.rows(table), key=lambda row, key=key: row[key])
        assert landed == expected(table), table
    landed_count = sum(entry.landed_count for entry in entries.values())
    assert landed_count == sum(map(len, WORLD.values()))


def test_the_folder_of_the_home_changes_no_value(
    project: CompiledProject, tmp_path: Path
) -> None:
    """Folders called like columns are a habit of data lakes: `name=x/` is no value."""
    drop = SmallDrop.create(tmp_path)
    for table, rows in WORLD.items():
        drop.deliver(f"{table}.csv", csv_text(rows))

    with built_world(
        project,
        drop.folder,
        tmp_path / "campus_id=OTHER" / "name=x" / "batch=7" / "home",
        as_of=AS_OF,
        range_start=AS_OF,
        range_end=AS_OF,
    ) as connection:
        for table in ("courses", "users", "campuses"):
            own = [
                name for name in ("name", ID_COLUMNS[table]) if name in TABLES[table]
            ]
            names = ", ".join(["campus_id", *own])
            found = connection.execute(f"select {names} from marts.dim_{table}")
            assert sorted(found.fetchall()) == sorted(
                tuple(row[name] for name in ["campus_id", *own]) for row in WORLD[table]
            )


def test_the_world_has_every_column() -> None:
    assert {table: tuple(rows[0]) for table, rows in WORLD.items()} == TABLES
