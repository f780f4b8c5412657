"""Who is meant: a record key to the values by which a person is known."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

import duckdb

from orchestration.erase.erasures import Erasure
from orchestration.erase.scrub import load_macros
from orchestration.errors import BadInputError
from orchestration.home import Home


def find_person(home: Home, *, campus_id: str, user: str, key: str) -> Erasure:
    """Gather what the published file knows of a person.

    Args:
        home: a home with a publication.
        campus_id: the person's campus.
        user: a user's ``record_key``, as the reports show it, or a ``user_id``.
        key: what the home's tokens are made with.

    Returns:
        The erasure that would forget the person; nothing is done yet.

    Raises:
        BadInputError: nothing was published, or nobody there is called so.
    """
    if not home.published_file.exists():
        raise BadInputError(
            f"home {home.root} has published nothing yet: run first, so that it is"
            " known who is meant"
        )
    with duckdb.connect() as session:
        session.execute("set timezone = 'UTC'")
        load_macros(session, key)
        session.execute(f"attach '{home.published_file}' as rollbook (read_only)")
        session.execute("set variable campus_id = $1", [campus_id])
        session.execute(_WANTED, [user])
        has_rosters = session.execute(
            "from duckdb_tables() where database_name = 'rollbook'"
            " and table_name = 'dim_roster_records'"
        ).fetchone()
        session.execute(_ROSTER_USERS if has_rosters else _NO_ROSTER_USERS)
        session.execute(_OWN_ROWS)
        known = session.execute("select count(*) from own_values").fetchone()
        if not known or not known[0]:
            raise BadInputError(
                f"campus {campus_id} has no such user: give the record_key that the"
                " reports show, such as user:U1, or the user_id"
            )
        session.execute(_ALL_VALUES)
        values: dict[str, list[str]] = dict(session.execute(_TOLD).fetchall())
    return Erasure(
        campus_id=campus_id,
        user_ids=tuple(values.get("user_ids", ())),
        mapping_ids=tuple(values.get("mapping_ids", ())),
        issued_ids=tuple(values.get("issued_ids", ())),
        emails=tuple(values.get("emails", ())),
        addresses=tuple(values.get("addresses", ())),
        first_names=tuple(values.get("first_names", ())),
        last_names=tuple(values.get("last_names", ())),
        usernames=tuple(values.get("usernames", ())),
        erased_by=getpass.getuser(),
        erased_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


# A key may be given as it was before an earlier erasure put a token into it.
_WANTED = """
create temp table wanted as
with given as (
    select case when regexp_matches($1, '^user[:?]') then $1 end as record_key,
        regexp_replace($1, '^user:', '') as user_id
)
select record_key
from (
    select unnest([
        record_key, 'user:' || user_id, 'user?user_id=' || user_id,
        without_addresses(record_key), without_addresses('user:' || user_id),
        without_addresses('user?user_id=' || user_id)
    ]) as record_key
    from given
)
where record_key is not null
"""

# Users of rosters that other systems delivered; of a file from before those none.
_ROSTER_USERS = """
create temp view roster_users as
select
    campus_id,
    record_id,
    content::json ->> '$.identifier' as identifier,
    content::json ->> '$.email' as email,
    -- More may stand beside the address: then it is no e-mail, but the person's.
    list_concat(
        list_filter(
            words(coalesce(content::json ->> '$.email', '')),
            lambda word: contains(word, '@') or is_token(word)
        ),
        [null]
    ) as addresses,
    content::json ->> '$.givenName' as first_name,
    content::json ->> '$.familyName' as last_name,
    content::json ->> '$.username' as username
from rollbook.marts.dim_roster_records
where data_type = 'users'
"""
_NO_ROSTER_USERS = """
create temp view roster_users as
select
    null::varchar as campus_id, null::varchar as record_id,
    null::varchar as identifier, null::varchar as email,
    null::varchar[] as addresses,
    null::varchar as first_name, null::varchar as last_name,
    null::varchar as username
where false
"""

_OWN_ROWS = """
create temp table own_users as
select *
from rollbook.marts.dim_users_versions
where campus_id = getvariable('campus_id')
    and 'user:' || user_id in (from wanted);

