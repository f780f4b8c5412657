-- Finds: files whose refused rows are not all in quarantined_rows, or that have more
-- rows there than were refused.
-- Why it matters: a refused row without its reason is a row that nobody can mend.
-- How to fix it: compare the two by file. A file that came again with other content has
-- several readings here and its rows together there, equal ones once.

with refused as (
    select
        table_name,
        source_file,
        max(quarantined_count) as fewest_rows,
        sum(quarantined_count) as most_rows
    from {{ ref('input_files') }}
    group by
        table_name,
        source_file
),

shown as (
    select
        table_name,
        source_file,
        count(*) as row_count
    from {{ ref('quarantined_rows') }}
    -- Landing counts the rows of other systems itself, before it commits them.
    where
        table_name != 'provisioning_report'
        and not starts_with(table_name, 'engagement_')
    group by
        table_name,
        source_file
)

select
    refused.table_name,
    refused.source_file,
    refused.fewest_rows,
    refused.most_rows,
    shown.table_name as shown_table_name,
    shown.source_file as shown_source_file,
    shown.row_count
from refused
full outer join shown
    on
        refused.table_name = shown.table_name
        and refused.source_file = shown.source_file
where
    refused.most_rows is null
    or coalesce(shown.row_count, 0)
    not between refused.fewest_rows and refused.most_rows
