"""Cases of persistent_error, flapping_record, retry_storm and silent_loss."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from benchmarks.labelled.registry import fires, silent
from benchmarks.labelled.world import (
    KNOWN_ERROR,
    NEWEST_SNAPSHOT,
    Campus,
    Row,
    user_key,
    user_params,
)


def _outcomes(
    campus: Campus, outcomes: str, days: list[tuple[int, str]], user: Row | None = None
) -> str:
    """Send a user of the roster: `e` is an error, `s` a success."""
    user = user or campus.user()
    for outcome, (days_ago, clock) in zip(outcomes, days, strict=True):
        campus.request(
            user_params(user),
            campus.at(days_ago, clock),
            **(KNOWN_ERROR if outcome == "e" else {}),
        )
    return user_key(user)


@fires("persistent_error", "errors on three dates")
def _(campus: Campus) -> str:
    return _outcomes(campus, "eee", [(9, "10:00"), (6, "10:00"), (2, "10:00")])


@fires("persistent_error", "three dates after a success")
def _(campus: Campus) -> str:
    days = [(20, "10:00"), (9, "10:00"), (8, "10:00"), (8, "11:00"), (2, "10:00")]
    return _outcomes(campus, "seeee", days)


@fires("persistent_error", "three dates around midnight")
def _(campus: Campus) -> str:
    return _outcomes(campus, "eee", [(7, "23:59:59"), (6, "12:00"), (5, "00:00")])


@fires("persistent_error", "a record that the roster does not have")
def _(campus: Campus) -> str:
    number = campus.world.number("api_requests")
    for days_ago in (12, 8, 5, 1):
        campus.request(
            {"mappingID": f"pe{number}"},
            campus.at(days_ago),
            operation="create",
            **KNOWN_ERROR,
        )
    return f"user?mapping_id=pe{number}"


@silent("persistent_error", "errors on two dates")
def _(campus: Campus) -> str:
    days = [(9, "00:00:01"), (9, "12:00"), (9, "23:59:59"), (2, "10:00")]
    return _outcomes(campus, "eeee", days)


@silent("persistent_error", "a success between")
def _(campus: Campus) -> str:
    days = [(9, "10:00"), (6, "10:00"), (5, "10:00"), (4, "10:00"), (3, "10:00")]
    return _outcomes(campus, "eesee", days)


@silent("persistent_error", "healed since")
def _(campus: Campus) -> str:
    days = [(9, "10:00"), (6, "10:00"), (5, "10:00"), (4, "10:00")]
    return _outcomes(campus, "eees", days)


_DAYS = [(13, "10:00"), (11, "10:00"), (11, "12:00"), (9, "10:00"), (3, "10:00")]


@fires("flapping_record", "four changes")
def _(campus: Campus) -> str:
    return _outcomes(campus, "seses", _DAYS)


@fires("flapping_record", "four changes on one date")
def _(campus: Campus) -> str:
    days = [(3, "10:00"), (3, "10:01"), (3, "10:02"), (3, "10:03"), (3, "10:04")]
    return _outcomes(campus, "seses", days)


@fires("flapping_record", "five changes, one of them long ago")
def _(campus: Campus) -> str:
    return _outcomes(campus, "eseses", [(30, "10:00"), *_DAYS])


@silent("flapping_record", "three changes")
def _(campus: Campus) -> str:
    return _outcomes(campus, "seess", _DAYS) and _outcomes(campus, "esses", _DAYS)


@silent("flapping_record", "the first of four changes before the 14 days")
def _(campus: Campus) -> str:
    days = [(40, "10:00"), (16, "10:00"), (9, "10:00"), (6, "10:00"), (3, "10:00")]
    return _outcomes(campus, "seses", days)


@silent("flapping_record", "no change")
def _(campus: Campus) -> str:
    return _outcomes(campus, "sssss", _DAYS)


def _storm(
    campus: Campus, count: int, days_ago: int, clock: str, *, is_varied: bool = False
) -> str:
    user = campus.user()
    begins_at = campus.at(days_ago, clock)
    for place in range(count):
        note = {"note": str(place)} if is_varied else {}
        at = begins_at + timedelta(seconds=3 * place)
        campus.request({**user_params(user), **note}, at)
    return user_key(user)


@fires("retry_storm", "21 attempts on one date")
def _(campus: Campus) -> str:
    return _storm(campus, 21, 5, "13:00")


@fires("retry_storm", "21 attempts up to midnight")
def _(campus: Campus) -> str:
    return _storm(campus, 21, 5, "23:58:59")


@fires("retry_storm", "300 attempts long ago")
def _(campus: Campus) -> str:
    return _storm(campus, 300, 40, "08:00")


@silent("retry_storm", "20 attempts on one date")
def _(campus: Campus) -> str:
    return _storm(campus, 20, 5, "13:00")


@silent("retry_storm", "40 attempts, 20 on either side of midnight")
def _(campus: Campus) -> str:
    return _storm(campus, 40, 5, "23:59:00")


@silent("retry_storm", "30 attempts of other params")
def _(campus: Campus) -> str:
    return _storm(campus, 30, 5, "13:00", is_varied=True)


def _lost(campus: Campus, record_type: str, **given: Any) -> str:
    """A create that the roster never shows."""
    number = campus.world.number("api_requests")
    campus.request(
        {"mappingID": f"lost{number}"},
        campus.at(10),
        record_type=record_type,
        operation="create",
        **given,
    )
    return f"{record_type}?mapping_id=lost{number}"


def _deleted(campus: Campus, key: str, **given: Any) -> None:
    record_type, mapping_id = key.split("?mapping_id=")
    campus.request(
        {"mappingID": mapping_id},
        campus.at(8),
        record_type=record_type,
        operation="delete",
        **given,
    )


@fires("silent_loss", "a course")
def _(campus: Campus) -> str:
    return _lost(campus, "course")


@fires("silent_loss", "an enrollment, though a delete failed")
def _(campus: Campus) -> str:
    key = _lost(campus, "course_member")
    _deleted(campus, key, **KNOWN_ERROR)
    return key


@fires("silent_loss", "a session of a bulk")
def _(campus: Campus) -> str:
    number = campus.world.number("api_requests")
    sessions = [{"mappingID": f"b{number}"}, {"mappingID": f"other{number}"}]
    campus.request(
        {"sessions": sessions},
        campus.at(10),
        record_type="attendance_session",
        operation="bulk_create",
        item_results=[{"status": "success"}, {**KNOWN_ERROR}],
    )
    return f"attendance_session?mapping_id=b{number}"


@fires("silent_loss", "a user, a second before the snapshot")
def _(campus: Campus) -> str:
    number = campus.world.number("api_requests")
    campus.request(
        {"mappingID": f"late{number}"},
        NEWEST_SNAPSHOT - timedelta(seconds=1),
        operation="create",
    )
    return f"user?mapping_id=late{number}"


@silent("silent_loss", "a second after the snapshot")
def _(campus: Campus) -> str:
    number = campus.world.number("api_requests")
    campus.request(
        {"mappingID": f"new{number}"},
        NEWEST_SNAPSHOT + timedelta(seconds=1),
        operation="create",
    )
    return f"user?mapping_id=new{number}"


@silent("silent_loss", "deleted again")
def _(campus: Campus) -> str:
    key = _lost(campus, "user")
    _deleted(campus, key)
    return key


@silent("silent_loss", "the create failed")
def _(campus: Campus) -> str:
    return _lost(campus, "user", **KNOWN_ERROR)


@silent("silent_loss", "the roster has it")
def _(campus: Campus) -> str:
    user = campus.user(created_at=campus.at(10), updated_at=campus.at(10))
    campus.request(user_params(user), campus.at(10), operation="create")
    return user_key(user)


@silent("silent_loss", "only the second snapshot had it")
def _(campus: Campus) -> str:
    user = campus.user(created_at=campus.at(20), updated_at=campus.at(20))
    campus.request(user_params(user), campus.at(45), operation="create")
    return user_key(user)


@silent("silent_loss", "a later snapshot had it")
def _(campus: Campus) -> str:
    user = campus.user()
    campus.request(user_params(user), campus.at(45), operation="create")
    campus.forget("users", user)
    return user_key(user)
