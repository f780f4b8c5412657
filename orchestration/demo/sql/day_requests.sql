-- One row per request of the runs that began on the day (UTC), as the platform logged
-- it.
create or replace temp table day_requests as
with
items_of_day as (
    select *
    from items
    where first_date <= getvariable('run_date') and last_date >= getvariable('run_date')
),

runs_of_day as (
    select *
    from runs
    where run_date = getvariable('run_date')
),

sent as (
    select
        items_of_day.*,
        runs_of_day.campus_id,
        runs_of_day.job_id,
        runs_of_day.started_at,
        runs_of_day.spread_ms,
        runs_of_day.run_no,
        runs_of_day.is_outage,
        attempt_key(items_of_day.item_key, runs_of_day.run_no) as sent_key
    from items_of_day
    inner join runs_of_day
        on
            items_of_day.lane_no = runs_of_day.lane_no
            and runs_of_day.run_no >= items_of_day.first_no
            and runs_of_day.run_no <= items_of_day.last_no
),

judged as (
    select
        *,
        make_timestamp(
            epoch_us(started_at) + 1000 * (sent_key % spread_ms::ubigint)::bigint
        ) as requested_at,
        run_no - first_no < failing_sends as is_early,
        luck(sent_key) as luck,
        case
            when is_outage then 'outage'
            when is_unanswered(luck) then 'timeout'
            when is_early and early_results is null then 'refused'
            else 'accepted'
        end as outcome
    from sent
)

select
    concat('rq', judged.item_no, '-', judged.run_no) as request_id,
    judged.campus_id,
    -- Now and then somebody repeats a request by hand: it belongs to no job.
    case when judged.luck <> 9999 then judged.job_id end as job_id,
    judged.requested_at,
    judged.record_type,
    judged.operation,
    -- Empty values come and go; they are no part of the parameter set.
    case
        when judged.luck between 9000 and 9300 and judged.params <> '{}'
            then '{"note":"",' || judged.params[2:]
        else judged.params
    end as params,
    case judged.outcome when 'accepted' then 'success' else 'error' end as status,
    case judged.outcome
        when 'outage' then 503
        when 'timeout' then 504
        when 'refused' then judged.error_http_status
        else
            case
                when judged.late_results is not null then 207
                when judged.operation = 'create' then 201
                else 200
            end
    end as http_status,
    case judged.outcome
        when 'outage' then 'SERVICE_UNAVAILABLE'
        when 'timeout' then case when judged.luck < 30 then 'UPSTREAM_TIMEOUT' end
        when 'refused' then judged.error_code
    end as error_code,
    case judged.outcome
        when 'outage' then 'The platform is being restarted'
        when 'timeout'
            then case
                when
                    judged.luck >= 15
                    then 'No answer after ' || 30 + judged.luck % 3 || ' s'
            end
        when 'refused' then judged.message
        when 'accepted' then case when judged.luck between 7000 and 7200 then 'OK' end
    end as message,
    case
        when judged.outcome = 'accepted'
            then
                case
                    when judged.is_early then judged.early_results else
                        judged.late_results
                end
    end as item_results,
    judged.file_no < getvariable('text_share') as is_text,
    deliveries.is_late,
    deliveries.is_again,
    judged.luck
from judged
inner join deliveries
    on
        judged.campus_no = deliveries.campus_no
        and deliveries.run_date = getvariable('run_date');
