"""Which roster records bear an identifier (section 2, step 1)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from oracle.identifiers import SLOT, SLOT_DATE, Identifier
from oracle.model import Row
from oracle.rosters import RecordId, Roster
from oracle.rules import RuleCounter
from oracle.schema import ID_COLUMNS, SUMMARY_TABLES
from oracle.values import clock_text, is_repeated, zone_named

Borne: TypeAlias = tuple[str, Identifier]
"""(campus_id, identifier)."""

_PLAIN_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "course": ("course_id", "mapping_id", "add_code", "name"),
    "user": ("user_id", "mapping_id", "issued_id", "email"),
    "course_member": ("course_member_id", "mapping_id"),
    "attendance_session": ("attendance_id", "mapping_id"),
}


@dataclass(frozen=True, slots=True)
class Bearers:
    """The roster records of one record type, by the identifiers they bear."""

    record_type: str
    roster: Roster
    by_identifier: dict[Borne, list[RecordId]]
    former: frozenset[Borne] = field(default=frozenset())
    """Identifiers of older versions only, to count that they do not count."""

    def of(self, campus_id: str, identifier: Identifier) -> list[RecordId]:
        """Return the records of the campus that bear the identifier."""
        return self.by_identifier.get((campus_id, identifier), [])

    def other_campus_bears(self, campus_id: str, identifier: Identifier) -> bool:
        """Tell whether only a record of another campus bears it."""
        campuses = {campus for campus, one in self.by_identifier if one == identifier}
        return bool(campuses) and campus_id not in campuses


def bearers_of(
    record_type: str, rosters: dict[str, Roster], rules: RuleCounter
) -> Bearers:
    """Index the newest version of each record of one type.

    "Values that a record used to have do not count." Postings have no roster.
    """
    roster = rosters.get(SUMMARY_TABLES.get(record_type, ""), Roster({}, frozenset()))
    borne: dict[Borne, list[RecordId]] = {}
    former: set[Borne] = set()
    for record, versions in roster.versions.items():
        for identifier in _borne(record_type, versions[-1], rosters, rules):
            borne.setdefault((record[0], identifier), []).append(record)
        for version in versions[:-1]:
            former |= {(record[0], one) for one in _plain(record_type, version)}
    return Bearers(record_type, roster, borne, frozenset(former - borne.keys()))


def _borne(
    record_type: str, row: Row, rosters: dict[str, Roster], rules: RuleCounter
) -> Iterable[Identifier]:
    plain = list(_plain(record_type, row))
    if record_type == "course_member":
        return plain + _pair(row, rosters, rules)
    if record_type == "attendance_session":
        return plain + _slots(row, rosters, rules)
    return plain


def _plain(record_type: str, row: Row) -> Iterable[Identifier]:
    for kind in _PLAIN_KINDS[record_type]:
        value = row[kind]
        if value is not None:
            text = str(value).lower() if kind == "email" else str(value)
            yield Identifier(kind, (text,))


def _pair(row: Row, rosters: dict[str, Roster], rules: RuleCounter) -> list[Identifier]:
    """Return the pair: "when its user and course are in the roster"."""
    user = rosters["users"].find(row["campus_id"], row["user_id"])
    course = rosters["courses"].find(row["campus_id"], row["course_id"])
    if user is None or course is None:
        rules.hit("member_pair_out_of_roster")
        return []
    parts = (roster_key("user", user), roster_key("course", course))
    return [Identifier("pair", parts)]


def _slots(
    row: Row, rosters: dict[str, Roster], rules: RuleCounter
) -> list[Identifier]:
    """Return a session's slot, and its slot without a time.

    "A slot matches roster sessions by their campus-time start date and start time;
    one without a start time matches on the date." As for a pair, the session's
    course must be in the roster, since a slot's course is a record; without a
    campus there is no campus time.
    """
    course = rosters["courses"].find(row["campus_id"], row["course_id"])
    zone = campus_zone(rosters, row["campus_id"])
    starts_at = row["starts_at"]
    if course is None or zone is None or starts_at is None:
        return []
    if isinstance(starts_at, (str, int)):
        raise TypeError("starts_at was not read as an instant")
    rules.hit_if("dst_repeated_session", when=is_repeated(starts_at, zone))
    local = starts_at.astimezone(zone)
    key, day = roster_key("course", course), local.date().isoformat()
    clock = clock_text(local.time().replace(fold=0))
    return [
        Identifier(SLOT, (key, day, clock)),
        Identifier(SLOT_DATE, (key, day)),
    ]


def campus_zone(rosters: dict[str, Roster], campus_id: object) -> ZoneInfo | None:
    """Return the time zone of a campus that some snapshot has."""
    campus = rosters["campuses"].find(campus_id, campus_id)
    return None if campus is None else zone_named(str(campus["time_zone"]))


def roster_key(record_type: str, row: Row) -> str:
    """`course:<course_id>` (`user:`, ...) for a roster record."""
    return f"{record_type}:{row[ID_COLUMNS[SUMMARY_TABLES[record_type]]]}"
