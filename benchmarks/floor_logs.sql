-- The five sync logs, over all history and over the range.

-- One row per distinct sync, status and error, from one pass over the requests.
create table work.log_rows as
with attempts as (
    select
        items.sync_key,
        items.item,
        landed.* exclude (payload_key),
        case
            when starts_with(items.operation, 'bulk_')
                then nullif(elements_of(landed.item_results)[items.item + 1], 'null')
        end as result
    from work.landed as landed
    inner join work.items as items
        on landed.payload_key = items.payload_key
    where landed.rowid not in (select delivery from work.losing_deliveries)
),

answered as (
    select
        sync_key,
        item,
        request_id,
        requested_at,
        if(result is null, status, shown(result -> '$.status')) as answer,
        if(result is null, error_code, shown(result -> '$.error_code')) as code,
        if(result is null, message, shown(result -> '$.message')) as text
    from attempts
),

judged as (
    select
        sync_key,
        item,
        request_id,
        requested_at,
        answer as status,
        if(answer = 'error', code, null) as error_code,
        if(answer = 'error', text, null) as message,
        requested_at >= range_start() and requested_at < range_end() as is_in_range
    from answered
)

select
    sync_key,
    status,
    count(*) as attempted_count,
    min(requested_at) as first_attempted_at,
    max(struct_pack(requested_at, request_id, item, error_code, message)) as last,
    count(*) filter (where is_in_range) as range_count,
    min(requested_at) filter (where is_in_range) as range_first_at,
    max(struct_pack(requested_at, request_id, item, error_code, message))
        filter (where is_in_range) as range_last
from judged
group by sync_key, status, coalesce(error_code, message);

create view work.history_rows as
select
    sync_key, status, attempted_count, first_attempted_at, last
from work.log_rows;

create view work.range_rows as
select
    sync_key,
    status,
    range_count as attempted_count,
    range_first_at as first_attempted_at,
    range_last as last
from work.log_rows
where range_count > 0;

create temp macro log_of(scope, wanted) as table
select
    syncs.campus_id,
    syncs.record_key,
    syncs.given,
    syncs.params,
    syncs.operation,
    scoped.status,
    scoped.last.error_code,
    scoped.last.message,
    scoped.first_attempted_at,
    scoped.last.requested_at as last_attempted_at,
    scoped.attempted_count,
    case
        when
            scoped.last = max(scoped.last) over (
                partition by syncs.campus_id, syncs.record_key
            )
            then '*'
    end as last_attempt
from query_table(scope) as scoped
inner join work.syncs_named as syncs
    on scoped.sync_key = syncs.sync_key
where syncs.record_type = wanted;

create temp macro course_log(scope) as table
select
    campus_id,
    record_key,
    shown(given.courseID) as course_id,
    shown(given.mappingID) as mapping_id,
    shown(given.addCode) as add_code,
    shown(given.name) as name,
    columns(* exclude (campus_id, record_key, given))
from log_of(scope, 'course')
order by
    name nulls last, add_code nulls last, course_id nulls last,
    last_attempted_at nulls last, record_key nulls last;

create temp macro user_log(scope) as table
select
    campus_id,
    record_key,
    shown(given.userID) as user_id,
    shown(given.mappingID) as mapping_id,
    shown(given.issuedID) as issued_id,
    shown(given.email) as email,
    shown(given.firstName) as first_name,
    shown(given.lastName) as last_name,
    columns(* exclude (campus_id, record_key, given))
from log_of(scope, 'user')
order by
    email nulls last, issued_id nulls last, mapping_id nulls last,
    user_id nulls last, last_attempted_at nulls last, record_key nulls last;

create temp macro course_member_log(scope) as table
select
    campus_id,
    record_key,
    shown(given.courseMemberID) as course_member_id,
    shown(given.mappingID) as mapping_id,
    shown(given.userID) as user_id,
    shown(given.userMappingID) as user_mapping_id,
    shown(given.issuedID) as issued_id,
    shown(given.email) as email,
    shown(given.courseID) as course_id,
    shown(given.addCode) as add_code,
    shown(given.courseName) as course_name,
    columns(* exclude (campus_id, record_key, given))
from log_of(scope, 'course_member')
order by
    email nulls last, issued_id nulls last, mapping_id nulls last,
    user_id nulls last, last_attempted_at nulls last, record_key nulls last;

create temp macro attendance_session_log(scope) as table
select
    campus_id,
    record_key,
    shown(given.attendanceID) as attendance_id,
    shown(given.mappingID) as mapping_id,
    shown(given.courseID) as course_id,
    shown(given.addCode) as add_code,
    shown(given.courseName) as course_name,
    shown(given.startDate) as start_date,
    shown(given.startTime) as start_time,
    columns(* exclude (campus_id, record_key, given))
from log_of(scope, 'attendance_session')
order by
    course_name nulls last, add_code nulls last, course_id nulls last,
    mapping_id nulls last, start_date nulls last, start_time nulls last,
    last_attempted_at nulls last, record_key nulls last;

create temp macro attendance_posting_log(scope) as table
select
    campus_id,
    record_key,
    shown(given.userID) as user_id,
    shown(given.userMappingID) as user_mapping_id,
    shown(given.mappingID) as mapping_id,
    shown(given.attendanceID) as attendance_id,
    shown(given.recordID) as record_id,
    shown(given.timeAttended) as time_attended,
    shown(given.timeAbsent) as time_absent,
    columns(* exclude (campus_id, record_key, given))
from log_of(scope, 'attendance_posting')
where
    campus_id in (
        select campus_id
        from integration_jobs_rows
        where
            is_enabled
            and direction = 'out'
            and snapshot_at = newest_snapshot('integration_jobs_rows')
    )
order by
    user_id nulls last, mapping_id nulls last, attendance_id nulls last,
    record_id nulls last, last_attempted_at nulls last, record_key nulls last;

create table course_sync_log as
from course_log('work.range_rows');
create table course_sync_log_of_all_history as
from course_log('work.history_rows');

create table user_sync_log as
from user_log('work.range_rows');
create table user_sync_log_of_all_history as
from user_log('work.history_rows');

create table course_member_sync_log as
from course_member_log('work.range_rows');
create table course_member_sync_log_of_all_history as
from course_member_log('work.history_rows');

create table attendance_session_sync_log as
from attendance_session_log('work.range_rows');
create table attendance_session_sync_log_of_all_history as
from attendance_session_log('work.history_rows');

create table attendance_posting_sync_log as
from attendance_posting_log('work.range_rows');
create table attendance_posting_sync_log_of_all_history as
from attendance_posting_log('work.history_rows');
