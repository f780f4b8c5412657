"""Which record does a request speak of? Section 2, the two steps."""

from oracle.bearers import Bearers, bearers_of, campus_zone, roster_key
from oracle.grouping import group_key, groups_of
from oracle.identifiers import (
    SLOT,
    SLOT_DATE,
    Claim,
    Identifier,
    course_claim,
    course_reference,
    member_claim,
    posting_claim,
    session_claim,
    user_claim,
    user_reference,
)
from oracle.model import Attempt
from oracle.rosters import RecordId, Roster
from oracle.rules import RuleCounter
from oracle.values import is_near_jump, is_skipped

_WITH_COURSE = ("course_member", "attendance_session")
_WITH_USER = ("course_member", "attendance_posting")


def record_keys(
    attempts: list[Attempt], rosters: dict[str, Roster], rules: RuleCounter
) -> list[str]:
    """Return the record_key of each attempt, in the attempts' order.

    "Course and user references inside member, session and posting requests take
    part with the course and user requests." So courses and users are settled first,
    and pairs and slots are made of the records found.
    """
    courses = settled_parts(attempts, "course", rosters, rules)
    users = settled_parts(attempts, "user", rosters, rules)
    keys: dict[int, str | None] = {}
    for record_type, parts in (("course", courses), ("user", users)):
        for place, attempt in enumerate(attempts):
            if attempt.record_type == record_type:
                keys[place] = parts[place]
    for record_type in ("course_member", "attendance_session", "attendance_posting"):
        places = [i for i, a in enumerate(attempts) if a.record_type == record_type]
        claims = [
            whole_claim(attempts[i], users.get(i), courses.get(i), rules)
            for i in places
        ]
        found = settle(record_type, claims, rosters, rules)
        keys.update(zip(places, found, strict=True))
    return [str(keys[place]) for place in range(len(attempts))]


def settled_parts(
    attempts: list[Attempt],
    record_type: str,
    rosters: dict[str, Roster],
    rules: RuleCounter,
) -> dict[int, str | None]:
    """Settle the courses (users) that requests are about or refer to."""
    claims = {
        place: claim
        for place, attempt in enumerate(attempts)
        if (claim := part_claim(attempt, record_type, rules)) is not None
    }
    found = settle(record_type, list(claims.values()), rosters, rules)
    return dict(zip(claims, found, strict=True))


def part_claim(attempt: Attempt, record_type: str, rules: RuleCounter) -> Claim | None:
    """Return what an attempt says of a course (user), its own or one referred to."""
    is_course = record_type == "course"
    if attempt.record_type == record_type:
        return (course_claim if is_course else user_claim)(attempt, rules)
    if attempt.record_type in (_WITH_COURSE if is_course else _WITH_USER):
        return (course_reference if is_course else user_reference)(attempt, rules)
    return None


def whole_claim(
    attempt: Attempt, user: str | None, course: str | None, rules: RuleCounter
) -> Claim:
    parts = [part for part in (user, course) if part is not None]
    rules.hit_if("part_not_in_roster", when=any("?" in part for part in parts))
    if attempt.record_type == "course_member":
        return member_claim(attempt, user=user, course=course, rules=rules)
    if attempt.record_type == "attendance_session":
        return session_claim(attempt, course=course, rules=rules)
    return posting_claim(attempt, user=user, rules=rules)


def settle(
    record_type: str,
    claims: list[Claim],
    rosters: dict[str, Roster],
    rules: RuleCounter,
) -> list[str | None]:
    """Name the record of each claim: the roster first, then the rest.

    A reference that says nothing has no record: None.
    """
    bearers = bearers_of(record_type, rosters, rules)
    found: list[str | None] = [_named(claim, bearers, rules) for claim in claims]
    for claim, key in zip(claims, found, strict=True):
        if key is not None:
            _count_clock(claim, bearers, rosters, rules)
    rest = [i for i, key in enumerate(found) if key is None and claims[i].identifiers]
    for group in groups_of([claims[i] for i in rest]):
        members = [rest[place] for place in sorted(group)]
        key = group_key(record_type, [claims[i] for i in members], rules)
        for i in members:
            found[i] = key
    _name_by_request(claims, found, rules)
    return found


