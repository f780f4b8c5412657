-- Macros that scrub rows of other systems: JSON as it came, and texts about persons.

-- JSON cut into keys, strings and what is between them; joined, they are the JSON.
create or replace temp macro json_pieces(given) as
regexp_extract_all(given, '"(?:[^"\\]|\\.)*"\s*:|"(?:[^"\\]|\\.)*"|[^"]+');

create or replace temp macro is_key(piece) as
starts_with(piece, '"') and ends_with(piece, ':');

-- The name that a string has: of the key before it, without case and underscores.
create or replace temp macro bare(name) as
lower(regexp_replace(name, '[^A-Za-z0-9]', '', 'g'));

-- Of whom a column speaks: a row of questions and answers speaks of two.
create or replace temp macro side(name) as
regexp_extract(name, '^(question|answer)');

create or replace temp macro is_name(name) as
regexp_full_match(
    name, '(?:question|answer|user)?(?:firstname|lastname|email|emailaddress)'
    || '|name|username|sortablename|shortname|loginid|ownername|postedby|login'
);

create or replace temp macro is_identifier(name) as
regexp_full_match(
    name, '(?:question|answer|user)?(?:userid|email|emailaddress)'
    || '|username|login|loginid|sisuserid|integrationid'
);

-- Messages of a job stand in it and by themselves, and are judged alone in both places.
create or replace temp macro is_message(name) as
name in ('processingerrors', 'processingwarnings', 'message');

create or replace temp table told_posters
(campus varchar, given varchar, told varchar);
