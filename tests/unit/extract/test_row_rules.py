"""A row that breaks section 1 goes, whole and with the reason; its neighbours stay."""

from __future__ import annotations

from typing import Any

import pytest

from support.drops import (
    SmallDrop,
    course,
    csv_text,
    jsonl_text,
    request,
    text_in,
    user,
)

BULK = {"record_type": "attendance_session", "operation": "bulk_create"}
BULK_DELETE = {"record_type": "attendance_session", "operation": "bulk_delete"}
SESSIONS = {"sessions": [{"attendanceID": "S1"}]}

BAD_REQUESTS: dict[str, dict[str, Any]] = {
    "no request_id": {"request_id": " "},
    "no campus_id": {"campus_id": None},
    "no requested_at": {"requested_at": None},
    "no record_type": {"record_type": ""},
    "unknown record_type": {"record_type": "teacher"},
    "record_type in capitals": {"record_type": "Course"},
    "no operation": {"operation": None},
    "unknown operation": {"operation": "explode"},
    "operation of another record_type": {"operation": "post"},
    "no status": {"status": None},
    "unknown status": {"status": "ok"},
    "http_status in words": {"http_status": "fine"},
    "no params": {"params": None},
    "params null": {"params": "null"},
    "params an array": {"params": [1]},
    "params a number": {"params": 1},
    "params a text that holds a text": {"params": '"{}"'},
    "params true": {"params": True},
    "item_results an object": {"item_results": {"status": "success"}},
    "item_results a number": {"item_results": 1},
    "a result that is a text": {"item_results": ["success"]},
    "a result without status": {"item_results": [{"error_code": "E1"}]},
    "a result with another status": {"item_results": [{"status": "ok"}]},
    "a result with status null": {"item_results": [{"status": None}]},
    "a result that is an array": {"item_results": [[{"status": "success"}]]},
    "bulk without arrays": {**BULK, "params": {"courseID": "K1"}},
    "bulk with both arrays null": {
        **BULK,
        "params": {"sessions": None, "attendanceIDs": None},
    },
    "sessions an object": {**BULK, "params": {"sessions": {"0": {}}}},
    "sessions a text": {**BULK_DELETE, "params": {"sessions": "[]"}},
    "a session that is a text": {**BULK, "params": {"sessions": [{}, "S1"]}},
    "a session that is null": {**BULK, "params": {"sessions": [None]}},
    "attendanceIDs a text": {**BULK_DELETE, "params": {"attendanceIDs": "S1"}},
    "an id that is null": {**BULK_DELETE, "params": {"attendanceIDs": ["S1", None]}},
    "an id that is empty": {**BULK_DELETE, "params": {"attendanceIDs": [" "]}},
    "an id that is true": {**BULK_DELETE, "params": {"attendanceIDs": [True]}},
    "an id that is an object": {**BULK_DELETE, "params": {"attendanceIDs": [{}]}},
    "a good array beside a bad one": {
        **BULK,
        "params": {**SESSIONS, "attendanceIDs": {"a": 1}},
    },
}

