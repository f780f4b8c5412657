"""Rows of Canvas, Cloudwork and Echo360, with forgotten persons' values replaced.

A text is judged by itself, as what a server answered is: an address or a user name of
the person goes wherever it stands, a name where the text says of whom it speaks. So a
message stays equal to itself in a job and among its errors. Where a row has columns of
a person, and one of them identifies the forgotten one, all words of these columns go.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import duckdb

from orchestration.erase.erasures import Erasures
from orchestration.erase.scrub import prepare_scrubbing, scrubbed
from orchestration.files import put_in_place
from orchestration.home import Home
from orchestration.settings import read_settings

_ASIDE = ".erasing"
_FOLDERS = ("canvas/*/fetch=*", "cloudwork/*/fetch=*", "echo360/*/rows")
_PARQUET = "format parquet, compression zstd"
# Names that were made here, or that a later fetch is compared by.
_UNTOUCHED = ("campus_id", "source", "content_hash", "sha256", "path", "report", "file")
_PUBLISHED = (
    "fct_rostering_job",
    "fct_provisioning_events",
    "fct_engagement_rows",
    "fct_sync_history",
    "rostering_job",
    "provisioning_report",
    "engagement_",
    "brg_roster_identities",
    "brg_engagement_identities",
)


def erase_systems(session: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Scrub what was landed of every other system.

    Returns:
        How many rows were changed.
    """
    prepare_systems(session)
    count = 0
    for pattern in _FOLDERS:
        for folder in sorted(home.landing.glob(pattern)):
            for leftover in folder.glob(f"*{_ASIDE}"):
                leftover.unlink()
            campus_id = _campus_of(home, folder.parent.name)
            for path in sorted(folder.glob("*.parquet")):
                count += _scrub_file(session, path, campus_id)
    return count


def scrub_fetched(home: Home, path: Path, *, source: str) -> None:
    """Scrub a file that was written, and is not landed yet, if anybody is forgotten.

    Raises:
        RollbookError: the key of the erasures is gone.
    """
    if not Erasures(home).numbers():
        return
    settings = read_settings()
    with duckdb.connect(
        config={
            "threads": settings.threads,
            "memory_limit": settings.memory_limit,
            "temp_directory": str(home.scratch / "scrub.tmp"),
        }
    ) as session:
        session.execute("set timezone = 'UTC'")
        prepare_scrubbing(session, home)
        prepare_systems(session)
        _scrub_file(session, path, _campus_of(home, source))


def prepare_systems(session: duckdb.DuckDBPyConnection) -> None:
    """Teach a session that knows who is forgotten to scrub rows of other systems."""
    session.execute(
        files(__package__).joinpath("systems.sql").read_text(encoding="utf-8")
    )


def is_of_systems(table: str) -> bool:
    """Whether a published table holds rows of other systems."""
    return table.startswith(_PUBLISHED) or table == "sync_history"


def scrubbed_systems(
    session: duckdb.DuckDBPyConnection, select: str, campus: str
) -> tuple[str, int]:
    """Scrub rows of another system.

    Args:
        session: as `prepare_systems` left it.
        select: the rows.
        campus: an SQL expression of a row's campus.

    Returns:
        The select to use instead, and how many rows it changes.
    """
    session.execute(
        "create or replace temp table system_rows as"
        f" select row_number() over () as _row, {campus} as _campus, * from ({select})"
    )
    columns = {
        str(name): str(kind)
        for name, kind, *_ in session.execute(f"describe {select}").fetchall()
        if kind in ("VARCHAR", "JSON") and name not in _UNTOUCHED
    }
    if not columns:
        return select, 0
    session.execute(
        "create or replace temp table system_texts as "
        + "\nunion all\n".join(_texts(name, kind) for name, kind in columns.items())
    )
    found = scrubbed(
        session,
        "select distinct _campus as campus_id, value as raw_text from system_texts"
        " where value is not null",
    )
    session.execute(
        "create or replace temp table known_texts (campus varchar, given varchar,"
        " told varchar)"
    )
    if found.row_count:
        session.execute(_KNOW_TEXTS)
    for statement in (_RECALL_POSTERS, _SPOKEN, _GOING, _CHANGED, _KNOW_POSTERS):
        session.execute(statement)
    (count,) = session.execute(
        "select count(distinct _row) from changed_texts"
    ).fetchone() or (0,)
    if not count:
        return select, 0
    replaced = ", ".join(
        f'{_replaced(name, kind)} as "{name}"' for name, kind in columns.items()
    )
    return (
        f"select rows.* exclude (_row, _campus) replace ({replaced})"
        " from system_rows as rows left join changed_columns as changed"
        " on rows._row = changed._row order by rows._row",
        int(count),
    )


def _campus_of(home: Home, source: str) -> str:
    """The campus that a source's settings named last; of an unknown source none."""
    path = home.landing / "connected" / f"{source}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return str(json.loads(lines[-1])["campus_id"]) if lines else ""


def _scrub_file(session: duckdb.DuckDBPyConnection, path: Path, campus_id: str) -> int:
    session.execute("set variable system_campus = $1", [campus_id])
    select, count = scrubbed_systems(
        session,
        f"select * from read_parquet('{path}', hive_partitioning = false)",
        "getvariable('system_campus')",
    )
    if not count:
        return 0
    aside = path.with_name(f"{path.name}{_ASIDE}")
    session.execute(f"copy ({select}) to '{aside}' ({_PARQUET})")
    put_in_place(aside, path)
    return count


