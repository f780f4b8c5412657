"""What the snapshots known at as_of say about each roster record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from oracle.model import Row, World
from oracle.rules import RuleCounter
from oracle.schema import ID_COLUMNS

RecordId: TypeAlias = tuple[str, str]
"""(campus_id, the record's id): "identity never crosses campuses"."""


@dataclass(frozen=True, slots=True)
class Roster:
    """One roster table, as the snapshots up to as_of tell it."""

    versions: dict[RecordId, list[Row]]
    """Every extracted version of each record ever seen, oldest snapshot first."""
    listed: frozenset[RecordId]
    """The records of the newest snapshot; the others were hard-deleted."""

    def newest(self, record: RecordId) -> Row:
        """Return "the newest version" ("of a hard-deleted one the last seen")."""
        return self.versions[record][-1]

    def find(self, campus_id: object, record_id: object) -> Row | None:
        """Return a record's newest version, or None where no snapshot has it."""
        versions = self.versions.get((str(campus_id), str(record_id)))
        return versions[-1] if versions and record_id is not None else None

    def is_active(self, record: RecordId) -> bool:
        """Tell whether it is not archived.

        "Hard-deleted records count as archived roster records."
        """
        archived_at = self.newest(record).get("archived_at")
        return record in self.listed and archived_at is None

    def listed_rows(self) -> Iterator[tuple[RecordId, Row]]:
        """Yield the newest version of each record that was not hard-deleted."""
        for record in self.versions:
            if record in self.listed:
                yield record, self.newest(record)


def known_rosters(
    world: World, as_of: datetime, rules: RuleCounter
) -> dict[str, Roster]:
    """Return every roster table "known at as_of": later snapshots are not known."""
    rosters = {}
    for table, snapshots in world.snapshots.items():
        versions: dict[RecordId, list[Row]] = {}
        listed: frozenset[RecordId] = frozenset()
        for at in sorted(snapshots):
            if at > as_of:
                rules.hit("snapshot_after_as_of")
                continue
            for row in snapshots[at]:
                versions.setdefault(_record_id(table, row), []).append(row)
            # "A row missing from a newer snapshot was hard-deleted."
            listed = frozenset(_record_id(table, row) for row in snapshots[at])
        rosters[table] = Roster(versions, listed)
    return rosters


def _record_id(table: str, row: Row) -> RecordId:
    return str(row["campus_id"]), str(row[ID_COLUMNS[table]])
