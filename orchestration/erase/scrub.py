"""The one scrub: rows of any table, with forgotten persons' values replaced.

Landing calls it on what it has read, and an erasure on what is stored. So a row that
is delivered again becomes the row that was scrubbed.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import duckdb

from orchestration.erase import queries
from orchestration.erase.columns import shape_of
from orchestration.erase.erasures import Erasures
from orchestration.home import Home


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A select with the columns and rows of the one given, and how many it changes."""

    select: str
    row_count: int


def prepare_scrubbing(session: duckdb.DuckDBPyConnection, home: Home) -> bool:
    """Teach a session who is forgotten.

    Returns:
        Whether anybody is; if not, the session is as it was.

    Raises:
        RollbookError: the key of the erasures is gone.
    """
    erasures = Erasures(home)
    numbers = erasures.numbers()
    if not numbers:
        return False
    load_macros(session, erasures.key())
    session.execute(
        "create or replace temp table erased_identifiers"
        " (campus_id varchar, person integer, kind varchar, value varchar);"
        "create or replace temp table erased_words"
        " (campus_id varchar, person integer, role varchar, token varchar)"
    )
    for number in numbers:
        erasure = erasures.read(number)
        person = {"campus_id": erasure.campus_id, "person": number}
        session.execute(
            _INSERT_IDENTIFIERS,
            {
                **person,
                "user_ids": erasure.user_ids,
                "mapping_ids": erasure.mapping_ids,
                "issued_ids": erasure.issued_ids,
                "emails": erasure.emails,
                "usernames": erasure.usernames,
            },
        )
        session.execute(
            _INSERT_WORDS,
            {
                **person,
                "addresses": erasure.addresses,
                "first_names": erasure.first_names,
                "last_names": erasure.last_names,
            },
        )
    return True


def load_macros(session: duckdb.DuckDBPyConnection, key: str) -> None:
    """Teach a session words and tokens."""
    session.execute("set variable erasure_key = $1", [key])
    session.execute(
        files(__package__).joinpath("macros.sql").read_text(encoding="utf-8")
    )


def scrubbed(session: duckdb.DuckDBPyConnection, select: str) -> Scrubbed:
    """Replace what the forgotten persons of a prepared session left in some rows.

    Args:
        session: as `prepare_scrubbing` left it.
        select: any rows; the names of their columns say what they hold.

    Returns:
        The select to use instead; it reads temp tables, which the next call replaces.
    """
    shape = shape_of(session.execute(f"describe {select}").fetchall())
    if not shape.scrubbed:
        return Scrubbed(select, 0)
    session.execute(
        "create or replace temp table delivered_rows as"
        f" select row_number() over () as _row, {shape.is_concerned} as _is_concerned,"
        f" * from ({select})"
    )
    if not _any_rows(session, "delivered_rows where _is_concerned"):
        return Scrubbed(select, 0)
    session.execute(queries.spoken_rows(shape))
    session.execute(queries.spelled_words(shape))
    if not _any_rows(session, "spoken_rows") and not _any_rows(
        session, "spelled_words"
    ):
        return Scrubbed(select, 0)
    session.execute(queries.found_words(shape))
    session.execute(queries.named_rows(shape))
    session.execute(queries.replacements(shape))
    session.execute(queries.changed_rows(shape))
    (count,) = session.execute("select count(*) from changed_rows").fetchone() or (0,)
    columns = ", ".join(
        f"cast(coalesce(changed.texts['{name}'], delivered.\"{name}\") as {kind})"
        f' as "{name}"'
        if name in shape.scrubbed
        else f'delivered."{name}"'
        for name, kind in shape.columns.items()
    )
    return Scrubbed(
        f"select {columns} from delivered_rows as delivered"
        " left join changed_rows as changed on delivered._row = changed._row"
        " order by delivered._row",
        int(count),
    )


def _any_rows(session: duckdb.DuckDBPyConnection, table: str) -> bool:
    return session.execute(f"from {table} limit 1").fetchone() is not None


_INSERT_IDENTIFIERS = """
insert into erased_identifiers
select
    $campus_id,
    $person,
    identifier.kind,
    identifier.value
from (
    select 'user_id' as kind, unnest($user_ids::varchar[]) as value
    union all
    select 'mapping_id', unnest($mapping_ids::varchar[])
    union all
    select 'issued_id', unnest($issued_ids::varchar[])
    union all
    select 'email', unnest($emails::varchar[])
    union all
    select 'username', unnest($usernames::varchar[])
) as identifier
"""

_INSERT_WORDS = """
insert into erased_words
select $campus_id, $person, 'address', unnest($addresses::varchar[])
union
select $campus_id, $person, 'first_name', unnest($first_names::varchar[])
union
select $campus_id, $person, 'last_name', unnest($last_names::varchar[])
"""
