insert into item_params
select
    plan.stream,
    plan.campus_no,
    plan.record_no,
    plan.operation,
    plan.version,
    concat_ws(
        ',',
        case
            when not chance(plan.item_key, 'no user', 150)
                then user_reference(
                    plan.item_key,
                    'userID',
                    'userMappingID',
                    users.user_id,
                    users.mapping_id,
                    users.issued_id,
                    users.email
                )
        end,
        field(
            'attendanceID',
            printf('A%03d-%06d', postings.campus_no, postings.session_no),
            pick(plan.item_key, 'posting by', 20) < 11
        ),
        field(
            'recordID',
            'REC-' || (800000 + postings.session_no),
            pick(plan.item_key, 'posting by', 20) between 10 and 18
        ),
        field(
            'mappingID',
            'PST-' || (4000000 + postings.posting_no),
            pick(plan.item_key, 'posting by', 20) >= 18
        ),
        -- Some clients send numbers as text: that is another parameter set.
        case
            when chance(postings.draw_key, 'minutes as text', 500)
                then field('timeAttended', minutes.attended::varchar, true)
            else field('timeAttended', minutes.attended, true)
        end,
        field('timeAbsent', postings.session_minutes - minutes.attended, true),
        field('isCorrection', true, plan.version = 1)
    ) as members
from plan
inner join postings
    on plan.campus_no = postings.campus_no and plan.record_no = postings.posting_no
inner join users
    on postings.campus_no = users.campus_no and postings.user_no = users.user_no
cross join lateral (
    select
        case plan.version
            when 0 then postings.attended_minutes
            else postings.session_minutes - postings.attended_minutes // 3
        end as attended
) as minutes
where plan.stream = 'posting';
