with landed as (
    select
        source,
        path,
        sha256,
        event,
        syncprofile_name,
        user_name,
        details,
        date_started as started_text,
        date_finished as finished_text,
        processed,
        added,
        updated,
        disabled,
        deleted,
        errors,
        line_number
    from {{ source('cloudwork', 'events') }}
)

select * from landed
