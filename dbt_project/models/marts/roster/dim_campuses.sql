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
        valid_to_at is not null as is_deleted,
        valid_to_at as deleted_at
    from {{ ref('int_campuses_versioned') }}
    where is_newest
)

select * from final
order by
    campus_id asc
