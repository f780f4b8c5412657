-- Finds: delivered files whose lines are not all loaded, redelivered, quarantined,
-- blank or header, and files of which more was loaded than landed.
-- Why it matters: a line that is nowhere is a record that a school believes delivered.
-- How to fix it: compare the file's entry in the landing ledger with what
-- int_requests_deduplicated, or the table's int_*_ranked, holds of its landed file.

select
    table_name,
    source_file,
    line_count,
    loaded_count,
    redelivered_count,
    quarantined_count,
    blank_count,
    header_count
from {{ ref('input_files') }}
where
    line_count is distinct from (
        loaded_count
        + redelivered_count
        + quarantined_count
        + blank_count
        + header_count
    )
    or least(
        loaded_count, redelivered_count, quarantined_count, blank_count, header_count
    ) < 0
