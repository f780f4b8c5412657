"""Rules about one record's requests."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from oracle.anomaly_model import CREATES, DELETES, WRITES, Entry, Found, Scene
from oracle.anomaly_rosters import rows_seen, shares_identifier
from oracle.schema import SUMMARY_TABLES


def persistent_error(scene: Scene) -> Iterator[Found]:
    """Find unbroken runs of errors.

    "A record's last attempt is an error, and its unbroken run of errors spans 3 or more
    campus-local dates"; "what can end, ends": with the record's next success.
    """
    for entries in scene.by_record().values():
        run: list[Entry] = []
        for entry in [*entries, None]:
            if entry is not None and entry.is_error:
                run.append(entry)
                continue
            dates = {one.day for one in run}
            if len(dates) >= scene.thresholds.persistent_error_dates:
                healed = None if entry is None else entry.at
                yield _of("persistent_error", run, job=run[-1], resolved_at=healed)
            run = []


def flapping_record(scene: Scene) -> Iterator[Found]:
    """Find records that take turns, or did.

    "A record's outcome changed between success and error 4 or more times in the 14 days
    before as_of"; "what can end, ends": with the last day whose 14 days before had so
    many. What first showed it is the first change of a series without a pause of 14
    days.
    """
    days = timedelta(days=scene.thresholds.flapping_days)
    wanted = scene.thresholds.flapping_changes
    for entries in scene.by_record().values():
        changes = [b for a, b in pairwise(entries) if a.is_error != b.is_error]
        for series in _without_pause(changes, days):
            fired = [
                place
                for place, change in enumerate(series)
                if sum(one.at > change.at - days for one in series[: place + 1])
                >= wanted
            ]
            if not fired:
                continue
            ends = series[fired[-1] - wanted + 1].at + days
            shown = series[: fired[-1] + 1]
            yield _of(
                "flapping_record",
                shown,
                job=shown[-1],
                resolved_at=ends if ends < scene.as_of else None,
            )


def _without_pause(changes: list[Entry], days: timedelta) -> list[list[Entry]]:
    found: list[list[Entry]] = []
    for change in changes:
        if not found or change.at - found[-1][-1].at >= days:
            found.append([])
        found[-1].append(change)
    return found


def retry_storm(scene: Scene) -> Iterator[Found]:
    """Find "one distinct sync attempted more than 20 times on one date"."""
    days: dict[object, list[Entry]] = {}
    for entry in scene.entries:
        days.setdefault((entry.sync, entry.day), []).append(entry)
    for entries in days.values():
        if len(entries) > scene.thresholds.retry_storm_attempts:
            yield _of("retry_storm", entries, job=entries[0])


def silent_loss(scene: Scene) -> Iterator[Found]:
    """Find what was created and never came.

    "A create succeeded, the record is in no roster snapshot taken later, and no
    successful delete followed". "What can end, ends": when a snapshot has it, or a
    delete succeeds.
    """
    for uid, entries in scene.by_record().items():
        # Without an identifier it can be looked up in no roster.
        if "?request=" in uid[2]:
            continue
        snapshots = scene.snapshots.get(SUMMARY_TABLES.get(uid[1], ""), [])
        seen = [at for at, _ in rows_seen(scene, uid)]
        deletes = [one for one in entries if one.succeeded(DELETES)]
        groups: dict[tuple[datetime | None, int], list[Entry]] = {}
        for one in entries:
            if one.succeeded(CREATES):
                before = max((at for at in seen if at <= one.at), default=None)
                deleted = [act.number for act in deletes if act.number < one.number]
                place = (before, max(deleted, default=-1))
                groups.setdefault(place, []).append(one)
        for creates in groups.values():
            first = creates[0]
            ends = [at for at in seen if at > first.at]
            ends += [act.at for act in deletes if act.number > first.number]
            resolved_at = min(ends, default=None)
            missed = [at for at in snapshots if at > first.at]
            if not missed or (resolved_at and resolved_at <= missed[0]):
                continue
            if resolved_at and shares_identifier(scene, uid):
                continue
            yield _of("silent_loss", creates, job=first, resolved_at=resolved_at)


def last_write(entries: list[Entry]) -> Entry | None:
    """The last successful create or update that no successful delete followed."""
    acts = [one for one in entries if one.succeeded((*WRITES, *DELETES))]
    return acts[-1] if acts and acts[-1].attempt.operation in WRITES else None


def _of(
    rule: str,
    entries: list[Entry],
    *,
    job: Entry,
    resolved_at: datetime | None = None,
    occurrences: int | None = None,
) -> Found:
    campus_id, record_type, record_key = entries[0].record
    return Found(
        rule,
        campus_id,
        record_type,
        record_key,
        job.job_id,
        entries[0].at,
        entries[-1].at,
        resolved_at,
        len(entries) if occurrences is None else occurrences,
    )
