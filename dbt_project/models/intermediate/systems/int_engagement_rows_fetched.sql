-- A view: the rows are stored once, by the mart.
{{ config(materialized='view') }}

with windows as (
    select
        campus_id,
        source,
        report,
        landed_file,
        window_start
    from {{ ref('int_engagement_windows_described') }}
),

landed as (
    select *
    from {{ ref('stg_echo360__rows') }}
)

select
    windows.campus_id,
    windows.source,
    windows.report,
    landed.reason,
    landed.raw_text,
    landed.landed_file,
    landed.content,
    landed.line_number,
    windows.window_start
from landed
inner join windows
    on
        landed.source = windows.source
        and landed.landed_file = windows.landed_file
