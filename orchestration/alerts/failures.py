"""Runs that published nothing, and what may be said of why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from expectations.results import Severity
from orchestration.alerts.words import Message, id_word, rule_word
from orchestration.check_ledger import saved_results
from orchestration.check_pages.history import STAGES
from orchestration.errors import (
    BadInputError,
    CheckFailedError,
    HomeBusyError,
    RollbookError,
    error_chain,
)
from orchestration.home import Home
from orchestration.run_ledger import Event, read_events
from orchestration.school_settings import AlertEvent

# Older ones were seen, or are no news: a home may get its first channel any day.
_TOLD_FOR = timedelta(days=2)

# The error's own text may quote rows and paths; what kind of error it was says enough.
_CAUSES: dict[type[RollbookError], str] = {
    BadInputError: "its input or its settings cannot be used",
    HomeBusyError: "another process held the home",
    CheckFailedError: "a blocking check held it",
}
_OTHER_CAUSE = "something failed that is neither its input nor a check"
_KILLED = "it was killed: it ended without a word"


@dataclass(frozen=True, slots=True)
class Failure:
    """A run without a publication; ``run_id`` is None when it never started."""

    run_id: str | None
    as_of: str | None
    cause: str
    held_by: tuple[str, ...] = ()
    is_held: bool = False


def failed_now(
    home: Home, run_id: str, as_of: datetime, error: BaseException | None
) -> Failure:
    """The run that is ending with ``error``; the caller holds the home."""
    cause = _known_cause(error)
    held_by = tuple(
        result.check
        for stage in STAGES
        for result in saved_results(home, stage)
        if not result.passed and result.severity is Severity.BLOCKING
    )
    is_held = isinstance(cause, CheckFailedError)
    return Failure(
        run_id, as_of.isoformat(), _told(cause), held_by if is_held else (), is_held
    )


def never_started(error: RollbookError) -> Failure:
    """A command that ended before its run began."""
    return Failure(None, None, _told(error))


def killed_runs(home: Home, *, running: str | None) -> list[Failure]:
    """Recent runs of the ledger that neither published nor came to an end."""
    started, over = {}, {running}
    for event in read_events(home):
        if event.event is Event.STARTED:
            started[event.run_id] = event
        if event.event in (Event.PUBLISHED, Event.ENDED):
            over.add(event.run_id)
    since = datetime.now(UTC) - _TOLD_FOR
    return [
        Failure(run_id, str(event.details.get("as_of")), _KILLED)
        for run_id, event in started.items()
        if run_id not in over and datetime.fromisoformat(event.at) >= since
    ]


def failure_message(failed: Failure) -> Message:
    """What is told of a run that published nothing."""
    lines = [
        "A run published nothing: " + failed.cause + ".",
        "",
        *(f"- check: {rule_word(name)}" for name in failed.held_by),
    ]
    if failed.run_id is not None:
        lines.append(f"Run: {id_word(failed.run_id)}")
    if failed.as_of is not None:
        as_of = datetime.fromisoformat(failed.as_of).astimezone(UTC)
        lines.append(f"As of: {as_of:%Y-%m-%d %H:%M} UTC")
    lines += [
        "",
        "Readers keep the last publication.",
        "The run's last line, the checks' pages in the home and Dagster's history say"
        " more.",
    ]
    return Message(
        AlertEvent.RUNS,
        f"Rollbook: run {'held by a check' if failed.is_held else 'failed'}",
        "\n".join(lines),
    )


def _told(cause: BaseException | None) -> str:
    return _CAUSES.get(type(cause), _OTHER_CAUSE)  # type: ignore[arg-type]


def _known_cause(error: BaseException | None) -> RollbookError | None:
    """The error for people below what Dagster wrapped around it."""
    return next(
        (each for each in error_chain(error) if isinstance(each, RollbookError)), None
    )
