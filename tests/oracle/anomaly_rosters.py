"""Rules about what the rosters say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from oracle.anomaly_model import Found, RecordUid, Scene
from oracle.bearers import bearers_of, roster_key
from oracle.model import Row
from oracle.rules import RuleCounter
from oracle.schema import ID_COLUMNS, SUMMARY_TABLES

_UNIQUE_KINDS = ("mapping_id", "add_code", "issued_id", "email")


@dataclass(frozen=True, slots=True)
class RosterRecord:
    """A record that some snapshot up to as_of has."""

    record_id: str
    row: Row
    """Its newest version; of a hard-deleted one the last seen."""
    last_seen_at: datetime
    """The last snapshot that has it."""
    gone_at: datetime | None
    """The first snapshot after that; null while it is in the newest."""

    @property
    def is_active(self) -> bool:
        """Neither archived nor gone."""
        return self.row["archived_at"] is None and self.gone_at is None

    @property
    def ended_at(self) -> datetime | None:
        """When it was archived or gone, whichever came first."""
        ends = [instant(self.row["archived_at"]), self.gone_at]
        return min((at for at in ends if at is not None), default=None)


def instant(cell: object) -> datetime | None:
    """A cell of a column of times."""
    return cell if isinstance(cell, datetime) else None


def roster_records(scene: Scene) -> dict[RecordUid, RosterRecord]:
    """Every roster record, by the uid that its requests have."""
    found = {}
    for record_type, table in SUMMARY_TABLES.items():
        for (campus_id, record_id), versions in scene.rosters[table].versions.items():
            times = scene.snapshots[table]
            seen = _last_snapshot_with(scene, table, campus_id, record_id)
            later = [at for at in times if at > seen]
            uid = (campus_id, record_type, roster_key(record_type, versions[-1]))
            found[uid] = RosterRecord(
                record_id, versions[-1], seen, later[0] if later else None
            )
    return found


def _last_snapshot_with(
    scene: Scene, table: str, campus_id: str, record_id: str
) -> datetime:
    return max(
        at
        for at in scene.snapshots[table]
        for row in scene.world.snapshots[table][at]
        if (row["campus_id"], row[ID_COLUMNS[table]]) == (campus_id, record_id)
    )


def rows_seen(scene: Scene, uid: RecordUid) -> list[tuple[datetime, Row]]:
    """A record's row in each snapshot that has it."""
    table = SUMMARY_TABLES.get(uid[1], "")
    return [
        (at, row)
        for at in scene.snapshots.get(table, [])
        for row in scene.world.snapshots[table][at]
        if row["campus_id"] == uid[0] and roster_key(uid[1], row) == uid[2]
    ]


def shares_identifier(scene: Scene, uid: RecordUid) -> bool:
    """Whether another roster record bears one of the record's identifiers too."""
    borne = bearers_of(uid[1], scene.rosters, RuleCounter()).by_identifier
    own = (uid[0], uid[2].removeprefix(f"{uid[1]}:"))
    return any(own in found and len(found) > 1 for found in borne.values())


def orphan_member(scene: Scene) -> Iterator[Found]:
    """Find "an active course member whose course or user is archived or gone".

    "What can end, ends": then the snapshots before tell of it.
    """
    records = roster_records(scene)
    for (campus_id, record_type, key), member in records.items():
        if record_type != "course_member":
            continue
        if not member.is_active:
            yield from _was_orphan(scene, records, (campus_id, record_type, key))
            continue
        parents = [
            records.get((campus_id, kind, f"{kind}:{member.row[f'{kind}_id']}"))
            for kind in ("course", "user")
        ]
        if all(parent is not None and parent.is_active for parent in parents):
            yield from _was_orphan(scene, records, (campus_id, record_type, key))
            continue
        created = instant(member.row["created_at"])
        ends = [one.ended_at for one in parents if one and one.ended_at]
        assert created is not None
        yield _of(
            scene,
            "orphan_member",
            (campus_id, record_type, key),
            first_seen_at=max(created, min(ends, default=created)),
            occurrences=1,
        )


def _was_orphan(
    scene: Scene, records: dict[RecordUid, RosterRecord], uid: RecordUid
) -> Iterator[Found]:
    """Tell of the times when the snapshots showed a member as an orphan."""
    member = records[uid]
    created = instant(member.row["created_at"])
    assert created is not None
    begun, shown, ended = [], [], []
    for kind in ("course", "user"):
        for parent_id, begins, ends in _orphaned(scene, uid[0], member.record_id, kind):
            seen = _within(scene.snapshots["course_members"], begins, ends)
            if not seen or not _within(scene.snapshots[f"{kind}s"], begins, ends):
                continue
            parent = records.get((uid[0], kind, f"{kind}:{parent_id}"))
            parent_ended = parent.ended_at if parent else None
            begun.append(min(begins, parent_ended or begins))
            shown.append(seen[-1])
            ended.append(ends)
    if begun:
        times = (max(created, min(begun)), max(shown), max(ended))
        yield Found("orphan_member", *uid, None, *times, 1)


