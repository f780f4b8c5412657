"""The steps of a scrub as SQL: whom rows speak of, and which words give way.

Each query makes one temp table of a session that `prepare_scrubbing` has taught who is
forgotten, from ``delivered_rows`` and the tables of the steps before.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.erase.columns import Shape

_NOTHING_IDENTIFIED = """
select
    null::bigint as _row,
    null::varchar as campus_id,
    null::varchar as kind,
    null::varchar as value
where false
"""


def _listed(names: Sequence[str]) -> str:
    """An SQL list of texts that is never empty."""
    return ", ".join(f"'{name}'" for name in ("", *names))


def spoken_rows(shape: Shape) -> str:
    """Rows that speak of a person by an identifier: ``(_row, person)``."""
    identified = "\nunion all\n".join(
        f"select _row, {shape.campus} as campus_id, '{kind}' as kind,"
        f" {value} as value from delivered_rows where _is_concerned"
        for kind, value in shape.identifiers
    )
    return f"""
    create or replace temp table spoken_rows as
    select distinct
        identified._row,
        erased.person
    from ({identified or _NOTHING_IDENTIFIED}) as identified
    inner join erased_identifiers as erased
        on identified.kind = erased.kind
        and identified.value = erased.value
        and coalesce(
            identified.campus_id,
            case identified.kind when 'message' then erased.campus_id end
        ) = erased.campus_id
    """


def _texts(shape: Shape) -> str:
    """Texts in long form; where addresses alone count, those that may hold one.

    A token stands for an address too, so that scrubbed rows are found again.
    """
    full = (*shape.own, *shape.searched)
    texts = "\nunion all\n".join(
        f"select _row, {shape.campus} as campus_id, '{name}' as field,"
        f" {text} as given from delivered_rows where _is_concerned"
        + (
            ""
            if name in full
            else f" and (contains({text}, '@') or contains({text}, 'rased-'))"
        )
        for name, text in shape.fields.items()
    )
    return f"select * from ({texts}) where given is not null"


def spelled_words(shape: Shape) -> str:
    """The few words that are some person's, as they are spelled here."""
    return f"""
    create or replace temp table spelled_words as
    select
        spelled.campus_id,
        spelled.word,
        erased.person,
        erased.role
    from (
        select distinct campus_id, unnest(words(given)) as word
        from ({_texts(shape)})
    ) as spelled
    inner join erased_words as erased
        on folded(spelled.word) = erased.token
        and coalesce(spelled.campus_id, erased.campus_id) = erased.campus_id
    where spelled.word <> ''
    """


def found_words(shape: Shape) -> str:
    """Where those words stand."""
    return f"""
    create or replace temp table found_words as
    select
        placed._row,
        placed.field,
        placed.place,
        placed.word,
        spelled.person,
        spelled.role
    from (
        select
            _row,
            campus_id,
            field,
            unnest(text_words) as word,
            generate_subscripts(text_words, 1) as place
        from (
            select _row, campus_id, field, words(given) as text_words
            from ({_texts(shape)})
        )
    ) as placed
    inner join spelled_words as spelled
        on placed.word = spelled.word
        and placed.campus_id is not distinct from spelled.campus_id
    """


def named_rows(shape: Shape) -> str:
    """Rows that speak of a person by the name, added to ``spoken_rows``.

    A request by first and last name, when it gives no identifier; a row of a roster
    by the name and the address together.
    """
    if "params" in shape.columns:
        given = ", ".join(value for _, value in shape.given_in_params)
        first, last = "params.firstName", "params.lastName"
        condition = f"coalesce({given}) is null"
    else:
        first, last = "first_name", "last_name"
        condition = "true"
    needs_address = "false" if shape.is_request else "true"
    return f"""
    insert into spoken_rows
    select found._row, found.person
    from found_words as found
    inner join delivered_rows as delivered on found._row = delivered._row
    where {condition}
    group by found._row, found.person
    having
        bool_or(found.field = '{first}' and found.role = 'first_name')
        and bool_or(found.field = '{last}' and found.role = 'last_name')
        and (
            not {needs_address}
            or bool_or(found.field = 'email' and found.role = 'address')
        )
    """


