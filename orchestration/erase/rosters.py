"""Rows of OneRoster rosters, with forgotten persons' values replaced.

A record is a person's when its sourcedId or identifier is an identifier of the person,
or its e-mail an address of the person's; so are the demographics and profiles of such a
user. All words of its names, addresses and dates of birth give way to tokens; elsewhere
in the campus the person's address does.
"""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import duckdb

from orchestration.extract.oneroster.journal import Journal
from orchestration.extract.platform.landing import PARQUET
from orchestration.files import put_in_place
from orchestration.home import Home

_ASIDE = ".erasing"


def prepare_rosters(session: duckdb.DuckDBPyConnection) -> None:
    """Teach a session that knows who is forgotten to scrub rosters."""
    session.execute(
        files(__package__).joinpath("rosters.sql").read_text(encoding="utf-8")
    )


def erase_rosters(session: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Scrub the landed files of every import.

    Returns:
        How many rows were changed.
    """
    prepare_rosters(session)
    folder = Journal.read(home).folder
    for leftover in folder.glob(f"*/*{_ASIDE}"):
        leftover.unlink()
    imports = [
        (path, str(event["campus_id"]))
        for event in Journal.read(home).events
        if event["event"] == "landed"
        for path in [folder / f"import={event['import_no']:06d}"]
    ]
    # A demographics file may come without its users: know all of them first.
    for path, campus_id in imports:
        know_users(session, path, campus_id=campus_id)
    return sum(
        scrub_import(session, path, campus_id=campus_id) for path, campus_id in imports
    )


def remove_exports(home: Home) -> int:
    """Remove the bundles that were exported: they are made again at any time.

    Returns:
        How many there were.
    """
    folder = home.root / "exports"
    count = sum(path.is_file() for path in folder.rglob("*"))
    shutil.rmtree(folder, ignore_errors=True)
    return count


def know_users(
    session: duckdb.DuckDBPyConnection, folder: Path, *, campus_id: str
) -> None:
    """Note the sourcedIds by which the users of an import are forgotten persons."""
    path = folder / "users.parquet"
    if path.exists():
        session.execute(
            _KNOW_USERS.format(path=path),
            {"campus_id": campus_id},
        )


def scrub_import(
    session: duckdb.DuckDBPyConnection, folder: Path, *, campus_id: str
) -> int:
    """Scrub the landed files of one import, whose users are known.

    Returns:
        How many rows were changed.
    """
    return sum(
        _scrub_file(session, path, campus_id)
        for path in sorted(folder.glob("*.parquet"))
    )


def _scrub_file(session: duckdb.DuckDBPyConnection, path: Path, campus_id: str) -> int:
    given = {"campus_id": campus_id, "data_type": path.stem}
    session.execute(_OWN_WORDS.format(path=path), given)
    found = session.execute("select count(*) from own_words_of_rows").fetchone()
    if not found or not found[0]:
        return 0
    aside = path.with_name(f"{path.name}{_ASIDE}")
    select = _SCRUBBED.format(path=path, unknown=_without_key(session, path))
    session.execute(f"copy ({select}) to '{aside}' ({PARQUET})")
    put_in_place(aside, path)
    return int(found[0])


def _without_key(session: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Nothing that follows from what was scrubbed stays; older files have no keys."""
    described = session.execute(f"describe from read_parquet('{path}')").fetchall()
    return "".join(
        f", case when own_words_of_rows.own is null then rows.{name} end as {name}"
        for name, *_ in described
        if name.startswith("row_key_")
    )


_KNOW_USERS = """
insert into erased_identifiers
select distinct
    $campus_id,
    known.person,
    'roster_id',
    rows.record_id
from read_parquet('{path}') as rows
inner join erased_identifiers as known
    on known.campus_id = $campus_id
    and (
        (
            known.kind in ('user_id', 'mapping_id', 'issued_id')
            and known.value in (
                kept_identifier(rows.record_id),
                kept_identifier(json_extract_string(rows.content, '$.identifier'))
            )
        )
        or (
            known.kind = 'email'
            and known.value = folded(json_extract_string(rows.content, '$.email'))
        )
    )
where rows.record_id is not null
"""

# Few rows are looked into: those of the persons, and those with an address.
_OWN_WORDS = """
create or replace temp table own_words_of_rows as
with known as (
    select
        coalesce(list(token) filter (where role = 'address'), []) as addresses,
        coalesce(list(token), []) as words
    from erased_words
    where campus_id = $campus_id
),
candidates as (
    select
        line_number,
        content,
        record_id,
        case
            when $data_type = 'users' then record_id
            when $data_type in ('demographics', 'userProfiles') then user_id
        end in (
            select value from erased_identifiers
            where campus_id = $campus_id and kind = 'roster_id'
        ) as is_own
    from read_parquet('{path}')
),
found as (
    select
        candidates.line_number,
        case
            when candidates.is_own then own_words(candidates.content, known.words)
            else list_filter(
                words(candidates.content),
                lambda word: contains(word, '@')
                    and list_contains(known.addresses, folded(word))
            )
        end as own
    from candidates
    cross join known
    where candidates.is_own or contains(candidates.content, '@')
)
select line_number, own
from found
where len(list_filter(own, lambda word: not is_token(stem(word)))) > 0
"""

_SCRUBBED = """
select
    rows.* replace (
        case
            when own_words_of_rows.own is null or not contains(rows.record_id, '@')
                then rows.record_id
            else with_tokens(rows.record_id, own_words_of_rows.own)
        end as record_id,
        coalesce(
            scrubbed_content(rows.content, own_words_of_rows.own), rows.content
        ) as content,
        coalesce(
            md5_number(scrubbed_content(rows.content, own_words_of_rows.own)),
            rows.content_key
        ) as content_key,
        coalesce(
            with_tokens_in_all(rows.skips, own_words_of_rows.own), rows.skips
        ) as skips,
        coalesce(
            with_tokens_in_all(rows.flags, own_words_of_rows.own), rows.flags
        ) as flags,
        coalesce(
            with_tokens(rows.username, own_words_of_rows.own), rows.username
        ) as username,
        case
            when contains(rows.user_id, '@') and own_words_of_rows.own is not null
                then with_tokens(rows.user_id, own_words_of_rows.own)
            else rows.user_id
        end as user_id,
        coalesce(
            with_tokens_in_all(rows.referred_users, own_words_of_rows.own),
            rows.referred_users
        ) as referred_users
        {unknown}
    )
from read_parquet('{path}') as rows
left join own_words_of_rows
    on rows.line_number = own_words_of_rows.line_number
order by rows.line_number
"""


def scrubbed_published(
    session: duckdb.DuckDBPyConnection, select: str, columns: set[str]
) -> tuple[str, int]:
    """Scrub published rows that hold a roster record's content.

    Args:
        session: as `prepare_rosters` left it.
        select: the rows.
        columns: their names.

    Returns:
        The select to use instead, and how many rows it changes.
    """
    session.execute(f"create or replace temp table roster_rows as {select}")
    old_words = _OLD_WORDS if "changed_fields" in columns else "cast([] as varchar[])"
    session.execute(_PUBLISHED_WORDS.format(old_words=old_words))
    found = session.execute("select count(*) from own_words_of_rows").fetchone()
    if not found or not found[0]:
        return select, 0
    replaced = [
        "coalesce(scrubbed_content(cast(rows.content as varchar), found.own)::json,"
        " rows.content) as content"
    ]
    if "messages" in columns:
        replaced.append(
            "coalesce(with_tokens_in_all(rows.messages, found.own), rows.messages)"
            " as messages"
        )
    if "changed_fields" in columns:
        replaced.append(
            "case when found.own is null then rows.changed_fields else"
            " list_transform(rows.changed_fields, lambda each: struct_pack("
            "field := each.field, old := with_tokens(each.old, found.own),"
            " new := with_tokens(each.new, found.own))) end as changed_fields"
        )
    return (
        f"select rows.* replace ({', '.join(replaced)}) from roster_rows as rows"
        " left join own_words_of_rows as found on rows.rowid = found.row_number"
        " order by rows.rowid",
        int(found[0]),
    )


_OLD_WORDS = """flatten(list_transform(
            list_filter(rows.changed_fields, lambda each: is_personal(each.field)),
            lambda each: words(coalesce(each."old", ''))
        ))"""
_PUBLISHED_WORDS = """
create or replace temp table own_words_of_rows as
with known as (
    select
        campus_id,
        list(token) filter (where role = 'address') as addresses,
        list(token) as words
    from erased_words
    group by campus_id
),
persons as (
    select distinct campus_id, value
    from erased_identifiers
    where kind = 'roster_id'
),
candidates as (
    select
        rows.rowid as row_number,
        rows.campus_id,
        cast(rows.content as varchar) as content,
        {old_words} as old_words,
        persons.value is not null as is_own
    from roster_rows as rows
    left join persons
        on rows.campus_id = persons.campus_id
        and case
            when rows.data_type in ('users', 'demographics') then rows.record_id
            when rows.data_type = 'userProfiles'
                then rows.content::json ->> '$.userSourcedId'
        end = persons.value
),
found as (
    select
        candidates.row_number,
        case
            when candidates.is_own
                then list_distinct(list_concat(
                    own_words(candidates.content, known.words), candidates.old_words
                ))
            else list_filter(
                words(candidates.content),
                lambda word: contains(word, '@')
                    and list_contains(coalesce(known.addresses, []), folded(word))
            )
        end as own
    from candidates
    inner join known on candidates.campus_id = known.campus_id
    where candidates.is_own or contains(candidates.content, '@')
)
select row_number, own
from found
where len(list_filter(own, lambda word: not is_token(stem(word)))) > 0
"""
