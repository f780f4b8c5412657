with newest as (
    select * from {{ ref('int_attendance_sessions_versioned') }}
    where is_newest
),

campuses as (
    select
        campus_id,
        time_zone
    from {{ ref('int_campuses_versioned') }}
    where is_newest
),

final as (
    select
        newest.campus_id,
        newest.attendance_id,
        newest.mapping_id,
        newest.course_id,
        newest.valid_to_at is not null as is_deleted,
        cast(
            timezone(coalesce(campuses.time_zone, 'UTC'), newest.starts_at) as date
        ) as session_date,
        newest.starts_at,
        newest.ends_at,
        newest.created_at,
        newest.updated_at,
        newest.archived_at,
        newest.valid_to_at as deleted_at
    from newest
    left join campuses
        on newest.campus_id = campuses.campus_id
)

select * from final
order by
    campus_id asc,
    attendance_id asc
