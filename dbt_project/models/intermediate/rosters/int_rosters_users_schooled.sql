with roles_gathered as (
    select
        source,
        user_id,
        flatten(list(own_school_ids)) as school_ids
    from {{ ref('stg_roster__records') }}
    where data_type = 'roles' and is_active and own_school_ids is not null
    group by
        source,
        user_id
),

final as (
    select
        users.source,
        users.record_id as user_id,
        {{ user_school_ids('users', 'roles_gathered') }} as school_ids
    from {{ ref('stg_roster__records') }} as users
    left join roles_gathered
        on
            users.source = roles_gathered.source
            and users.record_id = roles_gathered.user_id
    where users.data_type = 'users'
)

select * from final