GOOD_REQUESTS: dict[str, dict[str, Any]] = {
    "empty params": {"params": {}},
    "a campus that no snapshot has": {"campus_id": "nowhere"},
    "a job that no snapshot has": {"job_id": "nowhere"},
    "item_results null as text": {"item_results": "null"},
    "item_results empty": {"item_results": []},
    "results that are null": {"item_results": [None, {"status": "error"}]},
    "an empty array": {**BULK, "params": {"sessions": []}},
    "an array beside null": {**BULK, "params": {**SESSIONS, "attendanceIDs": None}},
    "both arrays": {**BULK, "params": {**SESSIONS, "attendanceIDs": ["S2", 3, 1.5]}},
    "an empty session": {**BULK, "params": {"sessions": [{}]}},
    "arrays of a request that is not bulk": {"params": {"sessions": 1}},
    "http_status with zeros": {"http_status": "200.0"},
}


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_request_that_breaks_a_rule_is_a_bad_row(
    drop: SmallDrop, suffix: str
) -> None:
    rows = [{**request(name), **given} for name, given in BAD_REQUESTS.items()]
    content = text_in(suffix, [*rows, request("good")])
    drop.deliver(f"api_requests.{suffix}", content)

    entry = drop.land()[f"api_requests.{suffix}"]

    assert drop.rows("api_requests", "request_id") == [("good",)]
    first = 1 + entry.header_count
    bad = drop.bad_rows("line_number", "reason", "table_name", "source_file")
    assert [row[0] for row in bad] == list(range(first, first + len(rows)))
    assert all(row[1] and "\n" not in row[1] for row in bad)
    assert {where[2:] for where in bad} == {("api_requests", entry.path)}


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_request_that_breaks_none_lands(drop: SmallDrop, suffix: str) -> None:
    rows = [request(name, **given) for name, given in GOOD_REQUESTS.items()]
    drop.deliver(f"api_requests.{suffix}", text_in(suffix, rows))

    drop.land()

    assert drop.bad_rows("raw_text", "reason") == []
    assert drop.rows("api_requests", "request_id") == [(n,) for n in GOOD_REQUESTS]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"course_id": " "}, "course_id is missing"),
        ({"campus_id": None}, "campus_id is missing"),
        ({"created_at": None}, "created_at is missing"),
        ({"updated_at": "yesterday"}, "updated_at 'yesterday' is no time"),
        ({"starts_at": "2026-03-01"}, "starts_at '2026-03-01' is no time"),
        ({"meeting_days": "Mon;Funday"}, "meeting_days 'Mon;Funday' is not a list"),
        ({"meeting_days": "Mon,Tue"}, "meeting_days 'Mon,Tue' is not a list"),
        ({"meeting_days": "Mon;"}, "meeting_days 'Mon;' is not a list"),
    ],
)
def test_a_course_that_breaks_a_rule_is_a_bad_row(
    drop: SmallDrop, given: dict[str, Any], reason: str
) -> None:
    rows = [course("K1", meeting_days="Mon"), {**course("K2"), **given}]
    drop.deliver("courses.jsonl", jsonl_text([*rows, course("K3")]))

    drop.land()

    assert drop.rows("courses", "course_id") == [("K1",), ("K3",)]
    ((line, told),) = drop.bad_rows()
    assert line == 2
    assert told.startswith(reason)


@pytest.mark.parametrize("user_type", ["teacher", "Student", "staff;student"])
def test_a_value_outside_a_vocabulary_is_a_bad_row(
    drop: SmallDrop, user_type: str
) -> None:
    rows = [user("U1", user_type=user_type), user("U2", user_type=" staff ")]
    drop.deliver("users.csv", csv_text([*rows, user("U3", user_type="")]))

    drop.land()

    assert drop.rows("users", "user_id", "user_type") == [("U2", "staff"), ("U3", None)]
    assert f"user_type '{user_type}'" in drop.bad_rows("reason")[0][0]


def campus(time_zone: str, **given: Any) -> dict[str, Any]:
    return {
        "campus_id": "C1",
        "name": None,
        "organization_name": None,
        "time_zone": time_zone,
        **dict.fromkeys(
            [
                "check_in_opens_min",
                "check_in_closes_min",
                "check_out_opens_min",
                "check_out_closes_min",
            ]
        ),
        **given,
    }


@pytest.mark.parametrize(
    "time_zone",
    ["America/Denver", "Asia/Kolkata", "UTC", "Etc/GMT+5", "EST5EDT", "Pacific/Apia"],
)
def test_an_iana_zone_is_a_time_zone(drop: SmallDrop, time_zone: str) -> None:
    drop.deliver("campuses.csv", csv_text([campus(time_zone)]))

    drop.land()

    assert drop.rows("campuses", "time_zone") == [(time_zone,)]


@pytest.mark.parametrize(
    "time_zone",
    [
        "",
        "Mars/Olympus",
        "america/denver",
        "America/Denver ;",
        "GMT+5",
        "+05:00",
        "PST",
        "BST",
        "IST",
        "SystemV/PST8PDT",
    ],
)
def test_a_zone_that_iana_does_not_know_is_a_bad_row(
    drop: SmallDrop, time_zone: str
) -> None:
    drop.deliver("campuses.csv", csv_text([campus(time_zone)]))

    drop.land()

    assert drop.rows("campuses") == []
    assert "time_zone" in drop.bad_rows("reason")[0][0]


@pytest.mark.parametrize("minutes", ["-5", "0", "15", "90"])
def test_minutes_are_whole_numbers(drop: SmallDrop, minutes: str) -> None:
    row = campus("UTC", check_in_opens_min=minutes)
    drop.deliver("campuses.csv", csv_text([row]))

    drop.land()

    assert drop.rows("campuses", "check_in_opens_min") == [(int(minutes),)]


@pytest.mark.parametrize("minutes", ["1.5", "15 min", "1e2", "٣", "99999999999"])
def test_other_minutes_are_a_bad_row(drop: SmallDrop, minutes: str) -> None:
    row = campus("UTC", check_in_opens_min=minutes)
    drop.deliver("campuses.csv", csv_text([row]))

    drop.land()

    assert drop.rows("campuses") == []
    assert "check_in_opens_min" in drop.bad_rows("reason")[0][0]
