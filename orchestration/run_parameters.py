"""What one run is asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.instants import parse_instant


@dataclass(frozen=True, slots=True)
class RunParameters:
    """A run's logical time and the half-open range of its report tables.

    Without a ``source`` nothing is read: what is landed is published.
    """

    source: Path | None
    as_of: datetime
    range_start: datetime
    range_end: datetime

    @classmethod
    def of_texts(
        cls,
        *,
        source: Path | None,
        as_of: str | None,
        range_start: str | None,
        range_end: str | None,
        range_days: int,
        default_as_of: Callable[[], datetime],
    ) -> RunParameters:
        """What the options of a command ask for.

        Raises:
            BadInputError: a time has no meaning, or the range ends before it starts.
        """
        return cls.resolve(
            source=source,
            as_of=parse_instant(as_of, name="--as-of") if as_of else default_as_of(),
            range_start=_optional(range_start, "--range-start"),
            range_end=_optional(range_end, "--range-end"),
            range_days=range_days,
        )

    @classmethod
    def resolve(
        cls,
        *,
        source: Path | None,
        as_of: datetime,
        range_start: datetime | None,
        range_end: datetime | None,
        range_days: int,
    ) -> RunParameters:
        """Fill in what was left out: the ``range_days`` before ``as_of``.

        Raises:
            BadInputError: the range ends before it starts.
        """
        end = range_end or as_of
        start = range_start or end - timedelta(days=range_days)
        if start > end:
            raise BadInputError(
                f"--range-start {start.isoformat()} is after"
                f" --range-end {end.isoformat()}: swap them"
            )
        return cls(source=source, as_of=as_of, range_start=start, range_end=end)

    def as_texts(self) -> dict[str, str | None]:
        """The parameters as a run's configuration takes them; instants in UTC."""
        return {
            "source": str(self.source) if self.source else None,
            "as_of": self.as_of.isoformat(),
            "range_start": self.range_start.isoformat(),
            "range_end": self.range_end.isoformat(),
        }


def _optional(text: str | None, name: str) -> datetime | None:
    return parse_instant(text, name=name) if text else None
