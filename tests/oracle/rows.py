"""One raw row of a table to its typed columns, or to why it is a bad row."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from oracle.json_text import (
    DuplicateKeyError,
    Json,
    JsonTextError,
    Number,
    parse_json,
)
from oracle.model import BadRowError, Cell, Request, Row
from oracle.rules import RuleCounter
from oracle.schema import (
    BULK_OPERATIONS,
    ID_COLUMNS,
    OPERATIONS,
    REQUESTS,
    STATUSES,
    TABLES,
    VOCABULARIES,
    WEEKDAYS,
)
from oracle.values import parse_instant, trimmed, zone_named

_MINUTES: Final = re.compile(r"-?[0-9]+")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def column_text(raw: dict[str, Json], column: str, rules: RuleCounter) -> str | None:
    """Read a column as text.

    "An empty string in a column is null in every format; columns are trimmed." A
    JSON number or boolean is its text; an array or object in a column that holds
    neither cannot be read.
    """
    value = raw.get(column)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, (list, dict)):
        raise BadRowError("bad_line", f"{column} holds an array or an object")
    if value is None:
        return None
    rules.hit_if("column_empty", when=trimmed(value) is None)
    rules.hit_if("column_trimmed", when=trimmed(value) not in (None, value))
    return trimmed(value)


def roster_row(table: str, raw: dict[str, Json], rules: RuleCounter) -> Row:
    """Read one row of a roster table."""
    row = {column: _cell(raw, column, rules) for column in TABLES[table]}
    _require_id(table, row)
    if "created_at" in row and row["created_at"] is None:
        raise BadRowError("bad_no_created_at", "created_at is missing")
    if table == "campuses":
        try:
            zone_named(str(row["time_zone"]))
        except ValueError as error:
            raise BadRowError("bad_time_zone", str(error)) from error
    return row


def _require_id(table: str, row: Row) -> None:
    """Refuse a row with "no id or campus"."""
    if row[ID_COLUMNS[table]] is None:
        raise BadRowError("bad_no_id", f"{ID_COLUMNS[table]} is missing")
    if row["campus_id"] is None:
        raise BadRowError("bad_no_campus", "campus_id is missing")


def _cell(raw: dict[str, Json], column: str, rules: RuleCounter) -> Cell:
    text = column_text(raw, column, rules)
    if text is None:
        return None
    if column.endswith("_at"):
        return _instant(text, column, rules)
    if column.endswith("_min"):
        if _MINUTES.fullmatch(text) is None:
            raise BadRowError("bad_number", f"{column}: {text!r}")
        return int(text)
    if column == "is_enabled":
        if text not in ("true", "false"):
            raise BadRowError("bad_boolean", f"{column}: {text!r}")
        return text == "true"
    if column in VOCABULARIES and text not in VOCABULARIES[column]:
        raise BadRowError("bad_vocabulary", f"{column}: {text!r}")
    if column == "meeting_days" and not set(text.split(";")) <= set(WEEKDAYS):
        raise BadRowError("bad_meeting_days", f"{column}: {text!r}")
    return text


def _instant(text: str, column: str, rules: RuleCounter) -> datetime:
    try:
        instant = parse_instant(text)
    except ValueError as error:
        raise BadRowError("bad_time", f"{column}: {error}") from error
    rules.hit_if("instant_space", when=" " in text)
    rules.hit_if("instant_fraction", when="." in text)
    zoneless = re.search(r"(Z|[+-][0-9]{2}:[0-9]{2})$", text) is None
    rules.hit_if("instant_without_zone", when=zoneless)
    rules.hit_if("instant_offset", when=not zoneless and not text.endswith("Z"))
    return instant


def request_row(raw: dict[str, Json], rules: RuleCounter) -> Request:
    """Read one row of api_requests."""
    plain = [c for c in TABLES[REQUESTS] if c not in ("params", "item_results")]
    text = {column: column_text(raw, column, rules) for column in plain}
    _require_id(REQUESTS, dict(text))
    _require_vocabulary(text)
    if text["requested_at"] is None:
        raise BadRowError("bad_no_requested_at", "requested_at is missing")
    http_status = text["http_status"]
    if http_status is not None and _NUMBER.fullmatch(http_status) is None:
        raise BadRowError("bad_number", f"http_status: {http_status!r}")
    request = Request(
        request_id=str(text["request_id"]),
        campus_id=str(text["campus_id"]),
        job_id=text["job_id"],
        requested_at=_instant(text["requested_at"], "requested_at", rules),
        record_type=str(text["record_type"]),
        operation=str(text["operation"]),
        params=_params(raw, rules),
        status=str(text["status"]),
        http_status=None if http_status is None else Decimal(http_status),
        error_code=text["error_code"],
        message=text["message"],
        item_results=_item_results(raw, rules),
    )
    if request.operation in BULK_OPERATIONS:
        _check_bulk(request.params)
    return request


def _require_vocabulary(text: dict[str, str | None]) -> None:
    """Refuse "no known record_type or operation, a value outside a vocabulary".

    A request without a status is refused too: it is neither of the two.
    """
    record_type, operation, status = (
        text[column] for column in ("record_type", "operation", "status")
    )
    if record_type not in OPERATIONS:
        raise BadRowError("bad_record_type", f"record_type: {record_type!r}")
    if operation not in OPERATIONS[record_type]:
        raise BadRowError("bad_operation", f"{record_type}: {operation!r}")
    if status not in STATUSES:
        raise BadRowError("bad_vocabulary", f"status: {status!r}")


def _json_column(
    raw: dict[str, Json], column: str, bad_text: str, rules: RuleCounter
) -> Json:
    """Read a column that "may come as JSON or as text that holds it"."""
    value = raw.get(column)
    if not isinstance(value, str) or trimmed(value) is None:
        return None if isinstance(value, str) else value
    rules.hit("json_as_text")
    try:
        return parse_json(value)
    except DuplicateKeyError as error:
        raise BadRowError("bad_duplicate_key", f"{column}: {error}") from error
    except JsonTextError as error:
        raise BadRowError(bad_text, f"{column} is no JSON: {error}") from error


def _params(raw: dict[str, Json], rules: RuleCounter) -> dict[str, Json]:
    params = _json_column(raw, "params", "bad_params_text", rules)
    if not isinstance(params, dict):
        raise BadRowError("bad_params_type", "params is no JSON object")
    return params


def _item_results(raw: dict[str, Json], rules: RuleCounter) -> list[Json] | None:
    """Refuse "item_results of another JSON type", bulk or not, and a bad result.

    The status of a result is no column, so that it is not trimmed.
    """
    results = _json_column(raw, "item_results", "bad_item_results_type", rules)
    if results is None:
        return None
    if not isinstance(results, list):
        raise BadRowError("bad_item_results_type", "item_results is no JSON array")
    for result in results:
        known = isinstance(result, dict) and result.get("status") in STATUSES
        if result is not None and not known:
            raise BadRowError("bad_result", f"item_results: {result!r}")
    return results


def _check_bulk(params: dict[str, Json]) -> None:
    """Refuse "a bulk request with neither array, an array that is none".

    A key that is there with null is an array that is none: the literal reading. The
    two keys are plain property values of a request that is not bulk.
    """
    if "sessions" not in params and "attendanceIDs" not in params:
        raise BadRowError("bad_bulk_without_array", "neither array")
    _check_array(params, "sessions", "bad_bulk_element", _is_object)
    _check_array(params, "attendanceIDs", "bad_bulk_id", _is_id)


def _check_array(
    params: dict[str, Json], key: str, rule: str, fits: Callable[[Json], bool]
) -> None:
    array = params.get(key, [])
    if not isinstance(array, list):
        raise BadRowError("bad_bulk_array", f"{key} is no array")
    for element in array:
        if not fits(element):
            raise BadRowError(rule, f"{key}: {element!r}")


def _is_object(element: Json) -> bool:
    return isinstance(element, dict)


def _is_id(element: Json) -> bool:
    """Tell an id: what is not absent when normalised, so a text or a number."""
    if isinstance(element, str):
        return trimmed(element) is not None
    return isinstance(element, Number)
