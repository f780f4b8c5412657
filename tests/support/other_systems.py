"""What other systems did at the worked example's campus, and at one next to it.

The rows stand in the marts as a run would have put them there; the reports' tables are
filled by the project's own macros. Every text of the campus ELSE holds ``secret``.
"""

from __future__ import annotations

from support.compiled import CompiledProject

_FILLED = (
    *("sync_history", "rostering_jobs", "rostering_job_errors"),
    *("provisioning_report", "engagement_viewsessions"),
    *("engagement_viewsessiondetails", "engagement_notes"),
)
_MARTS = """
insert into marts.dim_campuses by name
    select 'ELSE' as campus_id, 'Somebody else' as name
    where 'ELSE' not in (select campus_id from marts.dim_campuses);
insert into marts.source_status by name
from (values
    ('canvas', 'canvas', 'DEN', '15 * * * *', 'America/Denver', 'read', null),
    ('clouds', 'cloudwork', 'DEN', null, 'UTC', 'read', null),
    ('echo', 'echo360', 'DEN', '45 * * * *', 'UTC', 'failed', 'it was away'),
    ('district', 'oneroster', 'DEN', '0 3 * * *', 'UTC', 'read', null),
    ('secret canvas', 'canvas', 'ELSE', '0 1 * * *', 'UTC', 'read', null)
) as sources (source, kind, campus_id, schedule_cron, time_zone, status, last_error)
select *, timestamptz '2026-03-13 05:00:00+00' as last_success_at;
create temp table jobs as from (values
    ('DEN', 'canvas', '41', 'Ada Admin', 'Failed', 'users', 3, 1, 8),
    ('DEN', 'canvas', '42', 'Integrations Admin', 'Completed', null, 0, 0, 9),
    ('DEN', 'canvas', '43', 'Integrations Admin', 'In Progress', 'courses', 0, 0, 10),
    ('ELSE', 'secret canvas', '41', 'secret person', 'Failed', 'secret', 1, 0, 8)
) as jobs (campus_id, source, job_id, posted_by, status, stage, errors, warnings, day);
insert into marts.fct_rostering_jobs by name
select
    * exclude (errors, warnings, day),
    'Roster Import' as type, 'PowerSchool' as sis_type,
    errors as error_count, warnings as warning_count, 100 as progress,
    timestamptz '2026-03-01 07:00:00+00' + to_days(day - 1) as created_at,
    created_at + interval 1 minute as started_at,
    if(status = 'In Progress', null, created_at + interval 9 minutes) as ended_at,
    created_at + interval 9 minutes as updated_at, 'imported' as workflow_state,
    '{"users": 5, "courses": 2}'::json as row_counts,
    '{"User": {"created": 1}}'::json as state_changes,
    json_object('id', job_id::int, 'note', source || ' raw answer') as job_json,
    7 as row_count
from jobs;
insert into marts.fct_rostering_job_errors by name
select *, timestamptz '2026-03-08 07:09:00+00' as updated_at from (values
    ('DEN', 'canvas', '41', 'error', 'users.csv', 7, 'User 1001 has no login_id'),
    ('DEN', 'canvas', '41', 'error', 'users.csv', 8, 'ana.li@school.test is in use.'),
    ('DEN', 'canvas', '41', 'error', 'enrollments.csv', 2, 'No course MAP1x for 10011'),
    ('DEN', 'canvas', '41', 'warning', 'courses.csv', 3, 'Course MAP1: no term given'),
    ('ELSE', 'secret canvas', '41', 'error', 'secret.csv', 2, 'secret 1001 refused')
) as told (campus_id, source, job_id, severity, file_name, line_number, message);
insert into marts.fct_provisioning_events by name
select
    * exclude (day), 'clouds' as source, 0 as disabled, 0 as deleted,
    added + updated + errors > 0 as has_activity, 5 as processed,
    timestamptz '2026-03-01 09:00:00+00' + to_days(day - 1) as date_started,
    date_started + interval 2 minutes as date_finished
from (values
    ('DEN', 'Account Synchronization', 'Staff', null, 4, 1, 0, 'ok', 7),
    ('DEN', 'Account Synchronization', 'Staff', null, 0, 0, 0, 'nothing new', 8),
    ('DEN', 'Account Provisioning', 'Students', null, 2, 0, 0, 'ok', 9),
    ('DEN', 'Sync Error', 'Students', null, 0, 0, 3, 'UM1 could not be made', 10),
    ('DEN', 'Authentication', null, 'ana.li@school.test', 0, 1, 0, 'signed in', 11),
    ('DEN', 'Authentication Failed', null, 'bo@school.test', 0, 0, 1, 'password', 12),
    ('ELSE', 'Authentication', 'secret profile', 'ana.li@school.test', 1, 1, 1, 'x', 9)
) as events (
    campus_id, event, syncprofile_name, user_name, added, updated, errors, details, day
);
insert into marts.fct_engagement_rows by name
select
    campus_id, 'echo' as source, report, line_number,
    timestamptz '2026-03-06 00:00:00+00' as window_start,
    json_merge_patch(content, json_object('event_timestamp', moment)) as content
from (values
    ('DEN', 'viewsessions', 2, '2026-03-09T10:00:00Z', '{"session_id": "s-1",
        "session_status": "SESSION_BEGIN", "media_name": "Welding 1",
        "user_email": "ANA.LI@school.test", "course_code": "AC1"}'::json),
    ('DEN', 'viewsessions', 3, '2026-03-09T11:00:00Z', '{"session_id": "s-2",
        "session_status": "SESSION_END", "media_name": "Cells",
        "user_email": "bo@school.test", "course_code": "BIO"}'::json),
    ('DEN', 'viewsessiondetails', 2, '2026-03-09T10:01:00Z', '{"session_id": "s-1",
        "media_name": "Welding 1", "user_id": "e-1"}'::json),
    ('DEN', 'viewsessiondetails', 3, '2026-03-09T11:01:00Z', '{"session_id": "s-2",
        "media_name": "Cells", "user_id": "e-2"}'::json),
    ('DEN', 'notes', 2, '2026-03-10T10:00:00Z', '{"content": "weld", "user_email":
        "ana.li@school.test", "course_identifier": "K1"}'::json),
    ('ELSE', 'notes', 2, '2026-03-10T10:00:00Z', '{"content": "secret note",
        "user_email": "ana.li@school.test", "course_identifier": "K1"}'::json)
) as rows (campus_id, report, line_number, moment, content);
insert into marts.fct_roster_record_versions by name
select * exclude (day), timestamptz '2026-03-01 03:00:00+00' + to_days(day - 1)
    as started_at
from (values
    ('DEN', 'district', 'users', 'UM1', 'district:mon:1', 'new', true, 7,
        '{"email": "ana.li@school.test", "identifier": "1001"}'::json),
    ('DEN', 'district', 'classes', 'MAP1', 'district:mon:1', 'new', true, 7,
        '{"classCode": "AC1", "title": "Welding"}'::json),
    ('DEN', 'district', 'enrollments', 'E-1', 'district:mon:1', 'new', true, 7,
        '{"userSourcedId": "UM1", "classSourcedId": "MAP1"}'::json),
    ('DEN', 'district', 'enrollments', 'E-2', 'district:mon:1', 'new', true, 7,
        '{"userSourcedId": "UM2", "classSourcedId": "MAP2"}'::json),
    ('ELSE', 'secret', 'users', 'UM1', 'secret:mon:1', 'new', true, 7,
        '{"email": "ana.li@school.test", "identifier": "secret"}'::json)
) as versions (
    campus_id, source, data_type, record_id, sync_id, change, is_active, day, content
);
insert into marts.fct_roster_record_versions by name
select
    'DEN' as campus_id, 'district' as source, 'users' as data_type,
    'UM1' as record_id, 'district:tue:2' as sync_id, 'updated' as change,
    true as is_active, timestamptz '2026-03-09 03:00:00+00' as started_at,
    [{'field': 'grades', 'old': '09', 'new': '10'}] as changed_fields,
    '{"email": "ana.li@school.test", "grades": "10"}'::json as content;
insert into marts.dim_roster_records by name
select campus_id, source, data_type, record_id, is_active, content
from marts.fct_roster_record_versions
qualify row_number() over (
    partition by source, data_type, record_id order by started_at desc
) = 1;
insert into marts.fct_sync_history by name
select
    campus_id, source || ':' || job_id as sync_id, source, 'Canvas' as app,
    'import' as direction, type as event, posted_by, status, stage,
    row_count as records, error_count as errors, started_at, ended_at as finished_at
from marts.fct_rostering_jobs
union all by name
select distinct
    campus_id, sync_id, source, 'OneRoster CSV' as app, 'import' as direction,
    'Import' as event, 'Warning' as status, 'Scheduled' as posted_by, 3 as records,
    1 as errors, started_at, started_at as finished_at
from marts.fct_roster_record_versions where source = 'district' and change = 'new'
union all by name
select
    campus_id, 'clouds:' || event || ':' || date_started as sync_id, 'clouds' as source,
    'Cloudwork' as app, 'import' as direction, event, 'Completed' as status,
    'Scheduled' as posted_by, processed as records, errors,
    date_started as started_at, date_finished as finished_at
from marts.fct_provisioning_events;
drop table jobs;
"""
_BRIDGES = ("brg_roster_identities", "brg_engagement_identities")


def other_systems(project: CompiledProject) -> str:
    """SQL that puts all of it into the worked example's file."""
    return _OTHER + "".join(
        f"\ninsert into marts.{node['alias']} {node['compiled_code']};"
        for node in project.nodes
        if node["name"] in _BRIDGES
    )


_OTHER = _MARTS + "".join(
    f"""
delete from reports.{report};
insert into reports.{report}
select * from reports.{report}_between(
    null, '2026-03-06 06:00:00+00', '2026-03-13 06:00:00+00'
);"""
    for report in _FILLED
)
