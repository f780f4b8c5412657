with of_each_school as (
    select
        data_type,
        outcome,
        is_invalid,
        row_count,
        unnest(school_ids) as school_id
    from {{ ref('int_imported_rows_schooled') }}
    where school_ids is not null
),

all_and_each as (
    select
        data_type,
        cast(null as varchar) as school_id,
        outcome,
        is_invalid,
        row_count
    from {{ ref('int_imported_rows_schooled') }}
    union all
    select
        data_type,
        school_id,
        outcome,
        is_invalid,
        row_count
    from of_each_school
),

counted as (
    select
        data_type,
        school_id,
        {{ summed_rows("outcome != 'deleted_absent'") }} as total,
        {{ summed_rows("outcome = 'no_change'") }} as no_change,
        {{ summed_rows("outcome = 'new'") }} as new,
        {{ summed_rows("outcome = 'updated'") }} as updated,
        {{ summed_rows("outcome in ('deleted', 'deleted_absent')") }} as deleted,
        {{ summed_rows("outcome = 'deleted_absent'") }} as deleted_absent,
        {{ summed_rows("outcome = 'skipped'") }} as skipped,
        {{ summed_rows("outcome = 'merged'") }} as merged,
        {{ summed_rows("outcome = 'excluded'") }} as excluded,
        {{ summed_rows("is_invalid") }} as invalid
    from all_and_each
    group by
        data_type,
        school_id
),

files_without_rows as (
    select files.data_type
    from {{ ref('stg_incoming__files') }} as files
    anti join counted
        on files.data_type = counted.data_type
),

final as (
    select * from counted
    union all
    select
        data_type,
        cast(null as varchar) as school_id,
        0 as total,
        0 as no_change,
        0 as new,
        0 as updated,
        0 as deleted,
        0 as deleted_absent,
        0 as skipped,
        0 as merged,
        0 as excluded,
        0 as invalid
    from files_without_rows
)

select * from final
