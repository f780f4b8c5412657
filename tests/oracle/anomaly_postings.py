"""Rules about postings of attendance."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from oracle.anomaly_model import Entry, Found, RecordUid, Scene
from oracle.anomaly_rosters import RosterRecord, instant, roster_records
from oracle.fingerprints import kept_params
from oracle.identifiers import normal
from oracle.identity import settled_parts
from oracle.json_text import Json, Number
from oracle.rules import RuleCounter

_TYPE = "attendance_posting"


def posting_missing(scene: Scene) -> Iterator[Found]:
    """Find attendance that was never posted, or late.

    "At a campus with an enabled posting job: a past session, 48 hours or more after its
    end, with an active student member and no successful posting for that student and
    session." Sessions from before the log begins and students from before they were
    enrolled are not asked for.
    """
    records = roster_records(scene)
    patience = timedelta(hours=scene.thresholds.posting_missing_hours)
    posted = _postings(scene)
    for campus_id in _posting_campuses(scene):
        own = [
            entry.at for entry in scene.entries if entry.attempt.campus_id == campus_id
        ]
        enrolled = _enrolled(campus_id, records)
        for (campus, kind, _), session in records.items():
            ends_at = instant(session.row.get("ends_at"))
            if campus != campus_id or kind != "attendance_session" or ends_at is None:
                continue
            due_at = ends_at + patience
            if not session.is_active or due_at > scene.as_of:
                continue
            if not own or ends_at < min(own):
                continue
            for (course_id, user_id), since in enrolled.items():
                if course_id != session.row["course_id"] or since >= ends_at:
                    continue
                place = f"user:{user_id}|{session.record_id}"
                key, success_at = posted.get((campus_id, place), (None, None))
                if success_at is not None and success_at <= due_at:
                    continue
                yield Found(
                    *("posting_missing", campus_id, _TYPE),
                    *(key or f"{_TYPE}?user_attendance={place}", None, due_at),
                    *(success_at or scene.as_of, success_at, 1),
                )


def _posting_campuses(scene: Scene) -> list[str]:
    return sorted(
        {
            campus_id
            for (campus_id, _), job in scene.rosters["integration_jobs"].listed_rows()
            if job["is_enabled"] is True
            and job["direction"] == "out"
            and (
                job["record_types"] is None
                or _TYPE in str(job["record_types"]).replace(" ", "").split(";")
            )
        }
    )


def _enrolled(
    campus_id: str, records: dict[RecordUid, RosterRecord]
) -> dict[tuple[str, str], datetime]:
    """By course and student, since when; active ones alone."""
    found: dict[tuple[str, str], datetime] = {}
    for (campus, kind, _), member in records.items():
        if campus != campus_id or kind != "course_member" or not member.is_active:
            continue
        user = records.get((campus_id, "user", f"user:{member.row['user_id']}"))
        if user is None or not user.is_active or user.row["user_type"] != "student":
            continue
        place = (str(member.row["course_id"]), str(member.row["user_id"]))
        created = instant(member.row["created_at"])
        assert created is not None
        found[place] = min(created, found.get(place, created))
    return found


def _postings(scene: Scene) -> dict[tuple[str, str], tuple[str, datetime | None]]:
    """By campus and `user|attendance id`: the posting's record, its first success."""
    successes: dict[RecordUid, datetime] = {}
    for entry in scene.entries:
        if not entry.is_error:
            successes.setdefault(entry.record, entry.at)
    rules = RuleCounter()
    users = settled_parts(scene.attempts, "user", scene.rosters, rules)
    found = {}
    for place, (attempt, key) in enumerate(
        zip(scene.attempts, scene.keys, strict=True)
    ):
        attendance_id = normal(attempt.params.get("attendanceID"), rules)
        if attempt.record_type == _TYPE and attendance_id and users.get(place):
            success_at = successes.get((attempt.campus_id, _TYPE, key))
            where = (attempt.campus_id, f"{users[place]}|{attendance_id}")
            found[where] = (key, success_at)
    before_as_of = {entry.record for entry in scene.entries}
    return {
        where: (key, success_at)
        for where, (key, success_at) in found.items()
        if (where[0], _TYPE, key) in before_as_of
    }


def posting_time_mismatch(scene: Scene) -> Iterator[Found]:
    """Find minutes that do not add up.

    "timeAttended + timeAbsent differs from the session's length by more than 5
    minutes"; a later posting that fits and succeeds ends it.
    """
    records = roster_records(scene)
    for uid, entries in scene.by_record().items():
        judged = [
            (entry, mismatch)
            for entry in entries
            if uid[1] == _TYPE
            and (mismatch := _is_mismatch(scene, entry, records)) is not None
        ]
        wrong = [entry for entry, mismatch in judged if mismatch]
        if not wrong:
            continue
        corrected = [
            one.at
            for one, _ in judged
            if one.number > wrong[-1].number and not one.is_error
        ]
        yield Found(
            *("posting_time_mismatch", *uid, wrong[-1].job_id),
            *(wrong[0].at, wrong[-1].at, min(corrected, default=None), len(wrong)),
        )


def _is_mismatch(
    scene: Scene, entry: Entry, records: dict[RecordUid, RosterRecord]
) -> bool | None:
    """None where it cannot be told."""
    params = kept_params(entry.attempt.params)
    minutes = [_minutes(params.get(key)) for key in ("timeAttended", "timeAbsent")]
    attendance_id = _text(params.get("attendanceID"))
    key = f"attendance_session:{attendance_id}"
    session = records.get((entry.attempt.campus_id, "attendance_session", key))
    if session is None or minutes[0] is None or minutes[1] is None:
        return None
    starts, ends = (instant(session.row[f"{which}s_at"]) for which in ("start", "end"))
    if starts is None or ends is None:
        return None
    length = (ends - starts).total_seconds() / 60
    return abs(sum(minutes) - length) > scene.thresholds.posting_time_minutes  # type: ignore[arg-type]


def _text(value: Json) -> str | None:
    return (
        value.text
        if isinstance(value, Number)
        else value
        if isinstance(value, str)
        else None
    )


def _minutes(value: Json) -> float | None:
    text = _text(value)
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