def replacements(shape: Shape) -> str:
    """The words to replace, row by row and field by field: ``(_row, tokens)``.

    Addresses go wherever they stand. Names go from a row that speaks of the person, and
    from a text that mentions the person: by first and last name, or, in a text about
    rows, by an address or an identifier. Of the person's own fields every word goes.
    """
    searched, reported = _listed(shape.searched), _listed(shape.reported)
    texts = _texts(shape)
    return f"""
    create or replace temp table replacements as
    with mentions as (
        select
            _row,
            field,
            person,
            count(distinct place) filter (where role <> 'address') >= 2
                and bool_or(role = 'first_name')
                and bool_or(role = 'last_name') as is_full_name,
            bool_or(role = 'address') as is_address
        from found_words
        where field in ({searched})
        group by _row, field, person
    ),
    identified_mentions as (
        select
            mentions._row,
            mentions.field,
            mentions.person
        from mentions
        inner join ({texts}) as texts
            on mentions._row = texts._row and mentions.field = texts.field
        inner join erased_identifiers as erased
            on mentions.person = erased.person
            and erased.kind in ('user_id', 'mapping_id', 'issued_id')
            and contains(texts.given, erased.value)
            and regexp_matches(
                texts.given,
                '(^|[^\\p{{L}}\\p{{M}}\\p{{N}}_])' || regexp_escape(erased.value)
                || '($|[^\\p{{L}}\\p{{M}}\\p{{N}}_])'
            )
        where mentions.field in ({reported})
    ),
    forgotten as (
        select _row, field, person
        from mentions
        where is_full_name or (is_address and field in ({reported}))
        union
        select _row, field, person from identified_mentions
        union
        select _row, unnest([{searched}]) as field, person from spoken_rows
    ),
    own_words as (
        select _row, field, unnest(words(given)) as word
        from ({texts})
        where field in ({_listed(shape.own)})
            and _row in (select _row from spoken_rows)
    ),
    going as (
        select found_words._row, found_words.field, found_words.word
        from found_words
        semi join forgotten
            on found_words._row = forgotten._row
            and found_words.field = forgotten.field
            and found_words.person = forgotten.person
        union
        select _row, unnest([field, 'params.addresses']) as field, word
        from found_words
        where role = 'address'
        union
        select _row, field, word from own_words
        where word <> ''
        union
        select _row, 'params.own' as field, '' as word from spoken_rows
    ),
    tokens as (
        select word, token(word) as token
        from (select distinct word from going)
    ),
    by_field as (
        select
            going._row,
            going.field,
            map_from_entries(list((tokens.word, tokens.token))) as tokens
        from going
        inner join tokens on going.word = tokens.word
        group by going._row, going.field
    )
    select _row, map_from_entries(list((field, tokens))) as tokens
    from by_field
    group by _row
    """


def changed_rows(shape: Shape) -> str:
    """The rows that differ when they are scrubbed: ``(_row, texts)``, by column."""
    scrubbed = "replaced(texts.given, replacements.tokens[texts.field])"
    if "params" in shape.scrubbed:
        # Only then: long to plan, and most tables have none.
        scrubbed = (
            "case texts.field when 'params'"
            " then scrubbed_params(texts.given, replacements.tokens)"
            f" else {scrubbed} end"
        )
    return f"""
    create or replace temp table changed_rows as
    with after as (
        select
            texts._row,
            texts.field,
            texts.given,
            {scrubbed} as scrubbed
        from ({_texts(shape)}) as texts
        inner join replacements on texts._row = replacements._row
        where texts.field in ({_listed(shape.scrubbed)})
    )
    select _row, map_from_entries(list((field, scrubbed))) as texts
    from after
    where scrubbed <> given
    group by _row
    """