def _named(claim: Claim, bearers: Bearers, rules: RuleCounter) -> str | None:
    """Step 1, the roster.

    "Take the identifiers strongest first. One that exactly one roster record of the
    campus bears, or, if several do, exactly one that is not archived, names that
    record: stop there. Otherwise go to the next."
    """
    for place, identifier in enumerate(claim.identifiers):
        record = bearer_of(claim.campus_id, identifier, bearers, rules)
        if record is None:
            continue
        rules.hit(f"roster_named_by_{identifier.kind}")
        rules.hit_if("weaker_after_unknown", when=place)
        weaker = claim.identifiers[place + 1 :]
        others = [bearers.of(claim.campus_id, one) for one in weaker]
        elsewhere = any(others) and any(record not in one for one in others if one)
        rules.hit_if("stronger_wins", when=elsewhere)
        return roster_key(bearers.record_type, bearers.roster.newest(record))
    return None


def bearer_of(
    campus_id: str, identifier: Identifier, bearers: Bearers, rules: RuleCounter
) -> RecordId | None:
    bearing = bearers.of(campus_id, identifier)
    roster = bearers.roster
    if not bearing:
        former = (campus_id, identifier) in bearers.former
        rules.hit_if("former_value_ignored", when=former)
        elsewhere = bearers.other_campus_bears(campus_id, identifier)
        rules.hit_if("other_campus_ignored", when=elsewhere)
        return None
    if len(bearing) == 1:
        deleted = bearing[0] not in roster.listed
        rules.hit_if("hard_deleted_roster_names", when=deleted)
        archived = not deleted and not roster.is_active(bearing[0])
        rules.hit_if("archived_roster_names", when=archived)
        return bearing[0]
    active = [record for record in bearing if roster.is_active(record)]
    if len(active) == 1:
        rules.hit("ambiguous_one_active")
        deleted = any(record not in roster.listed for record in bearing)
        rules.hit_if("hard_deleted_yields", when=deleted)
        return active[0]
    rules.hit("ambiguous_skipped")
    return None


def _count_clock(
    claim: Claim, bearers: Bearers, rosters: dict[str, Roster], rules: RuleCounter
) -> None:
    for identifier in claim.identifiers:
        if identifier.kind not in (SLOT, SLOT_DATE):
            continue
        zone = campus_zone(rosters, claim.campus_id)
        for record in bearers.of(claim.campus_id, identifier):
            starts_at = bearers.roster.newest(record)["starts_at"]
            if zone is not None and not isinstance(starts_at, (str, int, type(None))):
                near = is_near_jump(starts_at, zone)
                rules.hit_if("dst_near_jump_named", when=near)


def _name_by_request(
    claims: list[Claim], found: list[str | None], rules: RuleCounter
) -> None:
    """Name the attempts "with no identifier at all".

    They "are one record for each campus, record_type and fingerprint"; the value of
    the kind `request` is that fingerprint. A reference is no attempt: it has none.
    """
    seen: set[tuple[str, str]] = set()
    for i, claim in enumerate(claims):
        if claim.identifiers or claim.is_reference:
            continue
        key = f"{claim.record_type}?request={claim.attempt.fingerprint}"
        rules.hit("no_identifier")
        rules.hit_if("no_identifier_grouped", when=(claim.campus_id, key) in seen)
        seen.add((claim.campus_id, key))
        found[i] = key


def count_skipped_slots(
    attempts: list[Attempt], rosters: dict[str, Roster], rules: RuleCounter
) -> None:
    """Count the slots whose wall-clock time the campus's clock skips."""
    for attempt in attempts:
        zone = campus_zone(rosters, attempt.campus_id)
        if attempt.record_type != "attendance_session" or zone is None:
            continue
        claim = session_claim(attempt, course="", rules=RuleCounter())
        for one in claim.identifiers:
            if one.kind == SLOT:
                skipped = is_skipped(one.value[1], one.value[2], zone)
                rules.hit_if("dst_skipped_slot", when=skipped)
