-- Finds: campuses and record types whose counts differ from the rows of their sync log,
-- or that lack one of the four rows.
-- Why it matters: administrators go from a count to the log, and must find that many.
-- How to fix it: both come from sync_log_between for the run's range; see which of the
-- two reads another range, another campus or another record type.

with logged as (
    {% for record_type in ['course', 'user', 'course_member', 'attendance_session'] %}
        select
            campus_id,
            '{{ record_type }}' as record_type,
            (record_key, operation, params) as distinct_sync,
            status = 'error' as is_error,
            last_attempt is not null as is_last
        from {{ ref('rpt_' ~ record_type ~ '_sync_log') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

expected as (
    select
        campuses.campus_id,
        record_types.record_type,
        count(distinct logged.distinct_sync) as distinct_sync_count,
        count(*) filter (where logged.is_error) as error_count,
        count(*) filter (where logged.is_error and logged.is_last) as last_error_count
    from {{ ref('dim_campuses') }} as campuses
    cross join {{ ref('rostered_record_types') }} as record_types
    left join logged
        on
            campuses.campus_id = logged.campus_id
            and record_types.record_type = logged.record_type
    where not campuses.is_deleted
    group by
        campuses.campus_id,
        record_types.record_type
)

select
    expected.campus_id,
    expected.record_type,
    expected.distinct_sync_count,
    expected.error_count,
    expected.last_error_count,
    reported.campus_id as reported_campus_id,
    reported.record_type as reported_record_type,
    reported.distinct_syncs,
    reported.distinct_errors,
    reported.last_errors
from expected
full outer join {{ ref('rpt_attempted_data_syncs') }} as reported
    on
        expected.campus_id = reported.campus_id
        and expected.record_type = reported.record_type
where
    expected.distinct_sync_count is distinct from reported.distinct_syncs
    or expected.error_count is distinct from reported.distinct_errors
    or expected.last_error_count is distinct from reported.last_errors
