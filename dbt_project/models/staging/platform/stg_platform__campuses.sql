with landed as (
    select
        campus_id,
        name,
        organization_name,
        time_zone,
        check_in_opens_min,
        check_in_closes_min,
        check_out_opens_min,
        check_out_closes_min,
        _landed_file,
        _source_line
    from {{ source('platform', 'campuses') }}
)

select * from landed