create temp table own_values as
with given as (
    select
        user_id, mapping_id, issued_id, email, first_name, last_name,
        null as username
    from own_users
    union all
    select user_id, user_mapping_id, issued_id, email, first_name, last_name, null
    from rollbook.marts.fct_distinct_syncs
    where campus_id = getvariable('campus_id')
        and record_type = 'user'
        and record_key in (from wanted)
    union all
    -- Nobody may have asked for the user itself, only for what belongs to it.
    select user_id, user_mapping_id, issued_id, email, first_name, last_name, null
    from rollbook.marts.fct_distinct_syncs
    where campus_id = getvariable('campus_id')
        and record_type <> 'user'
        and list_has_any(
            [
                'user?user_id=' || user_id,
                'user?mapping_id=' || user_mapping_id,
                'user?issued_id=' || issued_id,
                'user?email=' || lower(email)
            ],
            (select list(record_key) from wanted)
        )
    union all
    -- One whom only a roster knows, or the same person there.
    select
        case when 'user:' || record_id in (from wanted) then record_id end,
        null, null, unnest(addresses), first_name, last_name, username
    from roster_users
    where campus_id = getvariable('campus_id')
        and (
            'user:' || record_id in (from wanted)
            or list_has_any(
                [record_id, identifier],
                (select list(value) from (
                    select unnest([user_id, mapping_id, issued_id]) as value
                    from own_users
                ) where value is not null)
            )
            or lower(email) in (
                select lower(own_users.email) from own_users
                where own_users.email is not null
            )
        )
)
unpivot given
on user_id, mapping_id, issued_id, email, first_name, last_name, username
into name kind value value
"""

# What another user of the roster bears now, and this one does not, is not the person's.
_ALL_VALUES = """
create temp table all_values as
with borne as (
    unpivot (
        select user_id, mapping_id, issued_id, lower(email) as email, is_own
        from (
            select *, 'user:' || user_id in (from wanted) as is_own
            from rollbook.marts.dim_users
            where campus_id = getvariable('campus_id')
        )
    )
    on user_id, mapping_id, issued_id, email
    into name kind value value
),
borne_by_others as (
    select kind, value
    from borne
    group by kind, value
    having not bool_or(is_own)
),
own as (
    select distinct own_values.kind, own_values.value
    from own_values
    anti join borne_by_others as others
        on own_values.kind = others.kind
        and if(own_values.kind = 'email', lower(own_values.value), own_values.value)
        = others.value
),
related as (
    select syncs.email, syncs.first_name, syncs.last_name
    from rollbook.marts.fct_distinct_syncs as syncs
    where syncs.campus_id = getvariable('campus_id')
        and syncs.record_type <> 'user'
        and (
            syncs.user_id in (select value from own where kind = 'user_id')
            or (
                syncs.user_id is null
                and (
                    syncs.user_mapping_id
                    in (select value from own where kind = 'mapping_id')
                    or syncs.issued_id
                    in (select value from own where kind = 'issued_id')
                    or lower(syncs.email)
                    in (select lower(value) from own where kind = 'email')
                )
            )
        )
)
select kind, value from own
union
select related.kind, related.value
from (
    unpivot related on email, first_name, last_name into name kind value value
) as related
anti join borne_by_others as others
    on related.kind = others.kind and lower(related.value) = others.value
"""

_TOLD = """
with told_words as (
    select kind, unnest(words(value)) as word
    from all_values
),
told as (
    select
        kind || 's' as name,
        case
            when kind in ('email', 'username') then folded(value)
            else kept_identifier(value)
        end as value
    from all_values
    where kind not in ('first_name', 'last_name')
    union all
    select kind || 's', folded(word)
    from told_words
    where kind in ('first_name', 'last_name') and word <> ''
    union all
    select 'addresses', folded(word)
    from told_words
    where kind = 'email' and (contains(word, '@') or is_token(word))
    union all
    -- A user name stands alone for the person, unless it is a name like others have.
    select 'addresses', folded(word)
    from told_words
    where kind = 'username' and word <> ''
        and folded(word) not in (
            select folded(word) from told_words
            where kind in ('first_name', 'last_name') and word <> ''
        )
)
select name, list_sort(list(distinct value))
from told
group by name
"""
