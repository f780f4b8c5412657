-- Each posting until it is accepted, its correction, and what fills the campus's share:
-- the same request once more in later runs, which changes nothing.
create table posting_items as
with
versions as (
    select
        *,
        unnest([
            {'version': 0, 'first_no': first_no, 'last_no': sent_no},
            {'version': 1, 'first_no': corrected_no, 'last_no': corrected_no},
            {
                'version': spare_version(),
                'first_no': sent_no + 1,
                'last_no': coalesce(corrected_no - 1, last_no)
            }
        ]) as item
    from postings
)

select
    'posting' as stream,
    'attendance_posting' as record_type,
    campus_no,
    lane_no,
    posting_no as record_no,
    'post' as operation,
    item.version,
    item.first_no,
    item.last_no,
    case item.version when 1 then draw(draw_key, 'correct') else item_key end
        as item_key
from versions
where
    item.first_no <= item.last_no
    and not (item.version = spare_version() and failing_count > 0);
