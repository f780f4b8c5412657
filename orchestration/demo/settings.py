"""What a demo world is made from: the same settings give the same bytes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from orchestration.errors import BadInputError

# Ids are padded to three digits; beyond that they would sort differently.
MOST_CAMPUSES = 999
MOST_DAYS = 730
MOST_REQUESTS = 100_000_000
FEWEST_REQUESTS_PER_CAMPUS = 100
FEWEST_REQUESTS = 500
EARLIEST_END = datetime(1980, 1, 1, tzinfo=UTC)
LATEST_END = datetime(2090, 1, 1, tzinfo=UTC)


class DemoError(BadInputError):
    """A demo world that cannot be written; the message is one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSettings:
    """One demo world.

    Attributes:
        campuses: How many campuses the rosters list.
        days: The length of the log, in days.
        requests: How many distinct request ids the log holds.
        seed: Any whole number; another seed is another world.
        ends_at: The end of the log, and the world's as_of.

    """

    campuses: int = 5
    days: int = 60
    requests: int = 100_000
    seed: int = 1
    ends_at: datetime = datetime(2026, 3, 30, 6, tzinfo=UTC)

    def __post_init__(self) -> None:
        """Refuse what no world can be made from.

        Raises:
            DemoError: a value is out of its range.

        """
        _check_range("campuses", self.campuses, 1, MOST_CAMPUSES)
        _check_range("days", self.days, 1, MOST_DAYS)
        fewest = max(FEWEST_REQUESTS, FEWEST_REQUESTS_PER_CAMPUS * self.campuses)
        _check_range("requests", self.requests, fewest, MOST_REQUESTS)
        _check_range("seed", self.seed, -(2**62), 2**62)
        if self.ends_at.tzinfo is None:
            raise DemoError(f"the demo's end needs a time zone: {self.ends_at}")
        if self.ends_at.microsecond:
            raise DemoError(f"the demo's end must be a whole second: {self.ends_at}")
        if not EARLIEST_END <= self.ends_at <= LATEST_END:
            raise DemoError(
                f"the demo's end must lie between {EARLIEST_END:%Y} and "
                f"{LATEST_END:%Y}: {self.ends_at}"
            )

    @property
    def starts_at(self) -> datetime:
        """The time of the earliest run that the log can hold."""
        return self.ends_at - timedelta(days=self.days)

    @property
    def first_day(self) -> date:
        """The day, in UTC, on which the log begins."""
        return self.starts_at.astimezone(UTC).date()

    @property
    def last_day(self) -> date:
        """The day, in UTC, of the log's last second."""
        return (self.ends_at - timedelta(seconds=1)).astimezone(UTC).date()


def _check_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise DemoError(
            f"the demo's {name} must lie between {least:,} and {most:,}: {value:,}"
        )
