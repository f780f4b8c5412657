"""What the demo world's API log holds."""

import json
import re

from small_demo import SMALL, World

OPERATIONS = {
    ("course", "create"),
    ("course", "update"),
    ("course", "delete"),
    ("user", "create"),
    ("user", "update"),
    ("user", "delete"),
    ("course_member", "create"),
    ("course_member", "update"),
    ("course_member", "delete"),
    ("attendance_session", "create"),
    ("attendance_session", "bulk_create"),
    ("attendance_session", "delete"),
    ("attendance_session", "bulk_delete"),
    ("attendance_posting", "post"),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def test_has_exactly_the_requests_asked_for(small_world: World) -> None:
    found = small_world.number(
        "select count(distinct (campus_id, request_id)) from log"
    )

    assert found == SMALL.requests


def test_has_every_operation(small_world: World) -> None:
    found = small_world.ask("select distinct record_type, operation from log")

    assert set(found) == OPERATIONS


def test_sends_the_same_again_and_again(small_world: World) -> None:
    distinct = small_world.number(
        "select count(distinct (campus_id, record_type, operation, params_text)) "
        "from log where file_name not like 'again%'"
    )

    assert SMALL.requests / distinct > 5


def test_lies_within_the_window(small_world: World) -> None:
    [(first, last)] = small_world.ask(
        "select min(requested_at), max(requested_at) from log"
    )

    assert SMALL.starts_at <= first  # type: ignore[operator]
    assert last < SMALL.ends_at  # type: ignore[operator]


def test_weekends_are_thin(small_world: World) -> None:
    [(weekdays, weekends)] = small_world.ask(
        """
        select
            count(*) filter (where isodow(requested_at) between 2 and 5) / 16,
            count(*) filter (where isodow(requested_at) = 7) / 4
        from log
        """
    )

    assert weekends < 0.8 * weekdays  # type: ignore[operator]


def test_errors_come_in_every_shape(small_world: World) -> None:
    [(share, both, code_only, message_only, outage)] = small_world.ask(
        """
        select
            avg((status = 'error')::integer),
            count(*) filter (where error_code is not null and message is not null),
            count(*) filter (where error_code is not null and message is null),
            count(*) filter (
                where status = 'error' and error_code is null and message is not null
            ),
            count(*) filter (where http_status = '503')
        from log
        """
    )

    assert 0.03 < float(str(share)) < 0.09
    assert both
    assert code_only
    assert message_only
    assert outage


def test_errors_persist_and_heal(small_world: World) -> None:
    [(persisting, healing)] = small_world.ask(
        """
        with items as (
            select
                list(status order by requested_at) as statuses
            from log
            where file_name not like 'again%' and http_status not in ('503', '504')
            group by campus_id, record_type, operation, params_text
        )
        select
            count(*) filter (
                where len(statuses) >= 10 and list_distinct(statuses) = ['error']
            ),
            count(*) filter (
                where
                    statuses[1] = 'error'
                    and statuses[2] = 'error'
                    and statuses[-1] = 'success'
            )
        from items
        """
    )

    assert persisting
    assert healing


def test_bulk_requests_fail_in_part_and_heal(small_world: World) -> None:
    results = small_world.ask(
        """
        select campus_id, params_text, list(distinct item_results)
        from log
        where operation = 'bulk_create' and status = 'success'
        group by campus_id, params_text
        """
    )

    statuses = [
        [{item["status"] for item in json.loads(text)} for text in texts]  # type: ignore[attr-defined]
        for _, _, texts in results
    ]
    assert any({"success", "error"} in sets for sets in statuses)
    assert any(
        {"success", "error"} in sets and {"success"} in sets for sets in statuses
    )


def test_bulk_elements_have_results_of_their_own(small_world: World) -> None:
    wrong = small_world.number(
        """
        select count(*)
        from log
        where
            operation like 'bulk%'
            and item_results is not null
            and json_array_length(item_results::json)
            <> coalesce(json_array_length(params_text::json, '$.sessions'), 0)
            + coalesce(json_array_length(params_text::json, '$.attendanceIDs'), 0)
        """
    )

    assert wrong == 0


def test_params_identify_records_in_many_ways(small_world: World) -> None:
    rows = small_world.ask(
        """
        select record_type, list(distinct list_sort(json_keys(params_text::json)))
        from log
        group by record_type
        """
    )
    kinds = {str(record_type): keys for record_type, keys in rows}

    def sent(record_type: str, *wanted: str) -> bool:
        return any(set(wanted) <= set(keys) for keys in kinds[record_type])  # type: ignore[attr-defined]

    def bare(record_type: str, *names: str) -> bool:
        return any(not set(names) & set(keys) for keys in kinds[record_type])  # type: ignore[attr-defined]

    assert sent("course", "courseID")
    assert sent("course", "mappingID")
    assert sent("course", "addCode")
    assert sent("course", "name")
    assert sent("user", "userID")
    assert sent("user", "issuedID")
    assert sent("user", "mappingID")
    assert sent("user", "email")
    assert sent("user", "vendorNotes")
    assert bare("user", "userID", "issuedID", "mappingID", "email")
    assert sent("course_member", "courseMemberID")
    assert sent("course_member", "addCode", "email")
    assert sent("attendance_session", "attendanceID")
    assert bare("attendance_session", "startTime", "attendanceID", "sessions")
    assert sent("attendance_posting", "recordID")
    assert sent("attendance_posting", "attendanceID", "userID")


def test_ghosts_are_joined_by_a_chain(small_world: World) -> None:
    chained = small_world.number(
        """
        with named as (
            select distinct
                campus_id,
                params_text ->> 'mappingID' as mapping_id,
                lower(params_text ->> 'email') as email
            from log
            where record_type = 'user'
        )
        select count(*)
        from named
        inner join named as by_email
            on
                named.campus_id = by_email.campus_id
                and named.email = by_email.email
                and by_email.mapping_id is null
        where
            named.mapping_id is not null
            and not exists (
                from users
                where
                    users.campus_id = named.campus_id
                    and users.mapping_id = named.mapping_id
            )
        """
    )

    assert chained


def test_a_request_may_name_a_campus_that_is_gone(small_world: World) -> None:
    assert small_world.ask(
        "select distinct campus_id from log anti join campuses using (campus_id)"
    ) == [("C004",)]


def test_comes_in_every_format(small_world: World) -> None:
    names = [path.name for path in small_world.directory.rglob("day=*/*")]

    assert {name.partition(".")[2] for name in names} == {
        "parquet",
        "jsonl",
        "jsonl.gz",
        "csv",
    }


def test_some_days_come_late(small_world: World) -> None:
    late = small_world.number(
        "select count(*) from log "
        "where file_name like 'late%' and requested_at::date < folder_date"
    )

    assert late


def test_some_days_come_twice_and_now_and_then_otherwise(small_world: World) -> None:
    [(alike, different)] = small_world.ask(
        """
        select
            count(*) filter (where deliveries = 2 and contents = 1),
            count(*) filter (where deliveries = 2 and contents = 2)
        from (
            select
                count(*) as deliveries,
                count(distinct (requested_at, sent_params, status)) as contents
            from log
            group by campus_id, request_id
        )
        """
    )

    assert int(str(alike)) > int(str(different)) >= 3


def test_times_in_json_are_written_as_the_contract_says(small_world: World) -> None:
    times = [
        json.loads(line)["requested_at"]
        for line in small_world.lines()
        if line.startswith('{"request_id":"rq')
    ]

    assert times
    assert all(TIME.fullmatch(time) for time in times)
