-- One row per item, with all that its requests have in common: the day's work is then
-- one join of the items with the day's runs.
create table items as
with
errors as (
    select
        record_type,
        error_no,
        http_status,
        error_code,
        message,
        count(*) over (partition by record_type) as error_count
    from read_errors
),

error_counts as (
    select distinct
        record_type,
        error_count
    from errors
),

joined as (
    select
        plan.*,
        '{' || item_params.members || '}' as params,
        case
            when plan.stream = 'bulk' then coalesce(bulk_params.failing_sends, 0)
            else failing_sends(plan.item_key)
        end as failing_sends,
        bulk_params.early_results,
        bulk_params.late_results,
        pick(plan.item_key, 'error', error_counts.error_count) as error_no
    from plan
    inner join item_params
        on
            plan.campus_no = item_params.campus_no
            and plan.stream = item_params.stream
            and plan.record_no = item_params.record_no
            and plan.version = item_params.version
            and plan.operation = item_params.operation
    inner join error_counts on plan.record_type = error_counts.record_type
    left join bulk_params
        on
            plan.stream = bulk_params.stream
            and plan.campus_no = bulk_params.campus_no
            and plan.record_no = bulk_params.record_no
            and plan.version = bulk_params.version
            and plan.operation = bulk_params.operation
),

final as (
    select
        (row_number() over (
            partition by joined.campus_no
            order by joined.stream, joined.record_no, joined.version, joined.operation
        ))::integer as item_no,
        joined.campus_no,
        joined.lane_no,
        joined.record_type,
        joined.operation,
        joined.item_key,
        joined.first_no,
        joined.last_no,
        first_runs.run_date as first_date,
        last_runs.run_date as last_date,
        joined.params,
        joined.failing_sends,
        joined.early_results,
        joined.late_results,
        pick(joined.item_key, 'file', 10000) as file_no,
        errors.http_status as error_http_status,
        errors.error_code,
        errors.message
    from joined
    inner join errors
        on joined.record_type = errors.record_type and joined.error_no = errors.error_no
    inner join runs as first_runs
        on joined.lane_no = first_runs.lane_no and joined.first_no = first_runs.run_no
    inner join runs as last_runs
        on joined.lane_no = last_runs.lane_no and joined.last_no = last_runs.run_no
)

select * from final
order by first_date, campus_no, item_no;
