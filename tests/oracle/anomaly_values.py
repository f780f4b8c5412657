"""Rules about what requests gave: values, identifiers, deliveries, errors."""

import csv
import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import cache
from pathlib import Path

from oracle.anomaly_model import DELETES, WRITES, Entry, Found, Scene
from oracle.anomaly_records import last_write
from oracle.anomaly_rosters import (
    instant,
    rows_seen,
    shares_identifier,
)
from oracle.bearers import bearers_of
from oracle.fingerprints import fingerprint, kept_params
from oracle.identity import bearer_of, part_claim, settled_parts, whole_claim
from oracle.json_text import Json, Number, compact
from oracle.model import Request, Row
from oracle.rules import RuleCounter
from oracle.schema import BULK_OPERATIONS, SUMMARY_TABLES
from oracle.values import clock_text, normal_date, normal_time

_SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@cache
def _seed(name: str) -> list[dict[str, str]]:
    with (_SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def silent_drift(scene: Scene) -> Iterator[Found]:
    """Find values that were taken and are not there.

    "The last successful create or update sent a value that the roster does not have in
    a snapshot taken later and not updated since". "What can end, ends": with the next
    success or snapshot.
    """
    for uid, entries in scene.by_record().items():
        last: dict[int, Found] = {}
        for at, row in rows_seen(scene, uid):
            acts = [one for one in entries if one.succeeded((*WRITES, *DELETES))]
            write = last_write([one for one in acts if one.at < at])
            updated = instant(row["updated_at"])
            changed = updated or instant(row["created_at"])
            if write is None or changed is None or changed > write.at:
                continue
            if row["archived_at"] is not None:
                continue
            if not _differs(write, row, scene.zone(uid[0])):
                continue
            same = [
                one
                for one in acts
                if one.sync == write.sync
                and (updated is None or one.at >= updated)
                and one.number <= write.number
            ]
            ends = [one.at for one in acts if one.number > write.number]
            snapshots = scene.snapshots[SUMMARY_TABLES[uid[1]]]
            ends += [one for one in snapshots if one > at]
            times = (same[0].at, same[-1].at, min(ends, default=None))
            found = Found(*("silent_drift", *uid, same[-1].job_id, *times), len(same))
            last[same[0].number] = found
        for found in last.values():
            if found.resolved_at is None or not shares_identifier(scene, uid):
                yield found


def _differs(write: Entry, row: Row, zone: tzinfo) -> bool:
    """Compare what the seed says can be compared."""
    sent = kept_params(write.attempt.params)
    for line in _seed("roster_param_columns"):
        if line["record_type"] != write.attempt.record_type:
            continue
        text = _text(sent.get(line["param"]))
        given = _comparable(line["comparison"], text)
        held = _held(row, line["column_name"], zone)
        if given is not None and given != _comparable(line["comparison"], held):
            return True
    return False


def _text(value: Json) -> str | None:
    if isinstance(value, list):
        return ";".join(one for one in map(_text, value) if one is not None)
    return value.text if isinstance(value, Number) else _text_or_none(value)


def _text_or_none(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _held(row: Row, column: str, zone: tzinfo) -> str | None:
    if column in ("start_date", "end_date", "start_time", "end_time"):
        which, part = column.split("_")
        at = instant(row[f"{which}s_at"])
        if at is None:
            return None
        local = at.astimezone(zone)
        if part == "date":
            return local.date().isoformat()
        return clock_text(local.time().replace(fold=0))
    value = row[column]
    return None if value is None else str(value)


def _comparable(comparison: str, text: str | None) -> str | None:
    if text is None:
        return None
    if comparison == "email":
        return text.lower()
    if comparison == "date":
        return normal_date(text)
    if comparison == "time":
        return normal_time(text) if len(text) <= 8 else text
    return ";".join(sorted(text.split(";"))) if comparison == "list" else text


def conflicting_identifiers(scene: Scene) -> Iterator[Found]:
    """Find "one request whose identifiers name different roster records".

    Also those by which it refers to its user and its course. One finding a record.
    """
    conflicts = _conflicting_attempts(scene)
    for uid, entries in scene.by_record().items():
        found = [one for one in entries if id(one.attempt) in conflicts]
        if found:
            times = (found[0].at, found[-1].at, None)
            yield Found(
                *("conflicting_identifiers", *uid, found[0].job_id, *times), len(found)
            )


def _conflicting_attempts(scene: Scene) -> set[int]:
    rules = RuleCounter()
    attempts = scene.attempts
    parts = {
        kind: settled_parts(attempts, kind, scene.rosters, rules)
        for kind in ("course", "user")
    }
    bearers = {
        kind: bearers_of(kind, scene.rosters, rules)
        for kind in (*SUMMARY_TABLES, "attendance_posting")
    }
    conflicts = set()
    for place, attempt in enumerate(attempts):
        claims = [
            claim
            for kind in ("course", "user")
            if (claim := part_claim(attempt, kind, rules))
        ]
        if attempt.record_type not in ("course", "user"):
            user, course = parts["user"].get(place), parts["course"].get(place)
            claims.append(whole_claim(attempt, user, course, rules))
        for claim in claims:
            own = bearers[claim.record_type]
            named = {
                record
                for one in claim.identifiers
                if (record := bearer_of(claim.campus_id, one, own, rules))
            }
            if len(named) > 1:
                conflicts.add(id(attempt))
    return conflicts


def conflicting_redelivery(scene: Scene) -> Iterator[Found]:
    """Find "one request id delivered with different content"."""
    deliveries: dict[tuple[str, str], list[Request]] = {}
    for request in scene.world.requests:
        if request.requested_at < scene.as_of:
            key = (request.campus_id, request.request_id)
            deliveries.setdefault(key, []).append(request)
    counting = {(one.campus_id, one.request_id): one for one in scene.requests}
    keys = {
        (one.campus_id, one.request_id): key
        for one, key in zip(scene.attempts, scene.keys, strict=True)
    }
    for place, found in deliveries.items():
        contents = {_content(one) for one in found}
        if len(contents) < 2:
            continue
        request, times = counting[place], [one.requested_at for one in found]
        is_bulk = request.operation in BULK_OPERATIONS
        yield Found(
            *("conflicting_redelivery", place[0], request.record_type),
            *(None if is_bulk else keys[place], request.job_id),
            *(min(times), max(times), None, len(contents)),
        )


def _content(request: Request) -> tuple[object, ...]:
    results = request.item_results
    return (
        *(request.requested_at, request.job_id, request.record_type),
        *(request.operation, fingerprint(request.params), request.status),
        *(request.http_status, request.error_code, request.message),
        None if results is None else compact(results),
    )


def unknown_error(scene: Scene) -> Iterator[Found]:
    """Find "an error code or message that the dictionary does not know"."""
    failures: dict[tuple[str, str], list[Entry]] = {}
    for entry in scene.entries:
        code, message = entry.attempt.error_code, entry.attempt.message
        error = message if code is None else code
        kind = "message" if code is None else "code"
        if entry.is_error and error is not None and not _is_known(kind, error):
            failures.setdefault((entry.attempt.campus_id, error), []).append(entry)
    for (campus_id, _), found in failures.items():
        types = {one.attempt.record_type for one in found}
        record_type = types.pop() if len(types) == 1 else None
        times = (found[0].at, found[-1].at, None)
        yield Found(
            *("unknown_error", campus_id, record_type, None, found[0].job_id, *times),
            len(found),
        )


def _is_known(kind: str, error: str) -> bool:
    """Patterns are those of SQL's like, in which only % stands for anything."""
    for line in _seed("error_dictionary"):
        parts = (re.escape(part) for part in line["pattern"].lower().split("%"))
        if line["kind"] == kind and re.fullmatch(
            ".*".join(parts), error.lower(), re.DOTALL
        ):
            return True
    return (
        kind == "code"
        and re.fullmatch("(http[ _-]?)?[45][0-9][0-9]", error) is not None
    )
