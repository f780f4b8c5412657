"""Forget a person: record it, then replace names and addresses in every store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb

from orchestration.erase.erasures import Erasure, Erasures
from orchestration.erase.person import find_person
from orchestration.erase.records import erase_history, erase_records
from orchestration.erase.rosters import erase_rosters, remove_exports
from orchestration.erase.scrub import prepare_scrubbing
from orchestration.erase.stores import (
    erase_landed,
    erase_published,
    remove_warehouse,
)
from orchestration.erase.systems import erase_systems
from orchestration.errors import RollbookError
from orchestration.extract.ledger import Ledger
from orchestration.home import Home
from orchestration.publish.records import complete_records
from orchestration.run_ledger import Event, record_command
from orchestration.settings import Settings, read_settings
from orchestration.sql import first_line


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished erasure; one that was finished before this command is not new."""

    number: int
    erasure: Erasure
    is_new: bool


def erase_person(home: Home, *, campus_id: str, user: str) -> Outcome:
    """Forget a person for good; the caller holds the home.

    Args:
        home: a home with a publication.
        campus_id: the person's campus.
        user: a user's ``record_key``, as the reports show it, or a ``user_id``.

    Raises:
        BadInputError: nobody is called so; nothing was changed.
        RollbookError: a store cannot be rewritten; the next erasure or run goes on.
    """
    finish_erasures(home)
    erasures = Erasures(home)
    key = erasures.key()
    person = find_person(home, campus_id=campus_id, user=user, key=key)
    numbers = erasures.numbers()
    for number in numbers:
        if (earlier := erasures.read(number)).covers(person):
            return Outcome(number, earlier, is_new=False)
    number = max(numbers, default=0) + 1
    erasures.keep_key(key)
    erasures.write(number, person)
    finish_erasures(home)
    record_command(home, Event.ERASED, erasure=number)
    return Outcome(number, erasures.read(number), is_new=True)


def describe(outcome: Outcome) -> str:
    """What was replaced in each store, without a name."""
    erasure = outcome.erasure
    width = max(map(len, erasure.replaced_rows), default=0)
    return "\n".join(
        [
            f"erasure {outcome.number:06d}: a user of campus {erasure.campus_id} is"
            " forgotten"
            + ("" if outcome.is_new else f" already, since {erasure.erased_at}"),
            *(
                f"  {store:<{width}}  {count:>10,} replaced"
                for store, count in erasure.replaced_rows.items()
            ),
            "the warehouse was removed: the next run builds it again in full",
            "exported bundles were removed: export again what is needed",
            "the drop folder is not touched: remove the person from its files too;"
            " what is delivered again is scrubbed when it is read",
        ]
    )


def finish_erasures(home: Home) -> None:
    """Go on with erasures that are not complete; the caller holds the home.

    Each step may be done twice: what is scrubbed already does not change again.

    Raises:
        RollbookError: a store cannot be rewritten.
    """
    erasures = Erasures(home)
    unfinished = [
        number for number in erasures.numbers() if not erasures.read(number).is_complete
    ]
    if not unfinished:
        return
    Ledger(home.landing).tidy()
    complete_records(home)
    try:
        with _session(home, read_settings()) as session:
            for store, erase_store in (
                ("landed rows", erase_landed),
                ("landed rows of rosters", erase_rosters),
                ("landed rows of other systems", erase_systems),
                ("published rows", erase_published),
                ("lines of ledgers", erase_records),
                ("texts of Dagster's history", erase_history),
            ):
                _count(erasures, unfinished, store, erase_store(session, home))
        _count(erasures, unfinished, "exported bundles", remove_exports(home))
        remove_warehouse(home)
    except (duckdb.Error, OSError) as error:
        raise RollbookError(
            f"an erasure in home {home.root} is recorded but not finished"
            f" ({first_line(error)}): cure that, then erase again"
        ) from error
    for number in unfinished:
        erasures.write(number, replace(erasures.read(number), is_complete=True))


def _count(erasures: Erasures, numbers: list[int], store: str, rows: int) -> None:
    """Add to the records; an erasure that was interrupted goes on counting."""
    for number in numbers:
        erasure = erasures.read(number)
        before = erasure.replaced_rows.get(store, 0)
        erasures.write(
            number,
            replace(
                erasure, replaced_rows={**erasure.replaced_rows, store: before + rows}
            ),
        )


@contextmanager
def _session(home: Home, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(
        config={
            "threads": settings.threads,
            "memory_limit": settings.memory_limit,
            "temp_directory": str(home.scratch),
        }
    ) as session:
        session.execute("set timezone = 'UTC'")
        prepare_scrubbing(session, home)
        yield session
