-- What happens to a course, a user or a member between the window's two ends, in runs
-- of the job that sends it: born, changed, archived, or never let in. The first three
-- records of a campus have a fixed story, so that the smallest world has every
-- operation. seeds: campus_no, record_no, draw_key, job_no, earliest_at, is_barred.
create macro lived(seeds) as table
with
seeds as (
    select
        campus_no,
        record_no,
        draw_key,
        job_no,
        case when earliest_at >= getvariable('window_start') then earliest_at end
            as earliest_at,
        is_barred or record_no = 5 or (record_no > 3 and chance(draw_key, 'ghost', 350))
            as is_barred
    from query_table(seeds)
),

laned as (
    select
        seeds.*,
        lanes.lane_no,
        lanes.run_count,
        least(seeds.earliest_at, lanes.last_started_at) as searched_at
    from seeds
    inner join lanes
        on
            seeds.campus_no = lanes.campus_no
            and seeds.job_no = lanes.job_no
            and lanes.tier = chance(seeds.draw_key, 'skips thin days', 3500)::integer
),

born as (
    select
        laned.*,
        case
            when laned.earliest_at is not null
                then least(
                    runs.run_no + pick(laned.draw_key, 'late start', 2),
                    laned.run_count
                )
            when laned.record_no = 1 then 1 + laned.run_count // 3
            when chance(laned.draw_key, 'born in window', 1600)
                then 1 + pick(laned.draw_key, 'birth', laned.run_count)
            else 0
        end as born_no
    from laned
    asof left join runs
        on laned.lane_no = runs.lane_no and laned.searched_at <= runs.started_at
),

appeared as (
    select
        *,
        born_no
        + case
            when born_no > 0 and record_no <> 1
                then failing_sends(draw(draw_key, 'create'))
            else 0
        end as appeared_no
    from born
),

changed as (
    select
        *,
        is_barred or appeared_no > run_count as is_ghost,
        case
            when record_no = 2 then 1 + run_count // 2
            when is_barred or chance(draw_key, 'changed', 2200)
                then
                    appeared_no
                    + 1
                    + pick(draw_key, 'change', greatest(run_count - appeared_no, 1))
        end as change_no
    from appeared
),

archived as (
    select
        *,
        case
            when record_no = 3 then run_count
            when chance(draw_key, 'archived', 900)
                then
                    coalesce(change_no, appeared_no)
                    + 1
                    + pick(draw_key, 'archival', run_count)
        end as archival_no
    from changed
),

kept as (
    select
        * exclude (change_no, archival_no),
        case
            when change_no <= run_count and change_no > appeared_no then change_no
        end as changed_no,
        case
            when
                archival_no <= run_count
                and archival_no > greatest(appeared_no, coalesce(change_no, 0))
                then archival_no
        end as archived_no
    from archived
)

select * from kept;
