-- The same requests in each format of a drop. Instants are written out to the
-- millisecond everywhere: a delivery that rounds them would be another delivery.
create macro parquet_rows(source) as table
select
    request_id,
    campus_id,
    job_id,
    timezone('UTC', requested_at) as requested_at,
    record_type,
    operation,
    params,
    status,
    http_status,
    error_code,
    message,
    item_results
from query_table(source) as requests
order by requests.requested_at, campus_id, request_id;

create macro csv_rows(source) as table
select
    request_id,
    campus_id,
    job_id,
    strftime(requests.requested_at, '%Y-%m-%d %H:%M:%S.%g+00:00') as requested_at,
    record_type,
    operation,
    params,
    status,
    http_status,
    error_code,
    message,
    item_results
from query_table(source) as requests
order by requests.requested_at, campus_id, request_id;

-- Lines, with the day's unreadable ones among them. Some exporters write params as an
-- object, others as the text that holds it.
create macro json_lines(source, takes_bad_rows) as table
with
requests as (
    select
        requested_at,
        campus_id,
        request_id,
        json_line(
            request_id,
            campus_id,
            job_id,
            strftime(requested_at, '%Y-%m-%dT%H:%M:%S.%gZ'),
            record_type,
            operation,
            case when luck % 8 = 3 then to_json(params)::varchar else params end,
            status,
            http_status,
            error_code,
            message,
            item_results
        ) as line
    from query_table(source)

    union all

    select
        requested_at,
        campus_id,
        request_id,
        line
    from bad_rows
    where takes_bad_rows and run_date = getvariable('run_date')
)

select line
from requests
order by requested_at, campus_id, request_id;
