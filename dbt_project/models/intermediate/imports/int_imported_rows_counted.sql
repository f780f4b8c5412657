with of_each_school as (
    select
        data_type,
        outcome,
        is_invalid,
        unnest(school_ids) as school_id
    from {{ ref('int_imported_rows_schooled') }}
    where school_ids is not null
),

all_and_each as (
    select
        data_type,
        cast(null as varchar) as school_id,
        outcome,
        is_invalid
    from {{ ref('int_imported_rows_schooled') }}
    union all
    select
        data_type,
        school_id,
        outcome,
        is_invalid
    from of_each_school
),

counted as (
    select
        data_type,
        school_id,
        count(*) filter (where outcome != 'deleted_absent') as total,
        count(*) filter (where outcome = 'no_change') as no_change,
        count(*) filter (where outcome = 'new') as new,
        count(*) filter (where outcome = 'updated') as updated,
        count(*) filter (where outcome in ('deleted', 'deleted_absent')) as deleted,
        count(*) filter (where outcome = 'deleted_absent') as deleted_absent,
        count(*) filter (where outcome = 'skipped') as skipped,
        count(*) filter (where outcome = 'merged') as merged,
        count(*) filter (where outcome = 'excluded') as excluded,
        count(*) filter (where is_invalid) as invalid
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
