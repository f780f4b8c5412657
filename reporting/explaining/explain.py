"""``rollbook explain``: one request, from its identifiers to its anomalies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from reporting.errors import NotFoundError
from reporting.explaining.identifiers import (
    Identifier,
    composites,
    own_identifiers,
    references,
)
from reporting.explaining.naming import chain_to, named_in_roster

# A chain may join thousands of requests; so many of its links are told.
TOLD_LINKS = 10


def explain(cursor: duckdb.DuckDBPyConnection, request_id: str) -> list[str]:
    """Lines that tell what a request asked for and what became of it.

    Args:
        cursor: a session on a published file.
        request_id: the platform's id; each campus that has it is told.

    Raises:
        NotFoundError: no published request has that id.
    """
    attempts = _rows(
        cursor,
        "select attempts.*, syncs.record_key, syncs.params, errors.error_meaning,"
        " errors.next_step, errors.next_step_owner"
        " from rollbook.marts.fct_sync_attempts as attempts"
        " inner join rollbook.marts.fct_distinct_syncs as syncs"
        " on attempts.distinct_sync_key = syncs.distinct_sync_key"
        " left join rollbook.marts.dim_errors as errors on attempts.status = 'error'"
        " and attempts.error_code is not distinct from errors.error_code"
        " and attempts.message is not distinct from errors.message"
        " and attempts.http_status is not distinct from errors.http_status"
        " where attempts.request_id = $1"
        " order by attempts.campus_id, attempts.item",
        request_id,
    )
    if not attempts:
        raise NotFoundError(
            f"no request {request_id!r} in what is published: it may be misspelt, in"
            " quarantine (rollbook quarantine), an empty bulk, or not loaded yet"
        )
    return [line for attempt in attempts for line in _attempt(cursor, attempt)]


def _attempt(
    cursor: duckdb.DuckDBPyConnection, attempt: Mapping[str, Any]
) -> Iterator[str]:
    sync = _rows(
        cursor,
        "from rollbook.marts.fct_distinct_syncs where distinct_sync_key = $1",
        attempt["distinct_sync_key"],
    )[0]
    job = f", job {attempt['job_id']}" if attempt["job_id"] else ", no job"
    yield (
        f"request {attempt['request_id']}, item {attempt['item']}, of campus"
        f" {attempt['campus_id']}, {_instant(attempt['requested_at'])}{job}"
    )
    yield f"  asked for:     {attempt['record_type']} {attempt['operation']}"
    yield f"                 {attempt['params']}"
    yield from _identity(cursor, sync)
    times = "time" if sync["attempted_count"] == 1 else "times"
    yield (
        f"  distinct sync: {sync['distinct_sync_key']}, attempted"
        f" {sync['attempted_count']} {times}, {sync['error_count']} with an error, from"
        f" {_instant(sync['first_attempted_at'])} to"
        f" {_instant(sync['last_attempted_at'])}"
    )
    yield from _outcome(attempt)
    yield from _anomalies(cursor, attempt)


def _identity(
    cursor: duckdb.DuckDBPyConnection, sync: Mapping[str, Any]
) -> Iterator[str]:
    record_type, campus_id = sync["record_type"], sync["campus_id"]
    own = own_identifiers(record_type, sync)
    beside = [f"with {part}" for part in composites(record_type, sync) if part]
    yield f"  gave:          {', '.join([_listed(own), *beside])}"
    for kind, identifiers in references(record_type, sync).items():
        named = named_in_roster(cursor, campus_id, kind, identifiers)
        known = f"; {named[0]} names {kind}:{named[1]}" if named else ""
        yield f"    its {kind}:{' ' * (10 - len(kind))}{_listed(identifiers)}{known}"
    yield f"  record:        {sync['record_key']}"
    if sync["record_key"].startswith(f"{record_type}:"):
        named = named_in_roster(cursor, campus_id, record_type, own)
        if named:
            yield f"    named by:    {named[0]}, which one record of the roster bears"
        elif record_type == "course_member":
            yield "    named by:    the pair of its user and its course"
        else:
            yield "    named by:    the slot of its course, date and time"
        return
    if "?request=" in sync["record_key"]:
        yield "    named by:    nothing: it gave no identifier"
        return
    yield from _chain(cursor, sync)


def _chain(cursor: duckdb.DuckDBPyConnection, sync: Mapping[str, Any]) -> Iterator[str]:
    record = _rows(
        cursor,
        "select syncs.*, first_attempts.request_id as first_request_id"
        " from rollbook.marts.fct_distinct_syncs as syncs"
        " inner join (select distinct_sync_key, arg_min(request_id,"
        " (requested_at, request_id, item)) as request_id"
        " from rollbook.marts.fct_sync_attempts"
        " where campus_id = $1 and record_type = $2"
        " group by distinct_sync_key) as first_attempts"
        " on syncs.distinct_sync_key = first_attempts.distinct_sync_key"
        " where syncs.campus_id = $1 and syncs.record_type = $2"
        " and syncs.record_key = $3"
        " order by syncs.first_attempted_at, first_attempts.request_id, syncs.params",
        sync["campus_id"],
        sync["record_type"],
        sync["record_key"],
    )
    links = chain_to(sync, record, at_most=TOLD_LINKS)
    if not links:
        yield "    joined by:   no other request; the roster does not know it"
        return
    yield "    joined by:   a chain of requests, the roster does not know it:"
    for link in links:
        yield f"                 {link.shared}, also in request {link.request_id}"
    if len(record) - 1 > len(links):
        yield f"                 and {len(record) - 1 - len(links):,} more"


def _outcome(attempt: Mapping[str, Any]) -> Iterator[str]:
    if attempt["status"] == "success":
        yield "  outcome:       success"
        return
    told = [attempt["error_code"], attempt["message"]]
    yield f"  outcome:       error: {': '.join(word for word in told if word) or '-'}"
    if attempt["error_meaning"]:
        yield f"    it means:    {attempt['error_meaning']}"
        yield (
            f"    next step:   {attempt['next_step']} ({attempt['next_step_owner']})"
        )


def _anomalies(
    cursor: duckdb.DuckDBPyConnection, attempt: Mapping[str, Any]
) -> Iterator[str]:
    found = _rows(
        cursor,
        "select anomaly_id, rule, severity, is_open, title"
        " from rollbook.marts.fct_sync_anomalies where campus_id = $1"
        " and ((record_type = $2 and record_key = $3)"
        " or $4 in (json_extract_string(evidence, '$.request_id'),"
        " json_extract_string(evidence, '$.first_request_id'),"
        " json_extract_string(evidence, '$.last_request_id'))"
        " or (rule = 'unknown_error'"
        " and json_extract_string(evidence, '$.error') = $5))"
        " order by is_open desc, first_seen_at, anomaly_id",
        attempt["campus_id"],
        attempt["record_type"],
        attempt["record_key"],
        attempt["request_id"],
        attempt["error_code"] or attempt["message"],
    )
    yield f"  anomalies:     {len(found) or 'none'}"
    for row in found:
        state = "open" if row["is_open"] else "ended"
        yield f"    {row['severity']}, {state}: {row['title']} ({row['rule']})"


def _listed(identifiers: list[Identifier]) -> str:
    return ", ".join(map(str, identifiers)) or "no identifier of its own"


def _instant(value: Any) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"


def _rows(
    cursor: duckdb.DuckDBPyConnection, query: str, *parameters: Any
) -> list[dict[str, Any]]:
    found = cursor.execute(query, list(parameters))
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
