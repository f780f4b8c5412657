"""The oracle against results computed by hand, for the rules that are easy to miss."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from oracle import DropError, Results, World, build, read_drop
from oracle.schema import TABLES

AS_OF = datetime(2026, 3, 20, tzinfo=UTC)

Row = dict[str, Any]


def campus(campus_id: str = "C1", zone: str = "America/New_York") -> Row:
    return {"campus_id": campus_id, "time_zone": zone, "check_in_opens_min": "15"}


def course(course_id: str, **columns: Any) -> Row:
    row = {"course_id": course_id, "campus_id": "C1"}
    return {**row, "created_at": "2026-01-01T00:00:00Z", **columns}


def user(user_id: str, **columns: Any) -> Row:
    row = {"user_id": user_id, "campus_id": "C1"}
    return {**row, "created_at": "2026-01-01T00:00:00Z", **columns}


def session(attendance_id: str, starts_at: str, **columns: Any) -> Row:
    row = {"attendance_id": attendance_id, "campus_id": "C1", "course_id": "K1"}
    created_at = "2026-01-01T00:00:00Z"
    return {**row, "starts_at": starts_at, "created_at": created_at, **columns}


def request(request_id: str, params: Any, **columns: Any) -> Row:
    row = {"request_id": request_id, "campus_id": "C1", "params": params}
    row |= {"requested_at": "2026-03-15T00:00:00Z", "record_type": "course"}
    return {**row, "operation": "create", "status": "success", **columns}


def write(folder: Path, table: str, rows: Sequence[Row], below: str = "") -> None:
    """Write one table as jsonl, with every column there."""
    path = folder / below / f"{table}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    full = [dict.fromkeys(TABLES[table]) | row for row in rows]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in full), encoding="utf-8")


def read(folder: Path, *, requests: Sequence[Row] = (), **rosters: list[Row]) -> World:
    for table in TABLES:
        if not (folder / table).exists():
            write(folder, table, rosters.get(table, []))
    write(folder, "campuses", rosters.get("campuses", [campus()]))
    write(folder, "api_requests", requests)
    return read_drop(folder, as_of=AS_OF)


def results(folder: Path, **tables: Any) -> Results:
    world = read(folder, **tables)
    start = AS_OF - timedelta(days=7)
    return build(world, as_of=AS_OF, range_start=start, range_end=AS_OF)


def keys(found: Results, log: str) -> dict[str, set[str]]:
    """Return the operations of each record_key: tests name requests by operation."""
    by_key: dict[str, set[str]] = {}
    for row in found.reports[f"{log}_sync_log"]:
        by_key.setdefault(str(row["record_key"]), set()).add(str(row["operation"]))
    return by_key


def test_one_active_bearer_of_a_shared_code_names_the_record(tmp_path: Path) -> None:
    courses = [
        course("K1", add_code="A1", archived_at="2026-02-01T00:00:00Z"),
        course("K2", add_code="A1"),
        course("K3", add_code="A2", name="Bio"),
        course("K4", add_code="A2"),
    ]
    asked = [
        request("1", {"courseID": "none", "addCode": " A1\t"}),
        request("2", {"addCode": "A2", "name": "Bio"}, operation="update"),
        request("3", {"addCode": "A2"}, operation="delete"),
    ]

    found = results(tmp_path, courses=courses, requests=asked)

    assert keys(found, "course") == {
        "course:K2": {"create"},
        "course:K3": {"update"},
        "course?add_code=A2": {"delete"},
    }


def test_hard_deleted_records_name_as_archived_ones(tmp_path: Path) -> None:
    older = [user("U1", email="Ana@X.test"), user("U2", issued_id="7")]
    newer = [user("U3", email="aNA@x.test")]
    write(tmp_path, "users", older, "users/snapshot=20260301T000000Z")
    write(tmp_path, "users", newer, "users/snapshot=20260302T000000Z")
    asked = [
        request("1", {"email": "ANA@X.TEST"}, record_type="user"),
        request("2", {"issuedID": 7}, record_type="user", operation="update"),
    ]

    found = results(tmp_path, requests=asked)

    assert keys(found, "user") == {"user:U3": {"create"}, "user:U2": {"update"}}
    assert [row["user_id"] for row in found.reports["user_list"]] == ["U3"]


def test_snapshots_after_as_of_are_not_known(tmp_path: Path) -> None:
    later = [course("K1", name="Bio")]
    write(tmp_path, "courses", [], "courses/snapshot=20260319T000000Z")
    write(tmp_path, "courses", later, "courses/snapshot=20260321T000000Z")

    found = results(tmp_path, requests=[request("1", {"name": "Bio"})])

    assert keys(found, "course") == {"course?name=Bio": {"create"}}
    assert found.reports["course_list"] == []


def test_references_and_the_log_after_as_of_chain_requests(tmp_path: Path) -> None:
    member = {"record_type": "course_member", "requested_at": "2026-04-01T00:00:00Z"}
    linking = {"courseMappingID": "M2", "addCode": "A1", "userID": "U9"}
    asked = [
        request("1", {"mappingID": "M2"}),
        request("2", {"addCode": "A1"}, operation="update"),
        request("3", linking, **member),
    ]

    found = results(tmp_path, requests=asked)

    assert keys(found, "course") == {"course?mapping_id=M2": {"create", "update"}}
    assert found.rules_hit["group_by_chain"] == 1


def test_a_course_name_joins_only_where_it_is_alone(tmp_path: Path) -> None:
    asked = [
        request("1", {"name": "Bio"}),
        request("2", {"name": " Bio", "courseID": True}, operation="update"),
        request("3", {"name": "Bio", "addCode": "A1"}, operation="delete"),
    ]

    found = results(tmp_path, requests=asked)

    assert keys(found, "course") == {
        "course?name=Bio": {"create", "update"},
        "course?add_code=A1": {"delete"},
    }


def test_slots_follow_the_clock_of_the_campus(tmp_path: Path) -> None:
    sessions = [
        session("S1", "2026-03-08T07:30:00Z"),  # 03:30, the hour after the jump
        session("S2", "2026-11-01T05:30:00Z"),  # 01:30, the first time
        session("S3", "2026-11-01T06:30:00Z"),  # 01:30, again
    ]
    slots = [
        ("2026-03-08", "3:30:00"),
        ("2026-03-08", "02:30"),
        ("2026-03-08", "24:00"),
    ]
    slots += [("2026-11-01", "01:30")]
    asked = [
        request(
            str(place),
            {"courseID": "K1", "startDate": date, "startTime": time},
            record_type="attendance_session",
            requested_at=f"2026-03-15T00:00:0{place}Z",
        )
        for place, (date, time) in enumerate(slots)
    ]

    found = results(
        tmp_path, courses=[course("K1")], attendance_sessions=sessions, requests=asked
    )

    log = found.reports["attendance_session_sync_log"]
    assert {row["start_time"]: row["record_key"] for row in log} == {
        "3:30:00": "attendance_session:S1",
        "24:00": "attendance_session:S1",  # no time: the one session of that date
        "02:30": "attendance_session?slot=course:K1|2026-03-08|02:30",
        "01:30": "attendance_session?slot=course:K1|2026-11-01|01:30",
    }


def test_bulk_elements_merge_and_take_their_results(tmp_path: Path) -> None:
    params = {
        "courseID": "K1",
        "note": "all",
        "sessions": [{"note": None, "startDate": "2026-03-01"}],
        "attendanceIDs": ["S9", " S8 "],
    }
    error = {"status": "error", "message": "late"}
    asked = request(
        "1",
        params,
        record_type="attendance_session",
        operation="bulk_create",
        error_code="E0",
        item_results=[None, error, None, error],
        status="error",
    )

    found = results(tmp_path, requests=[asked])

    log = found.reports["attendance_session_sync_log"]
    given = {row["params"]: (row["error_code"], row["message"]) for row in log}
    assert given == {
        '{"courseID":"K1","startDate":"2026-03-01"}': ("E0", None),
        '{"attendanceID":"S9","courseID":"K1","note":"all"}': (None, "late"),
        '{"attendanceID":"S8","courseID":"K1","note":"all"}': ("E0", None),
    }


def test_a_log_row_counts_one_error_and_tells_the_last(tmp_path: Path) -> None:
    params = {"mappingID": "M1", "b": 1, "a": " x ", "null": None, "empty": "\t"}
    failed = {"status": "error", "requested_at": "2026-03-14T00:00:00Z"}
    asked = [
        request("2", params, **failed, error_code="E1", message="second"),
        request("10", params, **failed, error_code="E1", message="first"),
        request("3", {**params, "a": "x"}, **failed, message="E1"),
        request("4", params, error_code="E9", message="fine"),
        request("5", params, requested_at="2026-03-20T00:00:00Z"),
    ]

    found = results(tmp_path, requests=asked)

    assert [
        (row["status"], row["error_code"], row["message"], row["attempted_count"])
        for row in found.reports["course_sync_log"]
    ] == [("error", None, "E1", 3), ("success", None, None, 1)]
    last = [row["last_attempt"] for row in found.reports["course_sync_log"]]
    assert last == [None, "*"]
    assert found.reports["course_sync_log"][0]["params"] == (
        '{"a":"x","b":1,"mappingID":"M1"}'
    )
    assert found.reports["attempted_data_syncs"][0] == {
        "campus_id": "C1",
        "record_type": "course",
        "distinct_syncs": 1,
        "distinct_errors": 1,
        "last_errors": 0,
    }


def test_the_least_delivery_counts(tmp_path: Path) -> None:
    asked = [
        request("1", {"name": "b"}),
        request("1", {"name": "a"}, status="success"),
        request("1", {"name": "a"}, status="error", http_status=1000),
        request("1", {"name": "a "}, status="error", error_code="E1", http_status=99),
    ]

    found = results(tmp_path, requests=asked)

    (row,) = found.reports["course_sync_log"]
    assert (row["name"], row["status"], row["error_code"]) == ("a", "error", "E1")


def test_attempts_without_identifier_are_one_by_fingerprint(tmp_path: Path) -> None:
    asked = [
        request("1", {"courseID": ["K1"], "n": 1}),
        request("2", {"n": 1, "courseID": ["K1"]}, operation="update"),
        request("3", {"n": 1.0, "courseID": ["K1"]}, operation="delete"),
    ]

    found = results(tmp_path, requests=asked)

    assert keys(found, "course") == {
        'course?request={"courseID":["K1"],"n":1}': {"create", "update"},
        'course?request={"courseID":["K1"],"n":1.0}': {"delete"},
    }


def test_one_row_of_an_id_counts_in_a_snapshot(tmp_path: Path) -> None:
    rows = [
        course("K1", title="old", updated_at="2026-03-01T00:00:00Z"),
        course("K1", title="new", updated_at="2026-03-02 00:00:00"),
        course("K1", title="none"),
        course("K2", title="b"),
        course(" K2", title="b"),
        course("K2"),
    ]

    world = read(tmp_path, courses=rows)

    ((kept),) = world.snapshots["courses"].values()
    assert [row["title"] for row in kept] == ["new", "b"]
    assert [(bad.line, bad.rule) for bad in world.quarantined] == [
        (1, "bad_same_id"),
        (3, "bad_same_id"),
        (6, "bad_same_id"),
    ]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"params": '{"a": {"b": 1, "\\u0062": 2}}'}, "bad_duplicate_key"),
        ({"params": "[]"}, "bad_params_type"),
        ({"params": ""}, "bad_params_type"),
        ({"item_results": [{"error_code": "E1"}]}, "bad_result"),
        ({"item_results": {}}, "bad_item_results_type"),
        ({"operation": "bulk_create"}, "bad_operation"),
        ({"requested_at": "2026-03-15T24:00:00Z"}, "bad_time"),
        ({"requested_at": "2026-03-15T00:00:00.1234567Z"}, "bad_time"),
        ({"campus_id": " "}, "bad_no_campus"),
        ({"status": "Success"}, "bad_vocabulary"),
    ],
)
def test_bad_requests_are_set_aside(tmp_path: Path, change: Row, rule: str) -> None:
    good, bad = request("1", {"name": "a"}), request("2", {"name": "a"}) | change

    world = read(tmp_path, requests=[good, bad])

    assert [kept.request_id for kept in world.requests] == ["1"]
    (set_aside,) = world.quarantined
    assert (set_aside.file, set_aside.line) == ("api_requests.jsonl", 2)
    assert set_aside.rule == rule


def test_csv_keeps_line_breaks_and_refuses_a_missing_column(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "users.jsonl").unlink()
    header = ",".join(TABLES["users"])
    row = '" U1\r\n",C1,,"\t1 ",,,,,,2026-03-15 00:00:00.5,,'
    text = f"{header}\n\nfew,fields\n{row}\n"
    (tmp_path / "users.csv.gz").write_bytes(gzip.compress(text.encode()))

    world = read_drop(tmp_path, as_of=AS_OF)

    (kept,) = world.snapshots["users"][AS_OF]
    assert (kept["user_id"], kept["issued_id"]) == ("U1", "1")
    assert kept["created_at"] == datetime(2026, 3, 15, microsecond=500000, tzinfo=UTC)
    assert [bad.line for bad in world.quarantined] == [3]
    (tmp_path / "courses.jsonl").unlink()
    (tmp_path / "courses.csv").write_text("course_id,campus_id\n", encoding="utf-8")
    with pytest.raises(DropError, match=r"courses\.csv"):
        read_drop(tmp_path, as_of=AS_OF)


def test_flags_tell_versions_apart(tmp_path: Path) -> None:
    older = course("K1", updated_at="2026-03-15T00:00:00Z")
    newer = course(
        "K1", updated_at="2026-02-01T00:00:00Z", archived_at="2026-03-18 00:00:00"
    )
    too_old = course("K2", created_at="2025-09-20T23:59:59Z")
    just = course("K3", created_at="2025-09-21T00:00:00Z")
    fresh = "2026-03-13T00:00:00Z"
    new = course("K4", created_at=fresh, updated_at=fresh)
    write(tmp_path, "courses", [older], "courses/snapshot=20260316T000000Z")
    rows = [newer, too_old, just, new]
    write(tmp_path, "courses", rows, "courses/snapshot=20260319T000000Z")

    found = results(tmp_path)

    flags = ("existed_before", "created_in_range", "updated_in_range", "is_archived")
    listed = {
        row["course_id"]: tuple(row[flag] for flag in flags)
        for row in found.reports["course_list"]
    }
    assert listed == {
        "K1": (True, False, True, True),
        "K3": (True, False, False, False),
        "K4": (False, True, False, False),
    }
    assert found.reports["system_data_summary"][0] == {
        "campus_id": "C1",
        "record_type": "course",
        "existing": 2,
        "created": 1,
        "updated": 1,
        "archived": 1,
    }
