-- Macros and tables that scrub rows of rosters: contents are JSON objects of texts.

-- Columns whose every word is the person's, in the records that are the person's own.
create or replace temp macro is_personal(name) as
lower(name) in (
    'givenname', 'familyname', 'middlename', 'preferredgivenname',
    'preferredmiddlename', 'preferredfamilyname', 'email', 'sms', 'phone', 'username',
    'birthdate', 'cityofbirth', 'stateofbirthabbreviation', 'countryofbirthcode'
);

create or replace temp macro members(content) as
map_entries(from_json(content, '"MAP(VARCHAR,VARCHAR)"'));

-- The words of a person's own values, and the person's known words that stand elsewhere.
create or replace temp macro own_words(content, known) as
list_distinct(flatten(list_transform(
    members(content),
    lambda member: list_filter(
        words(member.value),
        lambda word: word <> ''
            and (is_personal(member.key) or list_contains(known, folded(word)))
    )
)));

-- A text in which some words are replaced.
create or replace temp macro with_tokens(given, own) as
array_to_string(
    list_transform(
        pieces(given),
        lambda piece: case
            when list_contains(own, piece) then token(piece) else piece
        end
    ),
    ''
);

create or replace temp macro scrubbed_content(content, own) as
'{' || array_to_string(
    list_transform(
        members(content),
        lambda member: to_json(member.key) || ':'
            || to_json(case
                when lower(member.key) in ('sourcedid', 'usersourcedid')
                    and not contains(member.value, '@')
                    then member.value
                else with_tokens(member.value, own)
            end)
    ),
    ','
) || '}';

create or replace temp macro with_tokens_in_all(given, own) as
list_transform(given, lambda each: with_tokens(each, own));
