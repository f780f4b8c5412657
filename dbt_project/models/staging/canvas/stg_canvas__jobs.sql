with landed as (
    select
        source,
        job_id,
        job,
        fetch_no
    from {{ source('canvas', 'jobs') }}
)

select * from landed
