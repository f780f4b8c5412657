"""Judge bad rows again, under the rules and the settings of now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.extract.ledger import Ledger
from orchestration.extract.platform.discovery import require_folder
from orchestration.extract.platform.landing import (
    Batch,
    LandingLimits,
    landing_session,
)
from orchestration.extract.platform.rejudging import LOST, RECOVERED, STILL_BAD, BadRows
from orchestration.home import Home
from orchestration.run_ledger import Event, record_command


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of the bad rows of a home.

    ``batch`` holds those that were recovered; it is null when none was.
    ``accounts`` has a line of text a row.
    """

    batch: int | None
    recovered_count: int
    still_bad_count: int
    lost_count: int
    accounts: list[str]

    def told(self) -> str:
        """The accounting as text: a line a row, then the sums."""
        if not self.accounts:
            return "no row is quarantined"
        lines = [
            *self.accounts,
            f"{self.recovered_count:,} recovered, {self.still_bad_count:,} still bad,"
            f" {self.lost_count:,} cannot be read again",
        ]
        if self.batch is not None:
            lines.append(
                f"what was recovered is batch {self.batch}: the next run builds it in"
            )
        return "\n".join(lines)


def replay_rows(home: Home, *, source: Path | None, limits: LandingLimits) -> Replay:
    """Judge every bad row of landing again; land those that are good now.

    A line that was too long or no UTF-8 is not kept whole. It is read again only from
    ``source``, where its file still begins with the bytes that were read: then the
    whole file is read again and takes the place of its earlier readings.
    The caller holds the home's lock.

    Raises:
        BadInputError: ``source`` is no folder, or a file of it cannot be read.
    """
    if source is not None:
        require_folder(source)
    ledger = Ledger(home.landing)
    ledger.tidy()
    with landing_session(home, limits) as session:
        batch = Batch(session, home, ledger.next_batch(), limits)
        session.execute(
            "create temp table accounts (path varchar, line_number bigint,"
            " outcome varchar, reason varchar)"
        )
        entries = list(BadRows(batch, ledger, source).judged_again())
        recovered, still_bad, lost = (
            int(count)
            for count in session.execute(
                "select count(*) filter (outcome = $1),"
                " count(*) filter (outcome = $2), count(*) filter (outcome = $3)"
                " from accounts",
                [RECOVERED, STILL_BAD, LOST],
            ).fetchone()
            or ()
        )
        accounts = session.execute(
            "select path || ':' || line_number || ': '"
            " || concat_ws(': ', outcome, reason)"
            " from accounts order by path, line_number"
        ).fetchall()
    if recovered:
        ledger.commit(batch.number, entries)
    else:
        ledger.tidy()
    replay = Replay(
        batch=batch.number if recovered else None,
        recovered_count=recovered,
        still_bad_count=still_bad,
        lost_count=lost,
        accounts=[line for (line,) in accounts],
    )
    record_command(
        home,
        Event.REPLAYED,
        batch=replay.batch,
        recovered=recovered,
        still_bad=still_bad,
        lost=lost,
    )
    return replay
