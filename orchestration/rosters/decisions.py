"""What people decided on held imports, until the next run carries it out.

A small SQLite store in HOME: the published file stays read-only.
"""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.errors import BadInputError
from orchestration.extract.oneroster.journal import Journal
from orchestration.home import Home

APPROVED, DISCARDED = "approved", "discarded"

_SCHEMA = """
create table if not exists decisions (
    sync_id text primary key,
    decision text not null check (decision in ('approved', 'discarded')),
    decided_by text not null,
    decided_at text not null,
    reason text not null
)
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision on one held import."""

    sync_id: str
    decision: str
    decided_by: str
    decided_at: str
    reason: str


def decide(
    home: Home, sync_id: str, decision: str, *, decided_by: str | None, reason: str
) -> Decision:
    """Keep a decision for the next run; a later one on the same import replaces it.

    Without ``decided_by`` it is that of the user of this process.

    Raises:
        BadInputError: no import of that id is held.
    """
    journal = Journal.read(home)
    held = [
        journal.imports(source)[number]["sync_id"]
        for source in {event["source"] for event in journal.events}
        if (number := journal.held(source)) is not None
    ]
    if sync_id not in held:
        raise BadInputError(
            f"no import {sync_id!r} is held: "
            + (f"held is {', '.join(sorted(held))}" if held else "none is")
        )
    made = Decision(
        sync_id,
        decision,
        decided_by or getpass.getuser(),
        datetime.now(UTC).isoformat(timespec="seconds"),
        reason,
    )
    with _store(home) as store:
        store.execute(
            "insert or replace into decisions values (?, ?, ?, ?, ?)",
            (sync_id, decision, made.decided_by, made.decided_at, reason),
        )
    return made


def decision_on(home: Home, sync_id: str) -> Decision | None:
    """What was decided on an import, if anything was."""
    with _store(home) as store:
        row = store.execute(
            "select sync_id, decision, decided_by, decided_at, reason"
            " from decisions where sync_id = ?",
            (sync_id,),
        ).fetchone()
    return Decision(*row) if row else None


@contextmanager
def _store(home: Home) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(home.root / "decisions.sqlite", timeout=30)) as store:
        store.execute(_SCHEMA)
        with store:
            yield store
