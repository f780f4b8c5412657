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
            when users.is_ghost
                then concat_ws(
                    ',',
                    field('mappingID', users.mapping_id, plan.version in (0, 1, 3)),
                    field(
                        'email',
                        respelled(users.email, plan.item_key),
                        plan.version <> 0
                    )
                )
            when not chance(plan.item_key, 'no identifier', 60)
                then user_reference(
                    plan.item_key,
                    'userID',
                    'mappingID',
                    users.user_id,
                    users.mapping_id,
                    users.issued_id,
                    case when plan.version = 2 then users.email_2 else users.email end
                )
        end,
        case
            when plan.operation <> 'delete'
                then concat_ws(
                    ',',
                    field('firstName', users.first_name, true),
                    field(
                        'lastName',
                        case
                            when plan.version = 2 then users.last_name_2
                            else users.last_name
                        end,
                        true
                    ),
                    field('userType', users.user_type, plan.version <> 9),
                    field(
                        'program',
                        {
                            'code': 'P' || pick(users.draw_key, 'program', 40),
                            'cohort': {'year': 2026, 'isEvening': users.user_no % 3 = 0}
                        },
                        chance(plan.item_key, 'sends program', 2500)
                    ),
                    field('vendorNotes', 'matched by rule 4', plan.stream = 'vendor')
                )
        end
    ) as members
from plan
inner join users on plan.campus_no = users.campus_no and plan.record_no = users.user_no
where plan.record_type = 'user';
