-- One row per student and staff member, ghosts included, with what both versions say.
create table users as
with
first_names as (
    select
        first_name,
        mail_name,
        row_number() over (order by first_name) - 1 as name_no
    from read_first_names
),

last_names as (
    select
        last_name,
        mail_name,
        row_number() over (order by last_name) - 1 as name_no
    from read_last_names
),

people as (
    select
        campus_no,
        record_no,
        draw_key,
        is_ghost,
        false as is_staff,
        created_at,
        changed_before_at,
        changed_at,
        archived_at
    from user_lives

    union all

    select
        campus_no,
        record_no,
        draw_key,
        false as is_ghost,
        true as is_staff,
        getvariable('window_start')
        - to_hours((24 * 40 + pick(draw_key, 'age', 20000))::integer) as created_at,
        null::timestamp as changed_before_at,
        null::timestamp as changed_at,
        null::timestamp as archived_at
    from staff
),

-- Drawn before the join: in its condition each draw would be made for every pair.
drawn as (
    select
        *,
        pick(draw_key, 'first name', (select count(*) from first_names))
            as first_name_no,
        pick(draw_key, 'last name', (select count(*) from last_names)) as last_name_no,
        pick(draw_key, 'other last name', (select count(*) from last_names))
            as other_last_name_no
    from people
),

named as (
    select
        drawn.*,
        campuses.campus_id,
        campuses.is_listed,
        first_names.first_name,
        last_names.last_name,
        other_last_names.last_name as other_last_name,
        first_names.mail_name || '.' || last_names.mail_name || drawn.record_no
        || case when drawn.is_staff then '@' else '@students.' end
        || 'harborlight.example' as own_email
    from drawn
    inner join campuses on drawn.campus_no = campuses.campus_no
    inner join first_names on drawn.first_name_no = first_names.name_no
    inner join last_names on drawn.last_name_no = last_names.name_no
    inner join last_names as other_last_names
        on drawn.other_last_name_no = other_last_names.name_no
),

-- Siblings share the family's address; some people have none.
addressed as (
    select
        *,
        case
            when
                record_no > 5
                and not is_staff
                and chance(draw_key, 'family address', 250)
                then lag(own_email) over (partition by campus_no order by record_no)
            when is_ghost or record_no <= 5 or not chance(draw_key, 'no address', 250)
                then own_email
        end as email,
        pick(draw_key, 'change', 2) as change_no
    from named
),

final as (
    select
        campus_no,
        campus_id,
        is_listed,
        record_no as user_no,
        draw_key,
        is_ghost,
        case when not is_ghost then printf('%s-U%06d', campus_id, record_no) end
            as user_id,
        case
            when is_ghost or not chance(draw_key, 'no mapping id', 1000)
                then 'PER-' || (100000 + record_no)
        end as mapping_id,
        case
            when
                not chance(draw_key, 'no issued id', 500)
                then (7000000 + record_no)::varchar
        end as issued_id,
        email,
        -- What the roster shows: as typed at the front desk.
        case pick(draw_key, 'typed address', 10)
            when 0 then upper(email)
            when 1 then upper(email[1]) || email[2:]
            else email
        end as typed_email,
        case
            when change_no = 0 then replace(email, '@students.', '@my.')
            else email
        end as email_2,
        first_name,
        last_name,
        case when change_no = 1 then other_last_name else last_name end as last_name_2,
        case
            when not is_staff then 'student'
            when chance(draw_key, 'administrator', 1500) then 'administrator'
            else 'staff'
        end as user_type,
        created_at,
        changed_before_at,
        changed_at,
        archived_at
    from addressed
)

select * from final
order by campus_no, user_no;
