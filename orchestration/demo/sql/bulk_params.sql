-- One row per bulk item, with its sessions and the results of its elements: while some
-- of them still fail that will succeed later (early), and afterwards.
create table bulk_params as
with
elements as (
    select
        plan.campus_no,
        plan.record_no,
        plan.operation,
        plan.version,
        plan.item_key,
        groups.pool_no,
        named.session_no,
        named.attendance_id,
        named.course_fields,
        named.failing_count,
        '{' || concat_ws(
            ',',
            case when groups.pool_no < 0 then named.course_fields end,
            named.start_date_field,
            named.start_time_field,
            field(
                'mappingID', named.mapping_id, chance(named.draw_key, 'in bulk', 2500)
            )
        ) || '}' as element,
        list_element(
            [
                '{"status":"error","error_code":"SESSION_OVERLAP",'
                || '"message":"The course already meets at that time"}',
                '{"status":"error","error_code":"INVALID_START_TIME"}',
                '{"status":"error","error_code":null,"message":"Room is not available"}'
            ],
            1 + pick(named.draw_key, 'element error', 3)
        ) as refusal,
        case
            when
                chance(named.draw_key, 'short result', 3000)
                then '{"status":"success"}'
            else '{"status":"success","error_code":null,"message":null}'
        end as consent
    from plan
    inner join bulk_groups as groups
        on plan.campus_no = groups.campus_no and plan.record_no = groups.group_no
    inner join named_sessions as named
        on groups.campus_no = named.campus_no and groups.group_no = named.group_no
    where plan.stream = 'bulk'
)

select
    'bulk' as stream,
    campus_no,
    record_no,
    operation,
    version,
    case
        when operation = 'bulk_delete' and any_value(item_key) % 3 > 0
            then '"reason":"week cancelled","attendanceIDs":['
            || string_agg(to_json(attendance_id)::varchar, ',' order by session_no)
            || ']'
        else concat_ws(
            ',',
            case when any_value(pool_no) > 0 then min(course_fields) end,
            field(
                'batch',
                {'source': 'timetable', 'size': count(*)},
                any_value(item_key) % 2 = 0
            ),
            '"sessions":[' || string_agg(element, ',' order by session_no) || ']'
        )
    end as members,
    max(case when failing_count < 1000000 then failing_count end) as failing_sends,
    '[' || string_agg(
        case when failing_count > 0 then refusal else consent end,
        ',' order by session_no
    ) || ']' as early_results,
    '[' || string_agg(
        case when failing_count >= 1000000 then refusal else consent end, ','
        order by session_no
    ) || ']' as late_results
from elements
group by campus_no, record_no, operation, version;

insert into item_params
select
    stream,
    campus_no,
    record_no,
    operation,
    version,
    members
from bulk_params;
