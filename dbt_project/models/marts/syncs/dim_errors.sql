-- What the dictionaries say of each error that occurred: the school's own entry before
-- ours, a code before a message before an HTTP status, the longer pattern before the
-- shorter.

with occurred as (
    select distinct
        error_code,
        message,
        http_status,
        nullif(
            regexp_extract(lower(error_code), '^(http[ _-]?)?([0-9]{3})$', 2), ''
        ) as status_of_code
    from {{ ref('fct_sync_attempts') }}
    where status = 'error'
),

entries as (
    select
        kind,
        pattern,
        meaning,
        action,
        owner,
        retry_can_help,
        0 as place
    from {{ ref('school_error_dictionary') }}
    union all
    select
        kind,
        pattern,
        meaning,
        action,
        owner,
        retry_can_help,
        1 as place
    from {{ ref('error_dictionary') }}
),

patterns as (
    select
        *,
        replace(replace(lower(pattern), '\', '\\'), '_', '\_') as like_pattern,
        case kind when 'code' then 0 when 'message' then 1 else 2 end as kind_order
    from entries
),

matched as (
    select
        occurred.error_code,
        occurred.message,
        occurred.http_status,
        patterns.meaning,
        patterns.action,
        patterns.owner,
        patterns.retry_can_help,
        case
            when occurred.error_code is not null
                then
                    patterns.kind = 'code'
                    or (
                        patterns.kind = 'http_status'
                        and occurred.status_of_code
                        like patterns.like_pattern escape '\'
                    )
            when occurred.message is not null then patterns.kind = 'message'
            else true
        end as tells_the_error,
        row_number() over (
            partition by
                occurred.error_code, occurred.message, occurred.http_status
            order by
                patterns.place asc nulls last,
                patterns.kind_order asc nulls last,
                length(patterns.pattern) desc nulls last,
                patterns.pattern asc nulls last
        ) as match_order
    from occurred
    left join patterns
        on
            case patterns.kind
                when 'code'
                    then
                        lower(occurred.error_code)
                        like patterns.like_pattern escape '\'
                when 'message'
                    then lower(occurred.message) like patterns.like_pattern escape '\'
                else
                    cast(occurred.http_status as varchar)
                    like patterns.like_pattern escape '\'
                    or occurred.status_of_code
                    like patterns.like_pattern escape '\'
            end
),

final as (
    select
        error_code,
        message,
        any_value(meaning) filter (where match_order = 1) as error_meaning,
        any_value(action) filter (where match_order = 1) as next_step,
        any_value(owner) filter (where match_order = 1) as next_step_owner,
        http_status,
        coalesce(bool_or(tells_the_error), false)
        or (error_code is null and message is null) as is_known,
        any_value(retry_can_help) filter (where match_order = 1) as retry_can_help
    from matched
    group by
        error_code,
        message,
        http_status
)

select * from final
order by
    error_code asc nulls last,
    message asc nulls last,
    http_status asc nulls last
