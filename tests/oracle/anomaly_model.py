"""What the rules about syncs look at, and what they find (issue of sync_anomalies)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeAlias

from oracle.attempts import attempts_of, counting_requests
from oracle.bearers import campus_zone
from oracle.identity import record_keys
from oracle.model import Attempt, Request, World
from oracle.rosters import Roster, known_rosters
from oracle.rules import RuleCounter
from oracle.schema import SUMMARY_TABLES

CREATES = ("create", "bulk_create")
WRITES = (*CREATES, "update")
DELETES = ("delete", "bulk_delete")

RecordUid: TypeAlias = tuple[str, str, str]
"""campus_id, record_type, record_key."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The issue's numbers; a test may lower them so that small worlds reach them."""

    event_open_days: int = 14
    persistent_error_dates: int = 3
    flapping_changes: int = 4
    flapping_days: int = 14
    error_spike_records: int = 20
    error_spike_share: float = 0.05
    error_spike_deviations: float = 3
    error_spike_usual_days: int = 28
    error_spike_earlier_days: int = 7
    volume_drop_share: float = 0.5
    volume_spike_share: float = 2
    volume_records: int = 20
    volume_earlier_days: int = 2
    volume_job_age_days: int = 21
    retry_storm_attempts: int = 20
    posting_missing_hours: int = 48
    posting_time_minutes: int = 5
    mass_change_share: float = 0.2
    mass_change_records: int = 20
    mass_change_job_age_days: int = 14

    def as_vars(self) -> dict[str, float]:
        """What dbt is told in the place of its own."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt before as_of, with its record, its job and its campus-local date."""

    attempt: Attempt
    record_key: str
    job_id: str | None
    http_status: str | None
    day: date
    number: int
    """Its place in the order of attempts."""

    @property
    def at(self) -> datetime:
        """When it was requested."""
        return self.attempt.requested_at

    @property
    def is_error(self) -> bool:
        """Whether it failed."""
        return self.attempt.status == "error"

    @property
    def record(self) -> RecordUid:
        """Its record."""
        return self.attempt.campus_id, self.attempt.record_type, self.record_key

    @property
    def sync(self) -> tuple[str, str, str, str, str]:
        """Its distinct sync."""
        return (*self.record, self.attempt.operation, self.attempt.fingerprint)

    def succeeded(self, operations: Iterable[str]) -> bool:
        """Whether it is a success of one of these operations."""
        return not self.is_error and self.attempt.operation in operations


@dataclass(frozen=True, slots=True)
class Found:
    """One anomaly; the columns that no wording decides."""

    rule: str
    campus_id: str
    record_type: str | None
    record_key: str | None
    job_id: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    occurrences: int


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a rule may look at: "the log, the roster versions and as_of alone"."""

    as_of: datetime
    thresholds: Thresholds
    world: World
    requests: list[Request]
    attempts: list[Attempt]
    """Also those after as_of: identity is settled over the whole log."""
    keys: list[str]
    """The record of each of them."""
    entries: list[Entry]
    """The attempts before as_of, in their order."""
    rosters: dict[str, Roster]
    snapshots: dict[str, list[datetime]]
    """By table, the times of its snapshots up to as_of, ascending."""

    def newest_snapshot(self, record_type: str) -> datetime | None:
        """When the newest snapshot of a type's roster was taken."""
        times = self.snapshots.get(SUMMARY_TABLES.get(record_type, ""), [])
        return times[-1] if times else None

    def zone(self, campus_id: str) -> tzinfo:
        """A campus's time zone; UTC for a campus that no snapshot has."""
        return campus_zone(self.rosters, campus_id) or UTC

    def by_record(self) -> dict[RecordUid, list[Entry]]:
        """The entries of each record, in their order."""
        found: dict[RecordUid, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.record, []).append(entry)
        return found

    def days_before(self, days: float) -> datetime:
        """An instant so many days before as_of."""
        return self.as_of - timedelta(days=days)


def scene_of(world: World, *, as_of: datetime, thresholds: Thresholds) -> Scene:
    """Settle what all rules share."""
    rules = RuleCounter()
    rosters = known_rosters(world, as_of, rules)
    requests = counting_requests(world.requests, rules)
    by_id = {(one.campus_id, one.request_id): one for one in requests}
    attempts = [one for request in requests for one in attempts_of(request, rules)]
    keys = record_keys(attempts, rosters, rules)
    snapshots = {
        table: sorted(at for at in taken if at <= as_of)
        for table, taken in world.snapshots.items()
    }
    scene = Scene(
        *(as_of, thresholds, world, requests, attempts, keys, []),
        *(rosters, snapshots),
    )
    known = [
        (attempt, key)
        for attempt, key in zip(attempts, keys, strict=True)
        if attempt.requested_at < as_of
    ]
    known.sort(key=lambda pair: (*pair[0].order, pair[0].campus_id))
    for number, (attempt, key) in enumerate(known):
        request = by_id[attempt.campus_id, attempt.request_id]
        status = request.http_status
        day = attempt.requested_at.astimezone(scene.zone(attempt.campus_id)).date()
        http_status = None if status is None else f"{status:f}"
        scene.entries.append(
            Entry(attempt, key, request.job_id, http_status, day, number)
        )
    return scene
