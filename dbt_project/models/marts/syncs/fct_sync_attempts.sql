{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['campus_id', 'request_id'],
    on_schema_change='fail',
    pre_hook="
        {% if is_incremental() %}
        delete from {{ this }}
        where (campus_id, request_id) in (
            select
                requests.campus_id,
                requests.request_id
            from {{ ref('int_requests_deduplicated') }} as requests
            anti join {{ ref('int_payload_items') }} as items
                on requests.payload_key = items.payload_key
            where requests._batch > {{ var('built_through_batch') }}
        )
        {% endif %}
    ",
) }}
-- The hook: a late delivery that counts may hold an empty bulk. It makes no row here,
-- so nothing else would delete the attempts of the delivery that it replaces.
-- Sorted as readers ask: a campus's attempts of one record type lie together. In them
-- those of one distinct sync do, so that its key is stored once: 12 bytes a request
-- less than by time. Places are sorted, not names, which are put back afterwards, and
-- dates are taken once a quarter hour: for ten million attempts 11 s of CPU, not 26,
-- and 3, not 36. What is read twice is scanned twice: a copy of all columns in memory
-- costs more (15 s). Each request has its place: joined outer, so that the optimizer
-- knows that none is lost. Else it takes two equal columns for few rows, and keeps all
-- requests in memory, not the items: 3 GB.

with campuses as (
    select
        campus_id,
        time_zone
    from {{ ref('int_campuses_versioned') }}
    where is_newest
),

requests as not materialized (
    select requests.*
    from {{ ref('int_requests_deduplicated') }} as requests
    {% if is_incremental() %}
    where
        requests._batch > {{ var('built_through_batch') }}
        -- A campus that got another time zone gets other dates.
        or requests.campus_id in (
            select attempts.campus_id
            from {{ this }} as attempts
            left join campuses
                on attempts.campus_id = campuses.campus_id
            group by attempts.campus_id
            having
                max(attempts.time_zone) <> max(coalesce(campuses.time_zone, 'UTC'))
        )
    {% endif %}
),

places as (
    select
        requests.campus_id,
        requests.record_type,
        any_value(coalesce(campuses.time_zone, 'UTC')) as time_zone,
        cast(
            row_number() over (order by requests.campus_id, requests.record_type)
            as uinteger
        ) as place
    from requests
    left join campuses
        on requests.campus_id = campuses.campus_id
    group by requests.campus_id, requests.record_type
),

placed as not materialized (
    select
        requests.*,
        places.time_zone,
        places.place,
        time_bucket(
            interval '15 minutes', make_timestamp(epoch_us(requests.requested_at))
        ) as quarter_hour
    from requests
    left join places
        on
            requests.campus_id = places.campus_id
            and requests.record_type = places.record_type
),

-- Clocks change at most once in it: one date at both ends is the date of all of it.
quarter_hours as (
    select
        time_zone,
        quarter_hour,
        cast(timezone(time_zone, timezone('UTC', quarter_hour)) as date) as first_date,
        cast(
            timezone(
                time_zone,
                timezone('UTC', quarter_hour + interval '899999999 microseconds')
            ) as date
        ) as last_date
    from placed
    group by time_zone, quarter_hour
),

attempts as (
    select
        placed.* exclude (placed.payload_key, placed.item_results),
        items.item,
        items.distinct_sync_key,
        case
            when quarter_hours.first_date = quarter_hours.last_date
                then quarter_hours.first_date
            else cast(timezone(placed.time_zone, placed.requested_at) as date)
        end as requested_date,
        case
            when placed.operation in ('bulk_create', 'bulk_delete')
                then {{ json_element_at('placed.item_results', 'items.item') }}
        end as item_result
    from placed
    left join quarter_hours
        on
            placed.time_zone = quarter_hours.time_zone
            and placed.quarter_hour = quarter_hours.quarter_hour
    inner join {{ ref('int_payload_items') }} as items
        on placed.payload_key = items.payload_key
),

-- The element's result replaces the request's three, a field it lacks being null.
answered as (
    select
        * exclude (status, error_code, message),
        case
            when item_result is null then status
            else {{ json_field('item_result', 'status') }}
        end as status,
        case
            when item_result is null then error_code
            else {{ json_field('item_result', 'error_code') }}
        end as given_error_code,
        case
            when item_result is null then message
            else {{ json_field('item_result', 'message') }}
        end as given_message
    from attempts
),

sorted as (
    select
        place,
        request_id,
        item,
        distinct_sync_key,
        job_id,
        operation,
        status,
        case when status = 'error' then given_error_code end as error_code,
        case when status = 'error' then given_message end as message,
        http_status,
        requested_date,
        requested_at
    from answered
    order by
        place asc,
        distinct_sync_key asc,
        requested_at asc
),

final as (
    select
        places.campus_id,
        sorted.request_id,
        sorted.item,
        sorted.distinct_sync_key,
        sorted.job_id,
        places.record_type,
        sorted.operation,
        sorted.status,
        sorted.error_code,
        sorted.message,
        places.time_zone,
        sorted.http_status,
        sorted.requested_date,
        sorted.requested_at
    from sorted
    left join places
        on sorted.place = places.place
)

select * from final
