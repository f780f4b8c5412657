"""Rules about what the rosters say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from oracle.anomaly_model import Found, RecordUid, Scene
from oracle.bearers import roster_key
from oracle.model import Row
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


def orphan_member(scene: Scene) -> Iterator[Found]:
    """Find "an active course member whose course or user is archived or gone"."""
    records = roster_records(scene)
    for (campus_id, record_type, key), member in records.items():
        if record_type != "course_member" or not member.is_active:
            continue
        parents = [
            records.get((campus_id, kind, f"{kind}:{member.row[f'{kind}_id']}"))
            for kind in ("course", "user")
        ]
        if all(parent is not None and parent.is_active for parent in parents):
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


def duplicate_identifier(scene: Scene) -> Iterator[Found]:
    """Find identifiers that several records bear.

    "One mapping id, add code, issued id or e-mail on two or more active records of a
    campus". It began with the second of them.
    """
    bearers: dict[tuple[str, str, str, str], list[tuple[str, RosterRecord]]] = {}
    for (campus_id, record_type, key), record in roster_records(scene).items():
        for kind in _UNIQUE_KINDS:
            value = record.row.get(kind)
            if record.is_active and value is not None:
                text = str(value).lower() if kind == "email" else str(value)
                place = (campus_id, record_type, kind, text)
                bearers.setdefault(place, []).append((key, record))
    for (campus_id, record_type, _, _), found in bearers.items():
        if len(found) < 2:
            continue
        created = sorted(str(one.row["created_at"]) for _, one in found)
        second = next(
            at
            for _, one in found
            if str(at := instant(one.row["created_at"])) == created[1]
        )
        assert second is not None
        first_key = min(found, key=lambda pair: pair[1].record_id)[0]
        yield _of(
            scene,
            "duplicate_identifier",
            (campus_id, record_type, first_key),
            first_seen_at=second,
            occurrences=len(found),
        )


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
