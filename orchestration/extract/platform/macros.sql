-- Scalar macros of the landing session: how a delivered text becomes a value.
-- Sources: contract, section 1 (times, trimming, JSON) and section 3 (numbers are
-- kept by their JSON text).

-- Space, tab, CR and LF are trimmed; what is empty then is null. All four stand before
-- the exclamation mark: looking at the two ends first takes a quarter of the time.
create or replace temp macro clean(delivered) as
case
    when delivered > '!' and right(delivered, 1) > ' ' then delivered
    else nullif(trim(delivered, ' ' || chr(9) || chr(10) || chr(13)), '')
end;

create or replace temp macro is_blank(delivered) as
not regexp_matches(delivered, '[^ \t\r\n]');

-- YYYY-MM-DD, T or space, HH:MM:SS, up to six decimals, Z, an offset or nothing.
-- A bare cast would take 'infinity', 'epoch', 24:00 and zone names.
create or replace temp macro instant(cleaned) as
case
    when regexp_full_match(
        cleaned,
        '(19[7-9][0-9]|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}[T ]'
        || '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?'
        || '(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?'
    ) then try_cast(cleaned as timestamptz)
end;

create or replace temp macro whole_number(cleaned) as
case
    when regexp_full_match(cleaned, '[+-]?[0-9]{1,9}(\.0+)?')
        then cast(cast(cleaned as double) as integer)
end;

create or replace temp macro truth(cleaned) as
case
    when lower(cleaned) in ('true', 't', '1') then true
    when lower(cleaned) in ('false', 'f', '0') then false
end;

-- Texts that DuckDB's JSON writer would change (1e0, 1.10, -0) or that its reader
-- takes though they are no JSON (NaN, a comma before a bracket). May say so of a
-- harmless text: that costs time only. Measured: 0.7 s for a million lines, against
-- 5.4 s for protecting every one. A value stands behind a key, a bracket or a comma;
-- the 00.50 of 08:00:00.50 is none.
create or replace temp macro needs_care(json_text) as
regexp_matches(
    json_text,
    '("[ \t\r\n]*:|[,\[])[ \t\r\n]*(-0|-?[0-9]+(\.[0-9]*0|\.[0-9]{8}|\.[0-9]+[eE]|[eE])'
    || '|-?[0-9]{7,}\.|-?[0-9]{16}'
    || '|-?[nN][aA][nN]|-?[iI][nN][fF])'
    || '|,[ \t\r\n]*[\]}]'
);

-- JSON's own grammar; `is_careful` is what `needs_care` says of the text.
-- A case, because a conjunction looks at its last part for every row.
create or replace temp macro is_strict_json(json_text, is_careful) as
case
    when not json_valid(json_text) then false
    when not is_careful then true
    else not regexp_matches(
        regexp_replace(json_text, '"(?:[^"\\]|\\.)*"', '""', 'g'),
        ',[ \t\r\n]*[\]}]|[nN][aA][nN]|[iI][nN][fF]'
    )
end;

-- A JSON object of strings, whole numbers, true, false and null, written without white
-- space and escapes: it is valid, minified, and neither nested nor in need of care.
-- Nearly all params are such; one look spares them six.
create or replace temp macro is_plain_object(json_text) as
coalesce(
    regexp_full_match(
        json_text,
        '\{("[^"\\\x00-\x1f\x7f]*":'
        || '("[^"\\\x00-\x1f\x7f]*"|0|-?[1-9][0-9]{0,14}|true|false|null)'
        || '(,"[^"\\\x00-\x1f\x7f]*":'
        || '("[^"\\\x00-\x1f\x7f]*"|0|-?[1-9][0-9]{0,14}|true|false|null))*)?\}'
    ),
    false
);

-- Every number becomes a marked string, so that its text survives. chr(1) and
-- chr(2) cannot stand raw in valid JSON.
create or replace temp macro with_marked_numbers(json_text) as
replace(
    replace(
        replace(
            regexp_replace(
                json_text,
                '("(?:[^"\\]|\\.)*")|(-?[0-9][0-9.eE+-]*)',
                '\1' || chr(1) || '\2' || chr(2),
                'g'
            ),
            chr(1) || chr(2),
            ''
        ),
        chr(1),
        '"\u0001#'
    ),
    chr(2),
    '"'
);

-- Text that would be taken for a marked number. Nobody means to begin so.
create or replace temp macro holds_reserved_mark(delivered) as
coalesce(contains(delivered, '\u0001#'), false);

create or replace temp macro readable_json(json_text, is_careful) as
case when is_careful then with_marked_numbers(json_text) else json_text end;

create or replace temp macro without_mark(value_text) as
replace(value_text, chr(1) || '#', '');

-- JSON text without white space between tokens and without needless escapes; numbers
-- that would lose their text stay marked (the warehouse takes the marks off).
create or replace temp macro minified(json_text, is_careful) as
cast(json(readable_json(json_text, is_careful)) as varchar);

create or replace temp macro holds_twice(names) as
len(names) <> list_unique(names);

-- Of valid JSON.
create or replace temp macro is_object(json_text) as
starts_with(ltrim(json_text, ' ' || chr(9) || chr(10) || chr(13)), '{');

-- Whether an object may hold another one. Text with a brace in it may say so too.
create or replace temp macro may_nest(json_object) as
regexp_matches(json_object, '^.[^{]*[{]');

-- Deeper than anyone means: walking it would take the square of its depth in memory.
create or replace temp macro is_too_deep(json_text) as
regexp_matches(json_text, '([\[{]("(?:[^"\\]|\\.)*":)?){100}');

create or replace temp macro elements(json_array) as
from_json(json_array, '["JSON"]');
