with bounds as (
    select
        least(
            coalesce(min(requested_date), cast({{ run_instant('as_of') }} as date)),
            cast({{ run_instant('as_of') }} as date)
        ) as first_date,
        greatest(
            coalesce(max(requested_date), cast({{ run_instant('as_of') }} as date)),
            cast({{ run_instant('as_of') }} as date)
        ) as last_date
    from {{ ref('fct_sync_attempts') }}
),

dates as (
    select
        {{ exploded_dates('first_date', 'last_date') }} as calendar_date
    from bounds
),

final as (
    select
        calendar_date,
        dayname(calendar_date) as weekday_name,
        monthname(calendar_date) as month_name,
        cast(year(calendar_date) as integer) as year_number,
        cast(quarter(calendar_date) as integer) as quarter_number,
        cast(month(calendar_date) as integer) as month_number,
        cast(isodow(calendar_date) as integer) as iso_weekday_number,
        cast(weekofyear(calendar_date) as integer) as iso_week_number,
        isodow(calendar_date) >= 6 as is_weekend
    from dates
)

select * from final
order by calendar_date asc
