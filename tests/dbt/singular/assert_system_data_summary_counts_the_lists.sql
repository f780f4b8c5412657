-- Finds: campuses and record types whose counts differ from the flags of their record
-- list, or that lack one of the four rows.
-- Why it matters: administrators go from a count to the list, and must find that many.
-- How to fix it: both come from the list's table macro; see which of the two was given
-- another range or another lookback_days.

with listed as (
    {% for record_type in ['course', 'user', 'course_member', 'attendance_session'] %}
        select
            campus_id,
            '{{ record_type }}' as record_type,
            existed_before,
            created_in_range,
            updated_in_range,
            is_archived
        from {{ ref('rpt_' ~ record_type ~ '_list') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

expected as (
    select
        campuses.campus_id,
        record_types.record_type,
        count(*) filter (where listed.existed_before) as existing_count,
        count(*) filter (where listed.created_in_range) as created_count,
        count(*) filter (where listed.updated_in_range) as updated_count,
        count(*) filter (where listed.is_archived) as archived_count
    from {{ ref('dim_campuses') }} as campuses
    cross join {{ ref('rostered_record_types') }} as record_types
    left join listed
        on
            campuses.campus_id = listed.campus_id
            and record_types.record_type = listed.record_type
    where not campuses.is_deleted
    group by
        campuses.campus_id,
        record_types.record_type
)

select
    expected.campus_id,
    expected.record_type,
    expected.existing_count,
    expected.created_count,
    expected.updated_count,
    expected.archived_count,
    reported.campus_id as reported_campus_id,
    reported.record_type as reported_record_type,
    reported.existing,
    reported.created,
    reported.updated,
    reported.archived
from expected
full outer join {{ ref('rpt_system_data_summary') }} as reported
    on
        expected.campus_id = reported.campus_id
        and expected.record_type = reported.record_type
where
    expected.existing_count is distinct from reported.existing
    or expected.created_count is distinct from reported.created
    or expected.updated_count is distinct from reported.updated
    or expected.archived_count is distinct from reported.archived
