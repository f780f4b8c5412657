"""What a job sends day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks.labelled.world import DAYS, KNOWN_ERROR, Campus, Row, user_params

# A user who failed once is spared for so many days: records do not flap by chance.
_SPARED_DAYS = 20
# How many times what it sends a day a job knows.
_POOL = 6


@dataclass(slots=True)
class Stream:
    """A job that sends some of its users each school day, at first all of them."""

    campus: Campus
    job_id: str
    usual: int
    first_day: int = DAYS - 1
    pool: list[Row] = field(default_factory=list)
    cursor: int = 0
    failed: dict[str, int] = field(default_factory=dict)

    def send(
        self,
        *,
        counts: Mapping[int, int] | None = None,
        errors: Mapping[int, int] | None = None,
        last_day: int = 1,
        skipped: tuple[int, ...] = (),
    ) -> None:
        """Send every school day.

        Args:
            counts: by days ago, how many users; the usual number on other days.
            errors: by days ago, how many of them fail; else none.
            last_day: the last day, in days ago.
            skipped: days on which nothing is sent.
        """
        largest = max([self.usual, *(counts or {}).values()])
        self.pool = [
            self.campus.user() for _ in range(max(largest, _POOL * self.usual))
        ]
        days = list(self.campus.school_days(first=self.first_day, last=last_day))
        for place, days_ago in enumerate(day for day in days if day not in skipped):
            count = len(self.pool) if place == 0 else self.usual
            count = (counts or {}).get(days_ago, count)
            self._send_day(days_ago, count, (errors or {}).get(days_ago, 0))

    def _send_day(self, days_ago: int, count: int, errors: int) -> None:
        chosen = [
            self.pool[(self.cursor + place) % len(self.pool)] for place in range(count)
        ]
        self.cursor += count
        begins_at = self.campus.at(days_ago, "03:05:00")
        for place, user in enumerate(chosen):
            known = self.failed.get(user["user_id"], DAYS * 9)
            is_failed = errors > 0 and known - days_ago >= _SPARED_DAYS
            if is_failed:
                errors -= 1
                self.failed[user["user_id"]] = days_ago
            self.campus.request(
                user_params(user),
                begins_at + timedelta(seconds=2 * place),
                job_id=self.job_id,
                **(KNOWN_ERROR if is_failed else {}),
            )
        if errors > 0:
            raise ValueError(f"{self.job_id}: too few users for the errors asked for")