def _is_json(name: str, kind: str) -> bool:
    return kind == "JSON" or name == "job_json"


def _pieces(name: str, kind: str) -> str:
    text = f'"{name}"::varchar'
    return f"json_pieces({text})" if _is_json(name, kind) else f"[{text}]"


def _texts(name: str, kind: str) -> str:
    """Every text of a column, with its place there and the name that it has."""
    placed = (
        f"select _row, _campus, '{name}' as field, unnest({_pieces(name, kind)}) as"
        f" value, generate_subscripts({_pieces(name, kind)}, 1) as place"
        f' from system_rows where "{name}" is not null'
    )
    if not _is_json(name, kind):
        return f"select *, bare('{name}') as name from ({placed})"
    return f"""
        select _row, _campus, field, value, place, bare(name) as name
        from (
            select *, last_value(case when is_key(value) then value end ignore nulls)
                over (partition by _row order by place) as name
            from ({placed})
        )
        where starts_with(value, '"') and not is_key(value)
    """


def _replaced(name: str, kind: str) -> str:
    return f"""
        case when changed.places['{name}'] is null then rows."{name}" else
            cast(array_to_string(list_transform({_pieces(name, kind)}, lambda piece, i:
                coalesce(changed.places['{name}'][i], piece)), '') as {kind})
        end
    """


_KNOW_TEXTS = """
insert into known_texts
select delivered.campus_id, delivered.raw_text, changed.texts['raw_text']
from changed_rows as changed
inner join delivered_rows as delivered on changed._row = delivered._row
"""

# A job says who posted it, and its line of the sync history the name alone.
_RECALL_POSTERS = """
insert into known_texts
select posters.campus, posters.given, min(posters.told)
from told_posters as posters
anti join known_texts as known
    on posters.campus = known.campus and posters.given = known.given
group by posters.campus, posters.given
"""
_KNOW_POSTERS = """
insert into told_posters
select distinct texts._campus, texts.value, changed.told
from changed_texts as changed
inner join system_texts as texts
    on changed._row = texts._row and changed.field = texts.field
where changed.field = 'posted_by'
"""

# By what identifies a person; where nothing does, by first and last name.
_SPOKEN = """
create or replace temp table spoken_systems as
with identifying as (
    select _row, _campus, side(name) as side, name, trim(value, '" ') as value
    from system_texts
    where is_identifier(name)
),
named as (
    select
        texts._row, side(texts.name) as side, erased.person,
        bool_or(erased.role = 'first_name' and texts.name like '%firstname') as first,
        bool_or(erased.role = 'last_name' and texts.name like '%lastname') as last
    from (
        select _row, _campus, name, unnest(words(value)) as word
        from system_texts
        where name like '%firstname' or name like '%lastname'
    ) as texts
    inner join erased_words as erased
        on texts._campus = erased.campus_id and folded(texts.word) = erased.token
    where texts.word <> ''
    group by all
)
select distinct identifying._row, identifying.side, erased.person
from identifying
inner join erased_identifiers as erased
    on identifying._campus = erased.campus_id
    and (
        (
            erased.kind in ('user_id', 'mapping_id', 'issued_id')
            and erased.value = kept_identifier(identifying.value)
        )
        or (
            erased.kind in ('email', 'username')
            and erased.value = folded(identifying.value)
        )
    )
union
select named._row, named.side, named.person
from named
anti join (from identifying where value <> '') as identifying
    on named._row = identifying._row and named.side = identifying.side
where named.first and named.last
"""

_GOING = """
create or replace temp table going_words as
with texts as (
    select
        texts._row, texts._campus, texts.field, texts.place, texts.name,
        spoken.person, spoken.side = side(texts.name) as is_own,
        unnest(words(coalesce(known.told, texts.value))) as word
    from system_texts as texts
    inner join spoken_systems as spoken on texts._row = spoken._row
    left join known_texts as known
        on texts._campus = known.campus and texts.value = known.given
)
select distinct texts._row, texts.field, texts.place, texts.word
from texts
left join erased_words as erased
    on texts._campus = erased.campus_id
    and texts.person = erased.person
    and folded(texts.word) = erased.token
where texts.word <> ''
    and (
        (texts.is_own and is_name(texts.name))
        or (
            erased.token is not null
            and not is_message(texts.name)
            and (texts.is_own or not is_name(texts.name))
        )
    )
"""

_CHANGED = """
create or replace temp table changed_texts as
with tokens as (
    select
        _row, field, place, map_from_entries(list((word, token(word)))) as tokens
    from going_words
    group by _row, field, place
)
select texts._row, texts.field, texts.place, told
from (
    select
        texts._row, texts.field, texts.place, texts.value,
        coalesce(
            replaced(coalesce(known.told, texts.value), tokens.tokens),
            known.told
        ) as told
    from system_texts as texts
    left join known_texts as known
        on texts._campus = known.campus and texts.value = known.given
    left join tokens
        on texts._row = tokens._row and texts.field = tokens.field
        and texts.place = tokens.place
    where known.told is not null or tokens.tokens is not null
) as texts
where told <> value;

create or replace temp table changed_columns as
select _row, map_from_entries(list((field, places))) as places
from (
    select _row, field, map_from_entries(list((place, told))) as places
    from changed_texts
    group by _row, field
)
group by _row
"""
