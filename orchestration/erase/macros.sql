-- Scalar macros of a scrubbing session: words, and the tokens that take their place.
-- The session variable erasure_key holds the home's key.
--
-- A token is the same for every spelling of a word but for the case of its letters. So
-- emails, which compare lower-cased, stay equal, and spellings stay apart. A token of
-- a token is itself, so that scrubbing twice is scrubbing once.

-- Letters, digits and marks; an email is one word, and so is O'Brien or Smith-Jones.
create or replace temp macro word_pattern() as
'[\p{L}\p{M}\p{N}_]+(?:[-.+''’@]+[\p{L}\p{M}\p{N}_]+)*';

-- JSON's escapes, so that the n of a line break is not taken for a word's first letter.
create or replace temp macro escape_pattern() as
'\\+(?:u[0-9a-fA-F]{4}|[bfnrt])?';

-- A text cut into escapes, words and what is between them; joined, they are the text.
create or replace temp macro pieces(given) as
regexp_extract_all(
    given, escape_pattern() || '|' || word_pattern() || '|[^\\\p{L}\p{M}\p{N}_]+'
);

-- The words alone; an escape is an empty one.
create or replace temp macro words(given) as
regexp_extract_all(given, escape_pattern() || '|(' || word_pattern() || ')', 1);

-- Raw text may hold letters as JSON escapes, also doubly escaped (JSON inside JSON).
-- Only characters that need no escape are put in their place.
create or replace temp macro decoded(given) as
case
    when contains(given, '\u') then array_to_string(
        list_transform(
            regexp_extract_all(
                given,
                '(?:\\+u(?:0027|002[bB]|0040|00[89a-fA-F][0-9a-fA-F]'
                || '|0[1-9a-fA-F][0-9a-fA-F]{2}|[1-9a-fA-F][0-9a-fA-F]{3}))+'
                || '|[^\\]+|\\'
            ),
            lambda piece: case
                when length(piece) > 1 and starts_with(piece, '\')
                    then coalesce(
                        try(
                            json_extract_string(
                                '"' || regexp_replace(piece, '\\+u', '\\u', 'g') || '"',
                                '$'
                            )
                        ),
                        piece
                    )
                else piece
            end
        ),
        ''
    )
    else given
end;

-- Jane's is Jane's.
create or replace temp macro stem(word) as
regexp_replace(word, '[''’][sS]$', '');

create or replace temp macro is_token(word) as
regexp_full_match(word, '[Ee]rased-[a-pA-P]{16}');

create or replace temp macro letters(word) as
translate(
    left(sha256(getvariable('erasure_key') || word), 16), '0123456789', 'ghijklmnop'
);

-- The token of all spellings of a word, in small letters.
create or replace temp macro folded_stem(stem) as
case
    when is_token(stem) then lower(stem)
    else 'erased-' || letters(lower(nfc_normalize(stem)))
end;

create or replace temp macro folded(word) as
folded_stem(stem(word));

-- The token of one spelling: the case of its letters says which.
create or replace temp macro token_of_stem(stem) as
case
    when is_token(stem) then stem
    when stem = lower(nfc_normalize(stem)) then 'erased-' || letters(stem)
    else 'Erased-' || array_to_string(
        list_transform(
            list_zip(
                string_split(letters(lower(nfc_normalize(stem))), ''),
                string_split(letters(stem), '')
            ),
            lambda pair: case when pair[2] >= 'i' then upper(pair[1]) else pair[1] end
        ),
        ''
    )
end;

create or replace temp macro token(word) as
token_of_stem(stem(word)) || substr(word, length(stem(word)) + 1);

-- A text with the words of a map replaced. Not by array_to_string, which works its list
-- out twice; an empty text has no pieces.
create or replace temp macro replaced(given, tokens) as
case when given is not null then coalesce(
    list_aggregate(
        list_transform(pieces(given), lambda piece: coalesce(tokens[piece], piece)),
        'string_agg',
        ''
    ),
    ''
) end;

create or replace temp macro without_addresses(given) as
replaced(
    given,
    map_from_entries(
        list_transform(
            list_filter(words(given), lambda word: contains(word, '@')),
            lambda word: (word, token(word))
        )
    )
);

-- An identifier as it is kept: one that is an address is never kept in clear.
create or replace temp macro kept_identifier(given) as
case when contains(given, '@') then token(given) else given end;

-- What a request gave under a key, as text; landing marks numbers with U+0001 and #.
create or replace temp macro given_text(params, key) as
nullif(
    trim(
        replace(json_extract_string(params, '$.' || key), chr(1) || '#', ''),
        ' ' || chr(9) || chr(10) || chr(13)
    ),
    ''
);

-- A string that a request gave under a key, as JSON; numbers are no names.
create or replace temp macro given_string(params, key) as
case
    when starts_with(json_extract(params, '$.' || key), '"')
        and not starts_with(json_extract(params, '$.' || key), '"\u0001#')
        then cast(json_extract(params, '$.' || key) as varchar)
end;

-- Params with words replaced, all other bytes as they were. The map has an entry for
-- the names' and the address's own keys, one for keys that identify a record (these
-- lose addresses only), and one for all other keys.
create or replace temp macro scrubbed_params(params, tokens) as
'{' || array_to_string(
    list_transform(
        map_entries(from_json(params, '"MAP(VARCHAR,JSON)"')),
        lambda entry: to_json(entry.key) || ':' || case
            when entry.value is null then 'null'
            when not regexp_matches(entry.value, '^["\[{]')
                or starts_with(entry.value, '"\u0001#')
                then entry.value
            else replaced(
                entry.value,
                tokens[case
                    when entry.key in ('email', 'firstName', 'lastName')
                        and starts_with(entry.value, '"')
                        then 'params.' || entry.key
                    when entry.key in (
                        'userID', 'userMappingID', 'mappingID', 'issuedID', 'courseID',
                        'courseMappingID', 'addCode', 'courseName', 'courseMemberID',
                        'attendanceID', 'recordID', 'startDate', 'startTime',
                        'timeAttended', 'timeAbsent', 'sessions', 'attendanceIDs'
                    )
                        then 'params.addresses'
                    when entry.key = 'name' and tokens['params.own'] is null
                        then 'params.addresses'
                    else 'params'
                end]
            )
        end
    ),
    ','
) || '}';
