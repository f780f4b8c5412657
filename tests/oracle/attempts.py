"""From deliveries to requests that count, and from requests to attempts."""

from typing import Any

from oracle.fingerprints import count_fingerprint_rules, fingerprint
from oracle.json_text import Json, compact
from oracle.model import Attempt, Request
from oracle.rules import RuleCounter
from oracle.schema import BULK_OPERATIONS
from oracle.values import trimmed


def counting_requests(requests: list[Request], rules: RuleCounter) -> list[Request]:
    """Keep one delivery of each (campus_id, request_id).

    "Of several deliveries of one id one counts: the least by (requested_at,
    fingerprint of params, status, error_code, message, then the other columns in the
    table's order, http_status as a number, item_results by its text), nulls last."
    """
    by_id: dict[tuple[str, str], list[Request]] = {}
    for request in requests:
        key = (request.campus_id, request.request_id)
        by_id.setdefault(key, []).append(request)
    for deliveries in by_id.values():
        if len(deliveries) > 1:
            _count_redelivery(sorted(deliveries, key=_rank), rules)
    ids = [request_id for _, request_id in by_id]
    rules.hit_if("same_id_two_campuses", when=len(set(ids)) < len(ids))
    return [min(deliveries, key=_rank) for deliveries in by_id.values()]


def _rank(request: Request) -> tuple[tuple[bool, Any], ...]:
    # The text of item_results is taken without white space between tokens and with
    # no needless escapes, since it may arrive as JSON, which has no text of its own.
    results = request.item_results
    ordered = (
        request.requested_at,
        fingerprint(request.params),
        request.status,
        request.error_code,
        request.message,
        request.job_id,
        request.record_type,
        request.operation,
        request.http_status,
        None if results is None else compact(results),
    )
    return tuple((value is None, "" if value is None else value) for value in ordered)


def _count_redelivery(ordered: list[Request], rules: RuleCounter) -> None:
    first, second = ordered[0], ordered[1]
    ranks = _rank(first), _rank(ordered[-1])
    if ranks[0] == ranks[1]:
        rules.hit("redelivery_same")
        differs = any(delivery.params != first.params for delivery in ordered)
        rules.hit_if("redelivery_same_fingerprint", when=differs)
        return
    rules.hit("redelivery_conflict")
    if first.requested_at != second.requested_at:
        return
    decided = [a != b for a, b in zip(_rank(first), _rank(second), strict=True)]
    if not any(decided):
        return
    rules.hit("redelivery_conflict_tie")
    place = decided.index(True)
    by = ("", "params", "status", "error_code", "message")
    rules.hit(f"redelivery_by_{by[place] if place < len(by) else 'other_column'}")
    rules.hit_if("redelivery_null_last", when=_rank(second)[place][0])


def attempts_of(request: Request, rules: RuleCounter) -> list[Attempt]:
    """Return a request's attempts.

    "A request that is not bulk is one attempt, item 0, and its item_results are
    ignored."
    """
    if request.operation not in BULK_OPERATIONS:
        rules.hit_if("single_item_results_ignored", when=request.item_results)
        return [_attempt(request, 0, request.params, None, rules)]
    results = request.item_results or []
    elements = _bulk_elements(request.params, rules)
    rules.hit_if("bulk_item_results_surplus", when=len(results) > len(elements))
    shorter = 0 < len(results) < len(elements)
    rules.hit_if("bulk_item_results_shorter", when=shorter)
    attempts = []
    for item, params in enumerate(elements):
        result = results[item] if item < len(results) else None
        null = item < len(results) and result is None
        rules.hit_if("bulk_item_results_null", when=null)
        attempts.append(_attempt(request, item, params, result, rules))
    return attempts


def _bulk_elements(
    params: dict[str, Json], rules: RuleCounter
) -> list[dict[str, Json]]:
    """Return the parameters of each element.

    "The request's other params are merged under the element's own, key by key (a
    key the element has wins, also with null); an id of `attendanceIDs` becomes the
    element's attendanceID. With both arrays the sessions come first and items count
    on; an empty array gives no attempts."
    """
    sessions, ids = params.get("sessions", []), params.get("attendanceIDs", [])
    if not isinstance(sessions, list) or not isinstance(ids, list):
        raise TypeError("a bulk request without arrays was let through")
    rules.hit_if("bulk_sessions", when=sessions)
    rules.hit_if("bulk_attendance_ids", when=ids)
    rules.hit_if("attendance_ids_after_sessions", when=sessions and ids)
    rules.hit_if("bulk_empty_array", when=not sessions and not ids)
    arrays = ("sessions", "attendanceIDs")
    shared = {key: params[key] for key in params if key not in arrays}
    own: list[Json] = [*sessions, *({"attendanceID": one} for one in ids)]
    merged = []
    for element in own:
        if not isinstance(element, dict):
            raise TypeError("a bulk element that is no object was let through")
        both = shared.keys() & element.keys()
        rules.hit_if("bulk_merged_under", when=shared.keys() - element.keys())
        rules.hit_if("bulk_merge_key_wins", when=both)
        null = any(element[key] is None for key in both)
        rules.hit_if("bulk_merge_key_wins_null", when=null)
        merged.append({**shared, **element})
    return merged


def _attempt(
    request: Request,
    item: int,
    params: dict[str, Json],
    result: Json,
    rules: RuleCounter,
) -> Attempt:
    status, code, message = request.status, request.error_code, request.message
    if isinstance(result, dict):
        # "item_results[i] replaces the request's own three for element i, a field
        # it lacks being null."
        rules.hit("bulk_item_results_override")
        lacks = not {"error_code", "message"} <= result.keys()
        rules.hit_if("bulk_result_field_lacking", when=lacks)
        status = str(result["status"])
        code, message = (
            _result_text(result, "error_code"),
            _result_text(result, "message"),
        )
    count_fingerprint_rules(params, rules)
    return Attempt(
        campus_id=request.campus_id,
        requested_at=request.requested_at,
        request_id=request.request_id,
        item=item,
        record_type=request.record_type,
        operation=request.operation,
        params=params,
        fingerprint=fingerprint(params),
        status=status,
        error_code=code,
        message=message,
    )


def _result_text(result: dict[str, Json], field: str) -> str | None:
    """Read a result's field as the column that it replaces: trimmed, "" is null."""
    value = result.get(field)
    if value is None:
        return None
    return trimmed(value) if isinstance(value, str) else compact(value)
