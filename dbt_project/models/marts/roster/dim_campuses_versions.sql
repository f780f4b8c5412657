with final as (
    select
        campus_id,
        name,
        organization_name,
        time_zone,
        check_in_opens_min,
        check_in_closes_min,
        check_out_opens_min,
        check_out_closes_min,
        valid_to_at is null as is_current,
        valid_from_at,
        valid_to_at
    from {{ ref('int_campuses_versioned') }}
)

select * from final
order by
    campus_id asc,
    valid_from_at asc
