"""Rules about jobs and their days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import mean, median, stdev

from oracle.anomaly_model import DELETES, Entry, Found, RecordUid, Scene
from oracle.anomaly_rosters import RosterRecord, instant, roster_records


@dataclass(frozen=True, slots=True)
class JobDay:
    """What one job sent on one campus-local date."""

    campus_id: str
    job_id: str
    day: date
    entries: list[Entry]

    @property
    def records(self) -> set[RecordUid]:
        """The distinct records."""
        return {entry.record for entry in self.entries}

    @property
    def failed(self) -> int:
        """Records whose last attempt of that day failed."""
        last = {entry.record: entry for entry in self.entries}
        return sum(entry.is_error for entry in last.values())

    @property
    def share(self) -> float:
        """The error share."""
        return self.failed / len(self.records)

    def found(self, rule: str, occurrences: int) -> Found:
        """An anomaly of the whole day."""
        times = (self.entries[0].at, self.entries[-1].at, None)
        return Found(
            *(rule, self.campus_id, None, None, self.job_id, *times), occurrences
        )


def _jobs(scene: Scene) -> list[list[JobDay]]:
    """The active days of each job, ascending."""
    days: dict[tuple[str, str], dict[date, list[Entry]]] = {}
    for entry in scene.entries:
        if entry.job_id is not None:
            job = days.setdefault((entry.attempt.campus_id, entry.job_id), {})
            job.setdefault(entry.day, []).append(entry)
    return [
        [JobDay(*job, day, own[day]) for day in sorted(own)]
        for job, own in days.items()
    ]


def error_rate_spike(scene: Scene) -> Iterator[Found]:
    """Find days on which unusually much failed.

    "A job-day of 20 or more distinct records has an error share above both 5 % and mean
    + 3 standard deviations of its previous 28 active days (at least 7)".
    """
    limits = scene.thresholds
    for days in _jobs(scene):
        for place, day in enumerate(days):
            before = days[max(0, place - limits.error_spike_usual_days) : place]
            shares = [one.share for one in before]
            if (
                len(day.records) < limits.error_spike_records
                or len(shares) < max(2, limits.error_spike_earlier_days)
                or day.share <= limits.error_spike_share
            ):
                continue
            usual = mean(shares) + limits.error_spike_deviations * stdev(shares)
            if day.share > usual + 1e-9:
                yield day.found("error_rate_spike", day.failed)


def volume_drop(scene: Scene) -> Iterator[Found]:
    """Find days with "below 50 %" of the usual; a day that is not over may catch up."""
    for day, usual in _with_usual_volume(scene):
        today = scene.as_of.astimezone(scene.zone(day.campus_id)).date()
        share = len(day.records) / usual
        if day.day < today and share < scene.thresholds.volume_drop_share:
            yield day.found("volume_drop", len(day.records))


def volume_spike(scene: Scene) -> Iterator[Found]:
    """Find days with "above 200 %" of the usual."""
    for day, usual in _with_usual_volume(scene):
        if len(day.records) / usual > scene.thresholds.volume_spike_share:
            yield day.found("volume_spike", len(day.records))


def _with_usual_volume(scene: Scene) -> Iterator[tuple[JobDay, float]]:
    """Yield "the median of the same weekday in the previous 4 weeks (at least 20)"."""
    limits = scene.thresholds
    for days in _jobs(scene):
        by_date = {one.day: one for one in days}
        for day in days:
            dates = [day.day - timedelta(weeks=weeks) for weeks in (1, 2, 3, 4)]
            known = [date_ for date_ in dates if date_ in by_date]
            earlier = [len(by_date[date_].records) for date_ in known]
            age = (day.day - days[0].day).days
            if (
                # The first day often brings all there is: others must outweigh it.
                len([date_ for date_ in known if date_ != days[0].day])
                >= max(1, limits.volume_earlier_days)
                and age >= limits.volume_job_age_days
                and median(earlier) >= limits.volume_records
            ):
                yield day, median(earlier)


def mass_change(scene: Scene) -> Iterator[Found]:
    """Find days on which a job touched much of a campus.

    "On one campus-local date a job's successful deletes, or successful distinct syncs
    never sent before, touch more than 20 % of the campus's active records of a type and
    at least 20 of them; not in a job's first 14 days".
    """
    limits, roster = scene.thresholds, roster_records(scene)
    first_days: dict[object, date] = {}
    for entry in scene.entries:
        first_days.setdefault(entry.sync, entry.day)
    for days in _jobs(scene):
        for day in days:
            if (day.day - days[0].day).days < limits.mass_change_job_age_days:
                continue
            for record_type in sorted({one.attempt.record_type for one in day.entries}):
                active = _active(scene, day, record_type, roster)
                touching = [
                    one
                    for one in day.entries
                    if one.record in active and not one.is_error
                ]
                deletes = [one for one in touching if one.succeeded(DELETES)]
                fresh = [one for one in touching if first_days[one.sync] == day.day]
                most = max(len({one.record for one in own}) for own in (deletes, fresh))
                if most < limits.mass_change_records:
                    continue
                if most <= limits.mass_change_share * len(active) + 1e-9:
                    continue
                acts = sorted({*map(_place, deletes), *map(_place, fresh)})
                yield Found(
                    *("mass_change", day.campus_id, record_type, None, day.job_id),
                    *(acts[0][1], acts[-1][1], None, most),
                )


def _place(entry: Entry) -> tuple[int, datetime]:
    return entry.number, entry.at


def _active(
    scene: Scene,
    day: JobDay,
    record_type: str,
    roster: dict[RecordUid, RosterRecord],
) -> set[RecordUid]:
    """The campus's records that were active at some time of that date."""
    zone = scene.zone(day.campus_id)
    begins = datetime.combine(day.day, time(), zone).astimezone(UTC)
    ends = datetime.combine(day.day + timedelta(days=1), time(), zone).astimezone(UTC)
    found = set()
    for uid, record in roster.items():
        created = instant(record.row["created_at"])
        assert created is not None
        is_of_day = created < ends and (record.ended_at or begins) >= begins
        if uid[:2] == (day.campus_id, record_type) and is_of_day:
            found.add(uid)
    return found


