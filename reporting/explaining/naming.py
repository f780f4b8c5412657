"""Which identifier named a record, or which chain of requests joined it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from reporting.explaining.identifiers import (
    Identifier,
    composites,
    own_identifiers,
    references,
)

_TABLES = {
    "course": ("dim_courses", "course_id"),
    "user": ("dim_users", "user_id"),
    "course_member": ("dim_course_members", "course_member_id"),
    "attendance_session": ("dim_attendance_sessions", "attendance_id"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A request that shares an identifier with the one before it."""

    shared: str
    request_id: str


def named_in_roster(
    cursor: duckdb.DuckDBPyConnection,
    campus_id: str,
    record_type: str,
    identifiers: Sequence[Identifier],
) -> tuple[Identifier, str] | None:
    """The strongest identifier that names one roster record, and that record's id."""
    if record_type not in _TABLES:
        return None
    table, record_id = _TABLES[record_type]
    for identifier in identifiers:
        column = f"lower({identifier.kind})" if identifier.kind == "email" else None
        bearers = cursor.execute(
            f"select {record_id}, archived_at is null and not is_deleted"
            f" from rollbook.marts.{table}"
            f" where campus_id = $1 and {column or identifier.kind} = $2",
            [campus_id, identifier.value],
        ).fetchall()
        active = [bearer for bearer, is_active in bearers if is_active]
        if len(bearers) == 1:
            return identifier, bearers[0][0]
        if len(active) == 1:
            return identifier, active[0]
    return None


def chain_to(
    start: Mapping[str, Any], record: Sequence[Mapping[str, Any]], *, at_most: int
) -> list[Link]:
    """The shortest chain from a distinct sync to the others of its record.

    Args:
        start: the sync that is explained, a row of marts.fct_distinct_syncs.
        record: all syncs of the same record, each with ``first_request_id``.
        at_most: so many links are looked for, since a chain may join thousands.

    Returns:
        A link a sync, nearest first; empty when no other request is of the record.
    """
    reached = {start["distinct_sync_key"]}
    waiting = deque([start])
    links: list[Link] = []
    while waiting and len(links) < at_most:
        current = waiting.popleft()
        for other in record:
            if other["distinct_sync_key"] in reached:
                continue
            shared = _shared(current, other)
            if shared is not None:
                reached.add(other["distinct_sync_key"])
                waiting.append(other)
                links.append(Link(shared, other["first_request_id"]))
    return links[:at_most]


def _shared(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """The strongest identifier that two syncs of one record share."""
    record_type = one["record_type"]
    theirs = set(own_identifiers(record_type, other))
    for identifier in own_identifiers(record_type, one):
        if identifier in theirs:
            return str(identifier)
    ours, of_other = references(record_type, one), references(record_type, other)
    if not ours or not all(
        set(ours[kind]) & set(of_other[kind]) for kind in ours if ours[kind]
    ):
        return None
    parts = set(composites(record_type, other))
    for part in composites(record_type, one):
        if part in parts:
            whole = ["the same " + " and ".join(ours), *([part] if part else [])]
            return ", ".join(whole)
    return None