def _within(times: list[datetime], begins: datetime, ends: datetime) -> list[datetime]:
    return [at for at in times if begins <= at < ends]


def _orphaned(
    scene: Scene, campus_id: str, member_id: str, kind: str
) -> Iterator[tuple[object, datetime, datetime]]:
    """Yield (parent's id, from, to) where the newest snapshots of each time show it."""
    tables = ("course_members", f"{kind}s")
    times = sorted({at for table in tables for at in scene.snapshots[table]})
    current: tuple[object, datetime] | None = None
    for at in times:
        member = _row_at(scene, "course_members", at, campus_id, member_id)
        parent_id = member[f"{kind}_id"] if member else None
        parent = _row_at(scene, f"{kind}s", at, campus_id, parent_id)
        is_orphan = member is not None and member["archived_at"] is None
        if parent is not None and parent["archived_at"] is None:
            is_orphan = False
        if current is not None and (not is_orphan or current[0] != parent_id):
            yield (*current, at)
            current = None
        if is_orphan and current is None:
            current = (parent_id, at)


def _row_at(
    scene: Scene, table: str, at: datetime, campus_id: str, record_id: object
) -> Row | None:
    """A record's row in the newest snapshot of that time."""
    known = [taken for taken in scene.snapshots[table] if taken <= at]
    rows = scene.world.snapshots[table][known[-1]] if known else []
    return next(
        (
            row
            for row in rows
            if (row["campus_id"], row[ID_COLUMNS[table]]) == (campus_id, record_id)
        ),
        None,
    )


def duplicate_identifier(scene: Scene) -> Iterator[Found]:
    """Find identifiers that several records bear.

    "One mapping id, add code, issued id or e-mail on two or more active records of a
    campus". It began with the second of them. "What can end, ends": then it is told as
    the last snapshot had it that showed it.
    """
    told: dict[tuple[str, str, str, str], tuple[str, Found]] = {}
    for record_type, table in SUMMARY_TABLES.items():
        last: dict[tuple[str, str, str], tuple[datetime, list[Row]]] = {}
        for at in scene.snapshots.get(table, []):
            for place, rows in _bearers(scene, table, at).items():
                if len(rows) > 1:
                    last[place] = (at, rows)
        for (campus_id, kind, value), (at, rows) in last.items():
            later = [one for one in scene.snapshots[table] if one > at]
            ids = sorted(str(row[ID_COLUMNS[table]]) for row in rows)
            first = next(row for row in rows if row[ID_COLUMNS[table]] == ids[0])
            created = sorted(
                one for row in rows if (one := instant(row["created_at"])) is not None
            )
            times = (created[1], at, later[0] if later else None)
            uid = (campus_id, record_type, roster_key(record_type, first))
            found = Found("duplicate_identifier", *uid, None, *times, len(rows))
            # One finding an id: what holds, else what ended last.
            name = (campus_id, record_type, kind, ids[0])
            known = told.get(name)
            if known is None or _goes_before(found, value, *known):
                told[name] = (value, found)
    yield from (found for _, found in told.values())


def _goes_before(one: Found, value: str, other_value: str, other: Found) -> bool:
    if one.resolved_at is None or other.resolved_at is None:
        return one.resolved_at is None
    if one.resolved_at != other.resolved_at:
        return one.resolved_at > other.resolved_at
    return value < other_value


def _bearers(
    scene: Scene, table: str, at: datetime
) -> dict[tuple[str, str, str], list[Row]]:
    """By campus, kind and value, the active records that a snapshot shows."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in scene.world.snapshots[table][at]:
        for kind in _UNIQUE_KINDS:
            value = row.get(kind)
            if row["archived_at"] is None and value is not None:
                text = str(value).lower() if kind == "email" else str(value)
                place = (str(row["campus_id"]), kind, text)
                found.setdefault(place, []).append(row)
    return found


def _of(
    scene: Scene,
    rule: str,
    record: RecordUid,
    *,
    first_seen_at: datetime,
    occurrences: int,
) -> Found:
    newest = scene.newest_snapshot(record[1])
    assert newest is not None
    return Found(rule, *record, None, first_seen_at, newest, None, occurrences)
