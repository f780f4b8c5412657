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
            when not (told.by >= 18 and chance(postings.draw_key, 'no user', 200))
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
            plan.version <> 1 or told.by < 12
        ),
        field(
            'recordID',
            'REC-' || (800000 + postings.session_no),
            told.by between 8 and 17
        ),
        field(
            'mappingID',
            'PST-' || (4000000 + postings.posting_no),
            told.by >= 18
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
            when 1 then postings.session_minutes - postings.attended_minutes // 3
            else postings.attended_minutes
        end as attended
) as minutes
-- A correction may say no more than the record id or the mapping id of its posting.
cross join lateral (select pick(postings.draw_key, 'posting by', 20) as by) as told
where plan.stream = 'posting';
