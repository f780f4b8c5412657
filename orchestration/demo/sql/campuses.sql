-- One row per campus, and one more that no roster lists: requests may name a campus
-- that is gone, and must be kept.
create table campuses as
with
places as (
    select
        place_no,
        place,
        time_zone
    from read_places
),

districts as (
    select
        district_no,
        district
    from (
        values (0, ''),
        (1, ' North'),
        (2, ' South'),
        (3, ' Downtown'),
        (4, ' West'),
        (5, ' East')
    ) as listed (district_no, district)
),

numbered as (
    select
        campus_no::integer as campus_no,
        campus_no <= getvariable('campus_count') as is_listed,
        ((campus_no - 1) % (select count(*) from places))::integer + 1 as place_no,
        ((campus_no - 1) // (select count(*) from places))::integer as round_no,
        entity_key(campus_no, 0, 'campus') as draw_key
    from range(1, getvariable('campus_count') + 2) as counted (campus_no)
),

final as (
    select
        numbered.campus_no,
        printf('C%03d', numbered.campus_no) as campus_id,
        numbered.is_listed,
        numbered.draw_key,
        'Harborlight College - ' || places.place || districts.district
        || case
            when numbered.round_no >= 6 then ' ' || numbered.round_no // 6 + 1 else ''
        end
            as campus_name,
        case
            when numbered.campus_no % 6 = 5 then 'Harborlight Health Institutes'
            else 'Harborlight Career Colleges'
        end as organization_name,
        places.time_zone,
        lower(replace(replace(places.place, ' ', ''), '.', '')) as mail_place,
        10 + 5 * pick(numbered.draw_key, 'check in opens', 3) as check_in_opens_min,
        10 + 5 * pick(numbered.draw_key, 'check in closes', 2) as check_in_closes_min,
        5 + 5 * pick(numbered.draw_key, 'check out opens', 2) as check_out_opens_min,
        15 + 5 * pick(numbered.draw_key, 'check out closes', 4) as check_out_closes_min,
        60 + pick(numbered.draw_key, 'size', 81) as weight
    from numbered
    inner join places on numbered.place_no = places.place_no
    inner join districts on numbered.round_no % 6 = districts.district_no
)

select * from final
order by campus_no;

-- One row per campus and stream of requests: how many requests it may send. The shares
-- of the campuses are differences of rounded running sums, so that they add up to the
-- whole.
create table campus_shares as
with
weighed as (
    select
        campus_no,
        case
            when is_listed then weight * 1000
            else 2 * getvariable('campus_count') * 100
        end::bigint as weight
    from campuses
),

summed as (
    select
        campus_no,
        weight,
        sum(weight) over (order by campus_no)::bigint as weight_so_far,
        sum(weight) over ()::bigint as whole_weight
    from weighed
)

select
    campus_no,
    getvariable('request_count') * weight_so_far // whole_weight
    - getvariable('request_count') * (weight_so_far - weight) // whole_weight as sends
from summed
order by campus_no;

create table budgets as
with
streams as (
    select
        stream,
        job_no,
        per_thousand
    from (
        values
        ('course', 1, 50),
        ('user', 2, 300),
        ('member', 3, 340),
        ('session', 4, 125),
        ('bulk', 4, 15),
        ('posting', 5, 150),
        ('vendor', 6, 20)
    ) as listed (stream, job_no, per_thousand)
)

select
    campus_shares.campus_no,
    streams.stream,
    streams.job_no,
    campus_shares.sends * streams.per_thousand // 1000 as sends
from campus_shares
cross join streams;
