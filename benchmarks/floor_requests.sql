-- The requests: each read once, those delivered again dropped, distinct ones taken
-- apart once. See floor.py, which makes the views <table>_rows of the files.

create temp macro content_key(parts) as md5_number(array_to_string(parts, chr(31)));

-- The top-level keys of a JSON object, each with its value as JSON text.
create temp macro keys_of(params) as from_json(params, '"MAP(VARCHAR,JSON)"');

-- A JSON value as text: a string trimmed, anything else as it stands.
create temp macro shown(json_value) as
case
    when starts_with(json_value, '"') then clean(json_extract_string(json_value, '$'))
    when json_value <> 'null' then cast(json_value as varchar)
end;

-- The same, where it identifies: true, false, arrays and objects do not.
create temp macro naming(json_value) as
case when not regexp_matches(json_value, '^[tf\[{]') then shown(json_value) end;

create temp macro fingerprint(given) as
'{' || coalesce(array_to_string(
    list_transform(
        list_sort(
            list_filter(map_entries(given), lambda entry: shown(entry.value) is not null)
        ),
        lambda entry: to_json(entry.key) || ':' || case
            when starts_with(entry.value, '"') then to_json(shown(entry.value))
            else entry.value
        end
    ),
    ','
), '') || '}';

create temp macro elements_of(json_array) as
case
    when json_type(json_array) = 'ARRAY' then from_json(json_array, '["JSON"]')
end;

create temp macro calendar_date(given) as
case
    when regexp_full_match(given, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
        and not starts_with(given, '0000')
        and try_cast(given as date) is not null
        then given
end;

create temp macro time_of_day(given) as
case
    when regexp_full_match(given, '([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?')
        then regexp_replace(
            case when given like '_:%' then '0' || given else given end,
            '^(.{5}):00$',
            '\1'
        )
end;

-- 1. Every request once, with a key for its content.
create table work.landed as
select
    * exclude (record_id, snapshot_at),
    content_key([campus_id, record_type, operation, params]) as payload_key
from api_requests_rows
where
    request_id is not null
    and campus_id is not null
    and requested_at is not null
    and status in ('success', 'error')
    and starts_with(params, '{')
    and coalesce(starts_with(item_results, '['), true)
    and record_type || '.' || operation in (
        'course.create', 'course.update', 'course.delete',
        'user.create', 'user.update', 'user.delete',
        'course_member.create', 'course_member.update', 'course_member.delete',
        'attendance_session.create', 'attendance_session.bulk_create',
        'attendance_session.delete', 'attendance_session.bulk_delete',
        'attendance_posting.post'
    );

-- 2. Distinct requests, taken apart once.
create table work.payloads as
select
    payload_key,
    any_value(campus_id) as campus_id,
    any_value(record_type) as record_type,
    any_value(operation) as operation,
    any_value(params) as params
from work.landed
group by payload_key
having len(json_keys(params)) = len(list_distinct(json_keys(params)));

create table work.items as
with payloads as (
    select
        *,
        keys_of(params) as given
    from work.payloads
),

bulk_requests as (
    select
        *,
        map_from_entries(list_filter(
            map_entries(given),
            lambda entry: entry.key not in ('sessions', 'attendanceIDs')
        )) as shared,
        list_concat(
            coalesce(elements_of(given['sessions']), []),
            list_transform(
                coalesce(elements_of(given['attendanceIDs']), []),
                lambda id: '{"attendanceID":' || id || '}'
            )
        ) as elements
    from payloads
    where starts_with(operation, 'bulk_')
),

items as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        0 as item,
        given
    from payloads
    where not starts_with(operation, 'bulk_')
    union all
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        item,
        map_concat(shared, keys_of(element)) as given
    from (
        select
            *,
            unnest(elements) as element,
            generate_subscripts(elements, 1) - 1 as item
        from bulk_requests
    ) as taken_apart
    where starts_with(element, '{')
),

fingerprinted as (
    select
        * exclude (given),
        fingerprint(given) as params
    from items
)

select
    *,
    content_key([campus_id, record_type, operation, params]) as sync_key
from fingerprinted;

create table work.syncs as
with distinct_items as (
    select
        sync_key,
        any_value(campus_id) as campus_id,
        any_value(record_type) as record_type,
        any_value(operation) as operation,
        any_value(params) as params
    from work.items
    group by sync_key
)

select
    *,
    from_json(params, '{
        "courseID": "JSON", "courseMappingID": "JSON", "addCode": "JSON",
        "courseName": "JSON", "name": "JSON", "mappingID": "JSON",
        "userID": "JSON", "userMappingID": "JSON", "issuedID": "JSON",
        "email": "JSON", "firstName": "JSON", "lastName": "JSON",
        "courseMemberID": "JSON", "attendanceID": "JSON", "recordID": "JSON",
        "startDate": "JSON", "startTime": "JSON",
        "timeAttended": "JSON", "timeAbsent": "JSON"
    }') as given
from distinct_items;

-- 3. Of deliveries with one id the least counts. Few come twice: the hash finds them.
create table work.losing_deliveries as
with repeated as (
    select hash(campus_id, request_id) as id_hash
    from work.landed
    group by id_hash
    having count(*) > 1
),

deliveries as (
    select
        *,
        rowid as delivery
    from work.landed
    where hash(campus_id, request_id) in (select id_hash from repeated)
)

select delivery
from deliveries
qualify
    row_number() over (
        partition by campus_id, request_id
        order by
            requested_at, fingerprint(keys_of(params)), status,
            error_code nulls last, message nulls last, job_id nulls last,
            record_type, operation, http_status nulls last,
            item_results nulls last, delivery
    ) > 1;
