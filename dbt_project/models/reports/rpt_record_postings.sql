{{ config(
    materialized='table_function',
    alias='record_postings',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per attendance posting of a roster user, or at a roster session. A posting
-- names its user by the strongest identifier that it gives; e-mail addresses compare
-- in lower case.

with users as (
    select *
    from {{ ref('dim_users') }}
    where {{ of_campus() }} and wanted_key = 'user:' || user_id
),

of_users as (
    select
        postings.campus_id,
        postings.record_key
    from {{ ref('fct_attendance_postings') }} as postings
    inner join users
        on postings.campus_id = users.campus_id
    where
        {{ of_campus('postings.campus_id') }}
        and case
            when postings.user_id is not null then postings.user_id = users.user_id
            when postings.user_mapping_id is not null
                then postings.user_mapping_id = users.mapping_id
            when postings.issued_id is not null
                then postings.issued_id = users.issued_id
            else lower(postings.email) = lower(users.email)
        end
),

final as (
    select
        campus_id,
        record_key,
        attendance_id,
        time_attended,
        time_absent,
        status,
        error_code,
        message,
        attempted_count,
        is_posted,
        last_attempted_at
    from {{ ref('fct_attendance_postings') }}
    where
        {{ of_campus() }}
        and (
            (campus_id, record_key) in (
                select
                    of_users.campus_id,
                    of_users.record_key
                from of_users
            )
            or (
                starts_with(wanted_key, 'attendance_session:')
                and attendance_id = substr(wanted_key, 20)
            )
        )
)

select * from final
