"""What was told already, and what still waits to be: ``HOME/alerts.json``.

News goes into the outbox in the same write that makes it known, and leaves it after it
was delivered. So a crash at any moment loses nothing and queues nothing twice; only a
message whose delivery was not recorded any more is sent again.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta

from orchestration.alerts.words import Message
from orchestration.errors import AlertError
from orchestration.files import write_text_atomically
from orchestration.home import Home
from orchestration.school_settings import AlertSettings

_FORGOTTEN_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message on its way to one channel."""

    channel: str
    title: str
    body: str
    queued_at: str


@dataclass(slots=True)
class Outbox:
    """The state of a home's alerts; ``known`` has the moment each was last seen."""

    home: Home
    known: dict[str, str] = field(default_factory=dict)
    digest_days: dict[str, str] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)

    def require_times(self) -> None:
        """Make sure that whatever is compared with a time is one.

        Raises:
            ValueError: it is text of another kind.
            TypeError: it is no text.
        """
        queued = [waiting.queued_at for waiting in self.waiting]
        for at in (*self.known.values(), *queued):
            if datetime.fromisoformat(at).tzinfo is None:
                raise ValueError(f"{at} has no offset")
        for day in self.digest_days.values():
            date.fromisoformat(day)

    def is_known(self, key: str) -> bool:
        """Whether it was told, or at least queued, before."""
        return key in self.known

    def see(self, keys: Sequence[str]) -> None:
        """Remember what there is to tell, and that it is still there."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.known.update(dict.fromkeys(keys, now))

    def queue(self, message: Message, settings: AlertSettings) -> None:
        """Give a message to every channel that wants it."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for channel in settings.channels:
            if message.event not in channel.events:
                continue
            if (
                message.campus_id is not None
                and channel.campuses is not None
                and message.campus_id not in channel.campuses
            ):
                continue
            self.waiting.append(Waiting(channel.name, message.title, message.body, now))

    def give_up(self, settings: AlertSettings) -> int:
        """Drop what waited too long, or for a channel that is gone; say how many."""
        names = {channel.name for channel in settings.channels}
        since = datetime.now(UTC) - timedelta(days=settings.waiting_days)
        kept = [
            waiting
            for waiting in self.waiting
            if waiting.channel in names
            and datetime.fromisoformat(waiting.queued_at) >= since
        ]
        dropped = len(self.waiting) - len(kept)
        self.waiting = kept
        return dropped

    def save(self) -> None:
        """Write the state, whole or not at all."""
        since = datetime.now(UTC) - _FORGOTTEN_AFTER
        self.known = {
            key: at
            for key, at in self.known.items()
            if datetime.fromisoformat(at) >= since
        }
        write_text_atomically(
            self.home.alerts_state,
            json.dumps(
                {
                    "known": self.known,
                    "digest_days": self.digest_days,
                    "waiting": [asdict(waiting) for waiting in self.waiting],
                },
                ensure_ascii=False,
                indent=1,
            ),
        )


@contextmanager
def opened_outbox(home: Home) -> Iterator[Outbox]:
    """The outbox, held against other processes; nothing is saved by itself.

    Raises:
        AlertError: the state is there and cannot be read.
    """
    with home.alerts_state.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.alerts_state.exists():
            yield Outbox(home)
            return
        try:
            state = json.loads(home.alerts_state.read_text(encoding="utf-8"))
            outbox = Outbox(
                home,
                known=dict(state["known"]),
                digest_days=dict(state["digest_days"]),
                waiting=[Waiting(**waiting) for waiting in state["waiting"]],
            )
            outbox.require_times()
        except (ValueError, KeyError, TypeError) as error:
            raise AlertError(
                f"{home.alerts_state} cannot be read: remove it, and what is open is"
                " told once more"
            ) from error
        yield outbox
