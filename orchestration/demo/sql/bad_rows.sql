-- One row per line that nobody can load, with what is wrong with it. They stand among
-- the lines of the JSON files, two in ten thousand, and every kind twice at least.
create table bad_rows as
with
counted as (
    select
        bad_no,
        bad_no % 11 as kind_no,
        list_element(
            getvariable('line_dates'), 1 + bad_no % len(getvariable('line_dates'))
        )::date as run_date,
        printf('unreadable-%05d', bad_no) as request_id,
        printf('C%03d', 1 + bad_no % getvariable('campus_count')) as campus_id
    from
        range(greatest(22, getvariable('request_count') * 2 // 10000))
            as listed (bad_no)
),

placed as (
    select
        *,
        run_date + interval 12 hours + to_seconds(bad_no * 7 % 21600) as requested_at,
        campus_id || '-syncUsers' as job_id,
        '{"issuedID":"' || 7000001 + bad_no % 9 || '","lastName":"Reyes"}' as params
    from counted
),

written as (
    select
        *,
        case kind_no
            when 0 then 'broken JSON'
            when 1 then 'unknown record_type'
            when 2 then 'unknown operation'
            when 3 then 'a time that is no time'
            when 4 then 'params that is an array'
            when 5 then 'no request_id'
            when 6 then 'one key twice'
            when 7 then 'bulk without sessions or attendanceIDs'
            when 8 then 'item_results that is an object'
            when 9 then 'unknown status'
            else 'a bulk element that is no object'
        end as kind,
        json_line(
            case when kind_no <> 5 then request_id end,
            campus_id,
            job_id,
            case
                when kind_no = 3
                    then list_element(
                        [
                            'yesterday',
                            '2026-02-30T08:00:00Z',
                            'infinity',
                            '03/05/2026 08:00'
                        ],
                        1 + bad_no // 11 % 4
                    )
                else iso_text(requested_at)
            end,
            case
                when kind_no = 1 then 'gradebook_entry'
                when kind_no in (7, 8, 10) then 'attendance_session'
                else 'user'
            end,
            case kind_no
                when 2 then 'upsert'
                when 7 then 'bulk_create'
                when 8 then 'bulk_delete'
                when 10 then 'bulk_create'
                else 'update'
            end,
            case kind_no
                when 4 then '["issuedID","7000001"]'
                when 6 then '{"issuedID":"7000001","lastName":"Li","lastName":"Lee"}'
                when 8 then '{"attendanceIDs":["A001-000001"]}'
                when 10 then '{"sessions":["2026-03-02 08:00"]}'
                else params
            end,
            case when kind_no = 9 then 'pending' else 'success' end,
            '200',
            null,
            null,
            case when kind_no = 8 then '{"status":"success"}' end
        ) as line
    from placed
)

select
    bad_no,
    run_date,
    kind,
    requested_at,
    campus_id,
    request_id,
    case when kind_no = 0 then left(line, 60 + bad_no % 50) else line end as line
from written
order by bad_no;
