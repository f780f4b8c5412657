create or replace temp view text_requests as
from day_requests
where is_text and not is_late;

create or replace temp view bulk_requests as
from day_requests
where not is_text and not is_late;

create or replace temp view late_requests as
from day_requests
where is_late;

-- What a repeated file holds: the same again, but for a few deliveries that contradict
-- the first. The first three of a file always do.
create or replace temp view repeated_requests as
with
repeated as (
    select
        *,
        row_number() over (order by requested_at, campus_id, request_id) as place
    from day_requests
    where is_again
),

altered as (
    select
        *,
        case
            when place <= 3 and params <> '{}' then place
            when luck between 5000 and 5050 and params <> '{}' then 1 + luck % 3
            else 0
        end as alteration
    from repeated
)

select
    * replace (
        case
            when alteration = 1 then '{"redelivered":true,' || params[2:] else params
        end as params,
        case when alteration = 2 then 'error' else status end as status,
        case when alteration = 2 then 'ROLLED_BACK' else error_code end as error_code,
        case
            when alteration = 3 then requested_at + interval 1 second else requested_at
        end as requested_at
    )
from altered;
