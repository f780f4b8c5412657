-- What the import makes of each record that it changes: whole content, and the fields
-- that changed.

with changing as (
    select
        data_type,
        line_number,
        record_id,
        record_no,
        outcome,
        is_invalid
    from {{ ref('int_imported_rows_judged') }}
    where outcome in ('new', 'updated')
),

compared as (
    select
        changing.data_type,
        changing.line_number,
        changing.record_id,
        changing.record_no,
        changing.outcome as change,
        rows.content,
        case
            when changing.outcome = 'updated'
                then {{ fields_of('read.content') }}
        end as old_fields,
        case
            when changing.outcome = 'updated' then {{ fields_of('rows.content') }}
        end as new_fields,
        rows.content_key,
        rows.username,
        rows.own_school_ids,
        rows.user_id,
        rows.has_role_schools,
        read.first_import_no,
        {{ stands_on('rows', 'changing.is_invalid') }}
    from changing
    inner join {{ ref('int_imported_rows_opened') }} as rows
        on
            changing.data_type = rows.data_type
            and changing.line_number = rows.line_number
    left join {{ ref('int_imported_records_read') }} as read
        on changing.record_no = read.record_no
),

final as (
    select
        * exclude (old_fields, new_fields),
        case
            when change = 'updated'
                then {{ changed_fields('old_fields', 'new_fields') }}
        end as changed_fields
    from compared
)

select * from final
