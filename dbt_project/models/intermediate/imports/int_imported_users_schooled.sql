-- The schools of users before and after the import, and those of their roles alone: a
-- row that does not become the record has other values, and roles may be of no user.
-- Only of users whose schools are asked for: where nobody asks, nothing is read, which
-- takes CTEs that are not worked out first.

with wanted as (
    select distinct schooled_user_id as user_id
    from {{ ref('int_imported_outcomes') }}
    where schooled_user_id is not null
),

surviving as (
    select
        rows.data_type,
        rows.record_id,
        rows.own_school_ids,
        rows.user_id,
        rows.has_role_schools
    from {{ ref('int_imported_rows_opened') }} as rows
    semi join {{ ref('int_imported_rows_decided') }} as decided
        on
            rows.data_type = decided.data_type
            and rows.line_number = decided.line_number
            and decided.is_surviving
    where rows.data_type in ('users', 'roles')
),

records_after as not materialized (
    select
        kept.data_type,
        kept.record_id,
        kept.own_school_ids,
        kept.user_id,
        kept.has_role_schools
    from {{ ref('int_imported_records_kept') }} as kept
    anti join surviving
        on
            kept.data_type = surviving.data_type
            and kept.record_id = surviving.record_id
    where kept.data_type in ('users', 'roles')
    union all
    select * from surviving
),

records_before as not materialized (
    select
        records.data_type,
        records.record_id,
        records.own_school_ids,
        records.user_id,
        records.has_role_schools
    from {{ ref('stg_incoming__records') }} as records
    where records.is_active and records.data_type in ('users', 'roles')
),

sides as not materialized (
    select
        *,
        true as is_after
    from records_after
    union all
    select
        *,
        false as is_after
    from records_before
),

roles_gathered as (
    select
        sides.is_after,
        sides.user_id,
        flatten(list(sides.own_school_ids)) as school_ids
    from sides
    semi join wanted on sides.user_id = wanted.user_id
    where sides.data_type = 'roles' and sides.own_school_ids is not null
    group by
        sides.is_after,
        sides.user_id
),

users as (
    select sides.*
    from sides
    semi join wanted on sides.record_id = wanted.user_id
    where sides.data_type = 'users'
),

final as (
    select
        coalesce(users.is_after, roles_gathered.is_after) as is_after,
        coalesce(users.record_id, roles_gathered.user_id) as user_id,
        users.record_id is not null as is_active,
        {{ user_school_ids('users', 'roles_gathered') }} as school_ids,
        roles_gathered.school_ids as role_school_ids
    from users
    full outer join roles_gathered
        on
            users.record_id = roles_gathered.user_id
            and users.is_after = roles_gathered.is_after
)

select * from final
