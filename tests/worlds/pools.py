"""Small pools of values, so that collisions are the rule and not the exception."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

CAMPUSES: Final = ("C1", "C2")
UNKNOWN_CAMPUS: Final = "C9"

# Ids, codes and names repeat over campuses and tables on purpose: "identity never
# crosses campuses", nor kinds. K9, U9 and S9 are in no roster.
COURSE_IDS: Final = ("K1", "K2", "K3")
USER_IDS: Final = ("U1", "U2", "U3")
MEMBER_IDS: Final = ("E1", "E2", "E3")
SESSION_IDS: Final = ("S1", "S2", "S3", "S4")
MAPPING_IDS: Final = ("M1", "M2", "M3")
ADD_CODES: Final = ("A1", "A2")
ISSUED_IDS: Final = ("1", "1.0", "1e0", "12345678901234567890", "-7")
EMAILS: Final = ("ana@x.test", "Bo@x.test", "Élan@x.test", "ANA@X.TEST")
# Two ways to write é, two cases of one word, and one beyond the 16-bit plane.
NAMES: Final = ("Bio", "bio", "Caf\u00e9", "Cafe\u0301", "\U0001f600")

# What no roster record bears, so that requests must be joined among themselves.
STRANGE_IDS: Final = ("X7", "X8", "X9")
STRANGE_EMAILS: Final = ("cy@x.test", "CY@X.TEST", "di@x.test")
STRANGE_NAMES: Final = ("Unheard", "\u00a0Bio")

ERROR_CODES: Final = (None, None, "E1", "E2", " E1\t", "")
MESSAGES: Final = (None, "E1", "m1", "m2", " m1 ", "")

NO_TIMES: Final = (
    "yesterday",
    "2026-03-08",
    "2026-03-08T24:00:00Z",
    "2026-03-08T10:00Z",
    "2026-03-08T10:00:60Z",
    "2026-02-29T10:00:00Z",
    "2026-03-08T10:00:00.1234567Z",
    "2026-03-08T10:00:00.Z",
    "2026-03-08T10:00:00+0100",
    "2026-03-08T10:00:00 Z",
    "2026-03-08t10:00:00z",
    "2026-3-8T10:00:00Z",
    "1969-12-31T12:00:00Z",
    "2101-01-02T00:00:00Z",
    "\uff12\uff10\uff12\uff16-03-08T10:00:00Z",
    "1772964000",
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone, instants around its edges, and what its clocks show then."""

    name: str
    starts: tuple[tuple[str, str, str], ...]
    """(instant, and by hand its date and time in the zone)."""
    skipped: tuple[tuple[str, str], ...] = ()
    """(date, time) that no clock of the zone ever shows."""

    @property
    def slots(self) -> tuple[tuple[str, str], ...]:
        """Return what requests speak of: dates and times, also the skipped ones."""
        shown = dict.fromkeys((date, time) for _, date, time in self.starts)
        return (*shown, *self.skipped)


ZONES: Final = (
    Zone(
        "America/New_York",
        (
            ("2026-03-08T04:30:00Z", "2026-03-07", "23:30"),
            ("2026-03-08T06:30:00Z", "2026-03-08", "01:30"),
            ("2026-03-08T07:30:00Z", "2026-03-08", "03:30"),
            ("2026-11-01T05:30:00Z", "2026-11-01", "01:30"),
            ("2026-11-01T06:30:00Z", "2026-11-01", "01:30"),
            ("2026-11-01T13:00:00Z", "2026-11-01", "08:00"),
        ),
        (("2026-03-08", "02:30"),),
    ),
    Zone(
        "Europe/Berlin",
        (
            ("2026-03-28T23:30:00Z", "2026-03-29", "00:30"),
            ("2026-03-29T00:30:00Z", "2026-03-29", "01:30"),
            ("2026-03-29T01:30:00Z", "2026-03-29", "03:30"),
            ("2026-10-25T00:30:00Z", "2026-10-25", "02:30"),
            ("2026-10-25T01:30:00Z", "2026-10-25", "02:30"),
            ("2026-10-25T07:00:00Z", "2026-10-25", "08:00"),
        ),
        (("2026-03-29", "02:30"),),
    ),
    Zone(
        "Asia/Kolkata",
        (
            ("2026-03-08T18:00:00Z", "2026-03-08", "23:30"),
            ("2026-03-08T18:30:00Z", "2026-03-09", "00:00"),
            ("2026-03-09T02:30:00Z", "2026-03-09", "08:00"),
            ("2026-03-09T02:30:15Z", "2026-03-09", "08:00:15"),
        ),
    ),
    Zone(
        "UTC",
        (
            ("2026-03-08T00:00:00Z", "2026-03-08", "00:00"),
            ("2026-03-08T08:00:00Z", "2026-03-08", "08:00"),
            ("2026-03-08T08:00:15Z", "2026-03-08", "08:00:15"),
        ),
    ),
)

BAD_DATES: Final = ("2026-02-30", "2026-3-8", "03/08/2026", "2026-03-08T00:00:00")
BAD_TIMES: Final = ("24:00", "8", "8:0", "25:61", "08:00:60", "8am", "08:00:00.5")

# Wednesday after New York's jump, Wednesday after Berlin's, Tuesday after both end.
AS_OFS: Final = (
    datetime(2026, 3, 11, 6, tzinfo=UTC),
    datetime(2026, 4, 1, 0, tzinfo=UTC),
    datetime(2026, 11, 3, 5, 30, tzinfo=UTC),
)

# (range_start, range_end), relative to as_of: the default, one that no day bounds, a
# long one, an early one, and one that runs ahead of as_of.
RANGES: Final = (
    (timedelta(days=-7), timedelta()),
    (timedelta(days=-5, minutes=-37), timedelta(days=-1, seconds=-1)),
    (timedelta(days=-45), timedelta()),
    (timedelta(days=-9), timedelta(days=-6)),
    (timedelta(days=-3), timedelta(days=2)),
)
