-- One row per course, ghosts included, with what each of its two versions says.
create table courses as
with
titles as (
    select
        code,
        title,
        row_number() over (order by code) - 1 as title_no
    from read_course_titles
),

names as (
    select
        last_name,
        row_number() over (order by last_name) - 1 as name_no
    from read_last_names
),

first_names as (
    select
        first_name,
        row_number() over (order by first_name) - 1 as name_no
    from read_first_names
),

timetables as (
    select
        timetable_no,
        meeting_days,
        minute_of_day,
        session_minutes
    from (
        values
        (0, [1, 3], 480, 120),
        (1, [2], 480, 120),
        (2, [1, 5], 510, 90),
        (3, [1, 3], 780, 180),
        (4, [4], 1050, 210),
        (5, [1], 1080, 180),
        (6, [1, 2, 4], 540, 60),
        (7, [5], 765, 240),
        (8, [6], 540, 240)
    ) as listed (timetable_no, meeting_days, minute_of_day, session_minutes)
),

drawn as (
    select
        lives.*,
        campuses.campus_id,
        campuses.time_zone,
        campuses.is_listed,
        pick(lives.draw_key, 'title', (select count(*) from titles)) as title_no,
        pick(lives.draw_key, 'instructor last', (select count(*) from names))
            as last_name_no,
        pick(lives.draw_key, 'instructor first', (select count(*) from first_names))
            as first_name_no,
        case
            when lives.record_no = 4 then 8 else pick(lives.draw_key, 'timetable', 9)
        end
            as timetable_no,
        (
            coalesce(lives.created_at, getvariable('window_start'))::date
            + to_days((7 + pick(lives.draw_key, 'lead', 20))::integer)
        )::date as planned_start_date
    from course_lives as lives
    inner join campuses on lives.campus_no = campuses.campus_no
),

-- A term has to reach into the window, else the course would meet nobody.
termed as (
    select
        *,
        greatest(
            planned_start_date,
            (
                getvariable('window_start')
                - to_days((30 + pick(draw_key, 'term', 60))::integer)
            )::date
        ) as start_date
    from drawn
),

described as (
    select
        termed.*,
        titles.title,
        titles.code
        || '-'
        || lpad((1 + pick(termed.draw_key, 'section', 4))::varchar, 2, '0')
            as course_name,
        left(titles.code, 3) || '-'
        || upper(left(md5(termed.campus_id || termed.record_no), 4)) as own_add_code,
        first_names.first_name || ' ' || names.last_name as instructor_name,
        timetables.meeting_days,
        timetables.minute_of_day,
        timetables.session_minutes
    from termed
    inner join titles on termed.title_no = titles.title_no
    inner join names on termed.last_name_no = names.name_no
    inner join first_names on termed.first_name_no = first_names.name_no
    inner join timetables on termed.timetable_no = timetables.timetable_no
),

final as (
    select
        campus_no,
        campus_id,
        record_no as course_no,
        draw_key,
        is_ghost,
        is_listed,
        case when not is_ghost then printf('%s-K%05d', campus_id, record_no) end
            as course_id,
        case
            when is_ghost or not chance(draw_key, 'no mapping id', 1000)
                then 'CLS-' || (20000 + record_no)
        end as mapping_id,
        -- Two sections taught together share the code that students type.
        case
            when
                record_no > 2
                and not is_ghost
                and chance(draw_key, 'shares add code', 1200)
                then lag(own_add_code) over (partition by campus_no order by record_no)
            when is_ghost or not chance(draw_key, 'no add code', 500) then own_add_code
        end as add_code,
        course_name,
        title,
        title
        || case pick(draw_key, 'retitled', 2)
            when 0 then ' (Hybrid)' else ' - Evening'
        end
            as title_2,
        instructor_name,
        list_element(
            ['Class', 'Lab', 'Clinical', 'Theory'], 1 + pick(draw_key, 'attendance', 4)
        )
            as attendance_name,
        meeting_days,
        array_to_string(
            list_transform(
                meeting_days,
                lambda weekday:
                    list_element(
                        ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'], weekday
                    )
            ),
            ';'
        ) as meeting_day_names,
        minute_of_day,
        session_minutes,
        time_zone,
        start_date,
        (start_date + to_days((150 + pick(draw_key, 'length', 120))::integer))::date
            as end_date,
        utc_instant(start_date + to_minutes(minute_of_day), time_zone) as starts_at,
        created_at,
        changed_before_at,
        changed_at,
        archived_at
    from described
)

select
    *,
    utc_instant(end_date + to_minutes(minute_of_day + session_minutes), time_zone)
        as ends_at
from final
order by campus_no, course_no;
