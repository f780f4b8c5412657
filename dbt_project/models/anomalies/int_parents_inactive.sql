-- The time before, between and after the spells in which the snapshots have it active.

with versions as (
    select
        campus_id,
        'course' as record_type,
        course_id as record_id,
        valid_from_at,
        valid_to_at
    from {{ ref('int_courses_versioned') }}
    where archived_at is null
    union all
    select
        campus_id,
        'user' as record_type,
        user_id as record_id,
        valid_from_at,
        valid_to_at
    from {{ ref('int_users_versioned') }}
    where archived_at is null
),

active as (
    {{ spells('versions', ['campus_id', 'record_type', 'record_id']) }}
),

final as (
    select
        campus_id,
        record_type,
        record_id,
        lag(ends_at, 1, '-infinity') over (
            partition by campus_id, record_type, record_id
            order by begins_at
        ) as begins_at,
        begins_at as ends_at
    from active
    union all
    select
        campus_id,
        record_type,
        record_id,
        max(ends_at) as begins_at,
        cast('infinity' as timestamp with time zone) as ends_at
    from active
    group by
        campus_id,
        record_type,
        record_id
)

select * from final
where begins_at < ends_at
