-- Why the import is not applied without a person's decision, one row a reason.

with active_before as (
    select
        records.data_type,
        count(*) as record_count
    from {{ ref('stg_incoming__records') }} as records
    where records.is_active
    group by records.data_type
),

counts as (
    select
        counted.data_type,
        counted.total,
        counted.deleted,
        counted.skipped + counted.excluded as refused,
        coalesce(active_before.record_count, 0) as active_before,
        coalesce(active_before.record_count, 0) + counted.new - counted.deleted
            as active_after
    from {{ ref('int_imported_rows_counted') }} as counted
    left join active_before
        on counted.data_type = active_before.data_type
    where counted.school_id is null
),

final as (
    select
        counts.data_type,
        counts.data_type || ': ' || counts.deleted || ' of ' || counts.active_before
        || ' active records would be deleted' as reason
    from counts
    cross join {{ ref('stg_incoming__imports') }} as limits
    where
        counts.deleted > limits.deleted_records
        and counts.deleted > limits.deleted_share * counts.active_before
    union all
    select
        data_type,
        data_type || ': none of ' || active_before || ' records would stay active'
            as reason
    from counts
    where active_before > 0 and active_after = 0
    union all
    select
        counts.data_type,
        counts.data_type || ': ' || counts.refused || ' of ' || counts.total
        || ' rows are skipped or excluded' as reason
    from counts
    cross join {{ ref('stg_incoming__imports') }} as limits
    where
        counts.refused > limits.refused_rows
        and counts.refused > limits.refused_share * counts.total
    union all
    select
        emptied.data_type,
        emptied.data_type || ': no row fills ' || emptied.column_name || ', which '
        || emptied.filled_count || ' of ' || emptied.active_count
        || ' active records fill' as reason
    from {{ ref('int_imported_columns_emptied') }} as emptied
    cross join {{ ref('stg_incoming__imports') }} as limits
    where
        emptied.active_count >= limits.emptied_records
        and emptied.filled_count * 2 >= emptied.active_count
)

select * from final
