-- How requests name a user or a course: by one identifier or several, in the spelling
-- of the day. A record without the identifier chosen is named by what it has.
create macro respelled(email, draw_key) as case pick(draw_key, 'address spelling', 4)
    when 0 then upper(email)
    when 1 then upper(email[1]) || email[2:]
    else email
end;

create macro user_reference(
    item_key, id_field, mapping_field, user_id, mapping_id, issued_id, email
) as coalesce(
    nullif(
        concat_ws(
            ',',
            field(id_field, user_id, pick(item_key, 'user by', 12) in (0, 1, 2)),
            field(
                mapping_field, mapping_id, pick(item_key, 'user by', 12) in (2, 3, 4, 5)
            ),
            field('issuedID', issued_id, pick(item_key, 'user by', 12) in (5, 6, 7, 8)),
            field(
                'email',
                respelled(email, item_key),
                pick(item_key, 'user by', 12) in (1, 4, 8, 9, 10, 11)
            )
        ),
        ''
    ),
    field('issuedID', issued_id, true),
    field(mapping_field, mapping_id, true),
    field('email', email, true)
);

create macro course_reference(
    item_key, name_field, mapping_field, course_id, mapping_id, add_code, course_name
) as coalesce(
    nullif(
        concat_ws(
            ',',
            field('courseID', course_id, pick(item_key, 'course by', 12) in (0, 1, 2)),
            field(
                mapping_field,
                mapping_id,
                pick(item_key, 'course by', 12) in (2, 3, 4, 5, 6)
            ),
            field(
                'addCode', add_code, pick(item_key, 'course by', 12) in (1, 6, 7, 8, 9)
            ),
            field(
                name_field,
                course_name,
                pick(item_key, 'course by', 12) in (5, 9, 10, 11)
            )
        ),
        ''
    ),
    field(mapping_field, mapping_id, true),
    field('addCode', add_code, true),
    field(name_field, course_name, true)
);
