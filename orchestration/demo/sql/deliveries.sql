-- One row per campus and day whose requests came in an unusual way: some days late, or
-- twice.
create table deliveries as
with
days as (
    select distinct
        campus_no,
        run_date
    from runs
),

keyed as (
    select
        campus_no,
        run_date,
        (run_date - getvariable('window_start')::date) as day_no,
        entity_key(campus_no, (run_date - date '1970-01-01'), 'delivery') as draw_key
    from days
)

select
    campus_no,
    run_date,
    chance(draw_key, 'late', 120)
    or (campus_no = 1 and day_no = getvariable('day_count') // 3) as is_late,
    chance(draw_key, 'again', 100)
    or (campus_no = 1 and day_no = 2 * getvariable('day_count') // 3) as is_again
from keyed;

create macro json_line(
    request_id,
    campus_id,
    job_id,
    requested_at,
    record_type,
    operation,
    params,
    status,
    http_status,
    error_code,
    message,
    item_results
) as (
    '{"request_id":' || coalesce(to_json(request_id)::varchar, 'null')
    || ',"campus_id":"' || campus_id
    || '","job_id":' || coalesce(to_json(job_id)::varchar, 'null')
    || ',"requested_at":"' || requested_at
    || '","record_type":"' || record_type
    || '","operation":"' || operation
    || '","params":' || params
    || ',"status":"' || status
    || '","http_status":' || http_status
    || ',"error_code":' || coalesce(to_json(error_code)::varchar, 'null')
    || ',"message":' || coalesce(to_json(message)::varchar, 'null')
    || ',"item_results":' || coalesce(item_results, 'null')
    || '}'
);
