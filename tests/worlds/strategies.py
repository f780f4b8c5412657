"""The strategy of whole worlds: rosters, requests, bad rows, dealt over files."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from worlds import request_rows, roster_rows
from worlds.bad_rows import bad_requests, bad_roster_rows
from worlds.drawn import Blank, Cell, DrawnFile, DrawnRow, DrawnWorld, Line, Raw
from worlds.pools import AS_OFS, CAMPUSES, RANGES, ZONES, Zone

SETTINGS: Final = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    # `reduced` shrinks a failing world by lines, far faster than Hypothesis can.
    phases=[Phase.generate],
)

_FORMATS: Final = ("csv", "jsonl", "csv.gz", "jsonl.gz")

# When a table's snapshots were taken, in days after as_of; None has no folder, so
# that its time is as_of. What is later than as_of is not known to the run.
_LAYOUTS: Final[tuple[tuple[int | None, ...], ...]] = (
    (None,),
    (-2,),
    (-9, -2),
    (-30, None),
    (-9, 1),
    (-30, -2, 0),
    (-9, -2, None),
)

_ENABLED: Final[tuple[Cell, ...]] = ("true", Raw("true"), Raw("false"))
_MOST_ECHOES: Final = 8
_MINUTES: Final = (("15", "10", "5", "20"), ("0", "0", "0", "0"), ("-5", "1", "", "9"))


@st.composite
def worlds(draw: st.DrawFn, *, max_requests: int = 60) -> DrawnWorld:
    """Draw a small world: 1 or 2 campuses, 5 to ``max_requests`` requests.

    Deliveries again and bad rows come on top of them.
    """
    as_of = draw(st.sampled_from(AS_OFS))
    start, end = draw(st.sampled_from(RANGES))
    range_start, range_end = as_of + start, as_of + end
    campuses = draw(st.sampled_from([CAMPUSES[:1], CAMPUSES]))
    zones = {campus: draw(st.sampled_from(ZONES)) for campus in campuses}
    files = [*draw(_campus_files(zones, as_of)), *draw(_job_files(zones))]
    for table in roster_rows.RECORD_IDS:
        files += draw(_record_files(table, zones, as_of, range_start))
    targets = _targets(files)
    instants = _request_instants(as_of, range_start, range_end)
    request = request_rows.requests(zones, instants, targets)
    files += draw(_request_files(request, instants, max_requests))
    return DrawnWorld(as_of, range_start, range_end, tuple(files))


def _targets(files: list[DrawnFile]) -> tuple[tuple[str, DrawnRow], ...]:
    """List what requests may be aimed at: the good rows of every snapshot."""
    types = {
        "courses": ("course",),
        "users": ("user", "attendance_posting"),
        "course_members": ("course_member",),
        "attendance_sessions": ("attendance_session",),
    }
    targets = []
    for file in files:
        for record_type in types.get(file.table, ()):
            for line in file.lines:
                campus = line.get("campus_id") if isinstance(line, DrawnRow) else None
                if isinstance(line, DrawnRow) and str(campus or "").strip():
                    targets.append((record_type, line))
    return tuple(targets)


@st.composite
def _campus_files(
    draw: st.DrawFn, zones: dict[str, Zone], as_of: datetime
) -> list[DrawnFile]:
    """Draw campuses, sometimes with one whose time zone is unknown, and admins.

    A campus stays: what a campus that was hard-deleted still has is nobody's rule. It
    may have been in another time zone before the newest snapshot.
    """
    files = []
    layout = draw(st.sampled_from(_LAYOUTS[:4]))
    for days in layout:
        lines: list[Line] = []
        for campus_id, zone in zones.items():
            minutes = draw(st.sampled_from(_MINUTES))
            then = zone if days == layout[-1] else draw(st.sampled_from(ZONES))
            row = roster_rows.campus_row(campus_id, then.name, ("1", "2", "3", "4"))
            changed: dict[str, Cell] = dict(
                zip(roster_rows.COLUMNS["campuses"][4:], minutes, strict=True)
            )
            lines.append(row.with_cells(**changed) if days != -2 else row)
        lines += draw(_spoilt(lines, roster=True, at_most=1))
        files += draw(_dealt("campuses", _folder("campuses", days, as_of), lines))
    admins: list[Line] = [roster_rows.admin_row(campus_id) for campus_id in zones]
    files += draw(_dealt("campus_admins", "", admins))
    return files


@st.composite
def _job_files(draw: st.DrawFn, zones: dict[str, Zone]) -> list[DrawnFile]:
    """Draw jobs: the posting log needs an enabled one of direction out."""
    lines: list[Line] = []
    for campus_id in (*zones, "C9"):
        for job_id in ("J1", "J2"):
            direction = draw(st.sampled_from(["out", "out", "in"]))
            enabled = draw(st.sampled_from(_ENABLED))
            lines.append(
                roster_rows.job_row(
                    job_id, campus_id, direction=direction, enabled=enabled
                )
            )
    lines += draw(_spoilt(lines, roster=True, at_most=4))
    return draw(_dealt("integration_jobs", "", lines))


@st.composite
def _record_files(
    draw: st.DrawFn,
    table: str,
    zones: dict[str, Zone],
    as_of: datetime,
    range_start: datetime,
) -> list[DrawnFile]:
    """Draw the snapshots of one table, with doubles and bad rows among the good."""
    files: list[DrawnFile] = []
    rows: dict[tuple[str, str], DrawnRow] | None = None
    for days in draw(st.sampled_from(_LAYOUTS)):
        rows = draw(
            roster_rows.next_snapshot(
                table, rows, as_of=as_of, range_start=range_start, zones=zones
            )
        )
        lines: list[Line] = list(rows.values())
        if rows and draw(st.sampled_from([False, False, True])):
            double = draw(st.sampled_from(list(rows.values())))
            lines.append(draw(roster_rows.doubles(double)))
        lines += draw(_spoilt(lines, roster=True, at_most=1))
        files += draw(_dealt(table, _folder(table, days, as_of), lines))
    return files


@st.composite
def _request_files(
    draw: st.DrawFn,
    request: st.SearchStrategy[DrawnRow],
    instants: tuple[datetime, ...],
    max_requests: int,
) -> list[DrawnFile]:
    """Draw the log: requests, deliveries again, bad rows, in several files."""
    # Lists shrink best with a low floor, and stay short: so the floor is drawn.
    floors = [floor for floor in (5, 5, 12, 20, 32) if floor <= max_requests] or [1]
    floor = draw(st.sampled_from(floors))
    most = max(floor, max_requests - _MOST_ECHOES)
    drawn = draw(st.lists(request, min_size=floor, max_size=most))
    # The same thing asked again is what distinct syncs and groups are made of.
    places = st.integers(0, len(drawn) - 1)
    for place in draw(st.lists(places, max_size=max_requests - most)):
        drawn.append(draw(request_rows.echoes(drawn[place], instants)))
    rows = _numbered(drawn)
    again: list[Line] = []
    for place in draw(st.lists(st.integers(0, len(rows) - 1), max_size=10)):
        again.append(draw(request_rows.redeliveries(rows[place], instants[0])))
    bad = draw(_spoilt(rows, roster=False, at_most=6))
    return draw(_dealt("api_requests", "", [*rows, *again, *bad]))


def _request_instants(
    as_of: datetime, range_start: datetime, range_end: datetime
) -> tuple[datetime, ...]:
    """List few instants, most inside the range, so that requests tie."""
    tick = timedelta(microseconds=1)
    middle = range_start + (range_end - range_start) / 2
    inside = (range_start + timedelta(hours=1), middle, range_end - timedelta(hours=2))
    edges = (range_start, range_end, range_start - tick, range_end - tick)
    outside = (as_of, as_of + timedelta(hours=1), range_start - timedelta(days=3))
    # The same weekday as the range's start: some rules compare weeks.
    weeks = (range_start - timedelta(weeks=1), range_start - timedelta(weeks=2))
    return (*inside, *inside, *inside, *edges, *outside, *weeks)


def _numbered(rows: Sequence[DrawnRow]) -> list[DrawnRow]:
    """Give each campus its own q1, q2, ...: one id in two campuses is two requests."""
    counts: dict[object, int] = {}
    numbered = []
    for row in rows:
        campus = row.get("campus_id")
        counts[campus] = counts.get(campus, 0) + 1
        numbered.append(row.with_cells(request_id=f"q{counts[campus]}"))
    return numbered


@st.composite
def _spoilt(
    draw: st.DrawFn, good: Sequence[Line], *, roster: bool, at_most: int
) -> list[Line]:
    """Draw bad rows, made of good ones, and blank lines."""
    rows = [line for line in good if isinstance(line, DrawnRow)]
    if not rows:
        return []
    lines: list[Line] = []
    for place in draw(st.lists(st.integers(0, len(rows) - 1), max_size=at_most)):
        row = rows[place]
        lines.append(draw(bad_roster_rows(row) if roster else bad_requests(row)))
    if lines:
        has_blank = draw(st.booleans())
        lines += [Blank()] * has_blank
    return lines


def _folder(table: str, days: int | None, as_of: datetime) -> str:
    """Return the folder of a snapshot; "" stands for none."""
    if days is None:
        return ""
    return f"{table}/snapshot={as_of + timedelta(days=days):%Y%m%dT%H%M%SZ}/"


@st.composite
def _dealt(
    draw: st.DrawFn, table: str, folder: str, lines: list[Line]
) -> list[DrawnFile]:
    """Deal lines out to one to three files of drawn formats, like cards."""
    count = draw(st.sampled_from([1, 1, 2, 3]))
    columns = (
        request_rows.COLUMNS if table == "api_requests" else roster_rows.COLUMNS[table]
    )
    files = []
    for place in range(count):
        own = tuple(lines[place::count])
        # Without a row, jsonl would not even tell its columns.
        has_rows = any(isinstance(line, DrawnRow) for line in own)
        suffix = draw(st.sampled_from(_FORMATS if has_rows else ("csv", "csv.gz")))
        name = f"{folder or table + '/any/'}part-{place}"
        name = table if count == 1 and not folder else name
        files.append(DrawnFile(f"{name}.{suffix}", columns, own))
    return files
