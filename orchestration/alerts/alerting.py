"""Find what is new, queue it, deliver what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from orchestration.alerts.channels import ChannelError, deliver
from orchestration.alerts.failures import (
    Failure,
    failure_message,
    killed_runs,
    never_started,
)
from orchestration.alerts.outbox import Outbox, opened_outbox
from orchestration.alerts.published import (
    anomaly_message,
    campus_days,
    critical_anomalies,
    digest_message,
)
from orchestration.errors import AlertError, RollbookError
from orchestration.home import Home
from orchestration.progress import show_progress
from orchestration.run_ledger import last_started
from orchestration.school_settings import (
    AlertSettings,
    read_school_settings,
    school_file,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the messages of one pass; ``problems`` are lines for people."""

    sent_count: int = 0
    waiting_count: int = 0
    problems: tuple[str, ...] = ()

    @property
    def is_worth_a_line(self) -> bool:
        """Whether anything was sent, or should have been."""
        return bool(self.sent_count or self.waiting_count or self.problems)

    def told(self) -> str:
        """One line: how many went, how many wait, and why."""
        line = f"alerts: {self.sent_count} sent"
        if self.waiting_count:
            line += f", {self.waiting_count} waiting for the next run"
        return "; ".join([line, *self.problems])


def alert_of_publication(
    home: Home, config: Path | None, *, run_id: str | None = None
) -> Outcome:
    """Tell what the published file has that is new; the caller holds the home."""

    def queue(outbox: Outbox, settings: AlertSettings) -> None:
        if home.published_file.exists():
            _queue_anomalies(home, outbox, settings)
            _queue_digests(home, outbox, settings)
        _queue_failures(outbox, settings, killed_runs(home, running=run_id))

    return _told_by(home, config, queue)


def alert_of_failure(home: Home, config: Path | None, failed: Failure) -> Outcome:
    """Tell that a run published nothing."""

    def queue(outbox: Outbox, settings: AlertSettings) -> None:
        earlier = killed_runs(home, running=failed.run_id) if failed.run_id else []
        _queue_failures(outbox, settings, [*earlier, failed])

    return _told_by(home, config, queue)


def _told_by(
    home: Home, config: Path | None, queue: Callable[[Outbox, AlertSettings], None]
) -> Outcome:
    """Queue what is new and deliver what waits; what cannot be told is a problem.

    Raises:
        BadInputError: the settings file is wrong.
    """
    settings = read_school_settings(home, config).alerts
    if not settings.channels:
        return Outcome()
    try:
        with opened_outbox(home) as outbox:
            queue(outbox, settings)
            return _deliver_waiting(outbox, settings, school_file(home, config).parent)
    except AlertError as error:
        return Outcome(problems=(str(error),))


@contextmanager
def failures_told(home: Home, config: Path | None) -> Iterator[None]:
    """Tell of a command that ends before its run begins; the error goes on as it is.

    A run that began tells by itself, as a step of it.
    """
    before = last_started(home)
    try:
        yield
    except RollbookError as error:
        if home.root.is_dir() and last_started(home) == before:
            try:
                alert_of_failure(home, config, never_started(error))
            except (RollbookError, OSError) as problem:
                if str(problem) != str(error):
                    show_progress(f"no alert: {problem}")
        raise


def try_channels(home: Home, config: Path | None) -> Iterator[tuple[str, str | None]]:
    """Send a test message to every channel; yield its name, and why it failed."""
    settings = read_school_settings(home, config).alerts
    folder = school_file(home, config).parent
    for channel in settings.channels:
        try:
            deliver(
                channel,
                settings,
                folder,
                title="Rollbook: a test",
                body=f"This is a test of the channel {channel.name}. Nothing happened.",
            )
        except ChannelError as error:
            yield channel.name, str(error)
        else:
            yield channel.name, None


def _queue_anomalies(home: Home, outbox: Outbox, settings: AlertSettings) -> None:
    found = critical_anomalies(home.published_file)
    news = [each for each in found if not outbox.is_known(f"anomaly:{each.key}")]
    for _, of_campus in groupby(news, key=lambda anomaly: anomaly.campus_id):
        outbox.queue(
            anomaly_message(
                list(of_campus), listed_count=settings.listed_anomaly_count
            ),
            settings,
        )
    outbox.see([f"anomaly:{anomaly.key}" for anomaly in found])


def _queue_digests(home: Home, outbox: Outbox, settings: AlertSettings) -> None:
    """Once a day of the campus's calendar; a run of the past sends none again."""
    for campus in campus_days(home.published_file):
        day = campus.day.isoformat()
        if day > outbox.digest_days.get(campus.campus_id, ""):
            outbox.queue(digest_message(campus), settings)
            outbox.digest_days[campus.campus_id] = day


def _queue_failures(
    outbox: Outbox, settings: AlertSettings, failures: Sequence[Failure]
) -> None:
    """A run once; of commands that never started each cause once a day."""
    today = datetime.now(UTC).date()
    for failed in failures:
        key = f"run:{failed.run_id or f'{failed.cause}:{today}'}"
        if not outbox.is_known(key):
            outbox.queue(failure_message(failed), settings)
            outbox.see([key])


def _deliver_waiting(outbox: Outbox, settings: AlertSettings, folder: Path) -> Outcome:
    """Send what waits, oldest first; a channel that failed is left alone this time."""
    given_up = outbox.give_up(settings)
    outbox.save()
    channels = {channel.name: channel for channel in settings.channels}
    problems: dict[str, str] = {}
    sent = 0
    for waiting in list(outbox.waiting):
        if waiting.channel in problems:
            continue
        try:
            deliver(
                channels[waiting.channel],
                settings,
                folder,
                title=waiting.title,
                body=waiting.body,
            )
        except ChannelError as error:
            problems[waiting.channel] = str(error)
            continue
        sent += 1
        outbox.waiting.remove(waiting)
        outbox.save()
    told = list(problems.values())
    if given_up:
        told.append(f"{given_up} given up after {settings.waiting_days:g} days")
    return Outcome(sent, len(outbox.waiting), tuple(told))