def missed_schedule(scene: Scene) -> Iterator[Found]:
    """Find jobs that are "overdue (SEMANTICS section 4)".

    "An enabled job with a cron sent nothing in `[last_due_at, as_of)` though an hour or
    more has passed." Drawn jobs run daily at 02:00: other crons are croniter's.
    """
    for (campus_id, job_id), job in scene.rosters["integration_jobs"].listed_rows():
        if job["is_enabled"] is not True or job["schedule_cron"] is None:
            continue
        assert job["schedule_cron"] == "0 2 * * *"
        requested = max(
            (
                one.requested_at
                for one in scene.requests
                if (one.campus_id, one.job_id) == (campus_id, job_id)
                and one.requested_at < scene.as_of
            ),
            default=None,
        )
        due = _due(scene, campus_id)
        if scene.as_of - due[-1] < timedelta(hours=1):
            continue
        missed = [at for at in due if requested is not None and at > requested]
        missed = due[-1:] if requested is None else missed
        if requested is None or requested < due[-1]:
            yield Found(
                *("missed_schedule", campus_id, None, None, job_id),
                *(missed[0], due[-1], None, len(missed)),
            )


def _due(scene: Scene, campus_id: str) -> list[datetime]:
    """Every 02:00 of the 99 days before as_of; a skipped one when the clock jumps."""
    zone = scene.zone(campus_id)
    today = scene.as_of.astimezone(zone).date()
    clocks = [
        datetime.combine(today - timedelta(days=days), time(2), zone).astimezone(UTC)
        for days in range(99, -1, -1)
    ]
    return [at for at in clocks if at <= scene.as_of]
