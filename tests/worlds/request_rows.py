"""Rows of api_requests: single and bulk, and deliveries of one id again."""

from datetime import datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from worlds.aimed import aimed_pairs
from worlds.drawn import Cell, DrawnRow, Raw
from worlds.pools import (
    ADD_CODES,
    BAD_DATES,
    BAD_TIMES,
    CAMPUSES,
    COURSE_IDS,
    EMAILS,
    ERROR_CODES,
    ISSUED_IDS,
    MAPPING_IDS,
    MEMBER_IDS,
    MESSAGES,
    NAMES,
    SESSION_IDS,
    STRANGE_EMAILS,
    STRANGE_IDS,
    STRANGE_NAMES,
    UNKNOWN_CAMPUS,
    USER_IDS,
    Zone,
)
from worlds.spelling import SPACES, instant_texts, json_texts, object_text, time_texts

COLUMNS: Final = (
    *("request_id", "campus_id", "job_id", "requested_at", "record_type"),
    *("operation", "params", "status", "http_status", "error_code", "message"),
    "item_results",
)

_VALUES: Final[dict[str, list[str]]] = {
    "courseID": json_texts((*COURSE_IDS, *STRANGE_IDS), first=3),
    "userID": json_texts((*USER_IDS, *STRANGE_IDS), first=3),
    "courseMemberID": json_texts((*STRANGE_IDS, *MEMBER_IDS), first=8),
    "attendanceID": json_texts((*SESSION_IDS, *STRANGE_IDS), first=2),
    "mappingID": json_texts((*MAPPING_IDS, *STRANGE_IDS), first=2),
    "courseMappingID": json_texts((*MAPPING_IDS, *STRANGE_IDS), first=2),
    "userMappingID": json_texts((*MAPPING_IDS, *STRANGE_IDS), first=2),
    "addCode": json_texts((*ADD_CODES, *STRANGE_IDS), first=2),
    "name": json_texts((*NAMES, *STRANGE_NAMES), first=2),
    "courseName": json_texts((*NAMES, *STRANGE_NAMES), first=2),
    "issuedID": json_texts((*ISSUED_IDS, *STRANGE_IDS), first=2),
    "email": json_texts((*EMAILS, *STRANGE_EMAILS), first=2),
    "recordID": json_texts(("R1", "R2")),
    "firstName": json_texts(("Zo\u00eb", "Ana")),
    "lastName": json_texts(("O'Brien", "Li")),
    "timeAttended": ["60", "60.0", "6e1", '"60"', "null", "-5"],
    "timeAbsent": ["0", "-0", "0.0", '" 0 "'],
    # Code-point order puts U+FB00 before U+1F600, the order of UTF-16 after it.
    "\U0001f600": ["1", '"\\ud83d\\ude00"', '"\U0001f600"'],
    "\ufb00": ["1", '"a\\/b"', '"a/b"', '"line\\nbreak \\"q\\" \\\\ \\u0001"'],
    "note": json_texts(("x",), more=("1", "1.0", "[1,2]", "[1, 2]", '{"k":[]}')),
}

_COURSE: Final = ("courseID", "courseMappingID", "addCode", "courseName")
_USER: Final = ("userID", "userMappingID", "issuedID", "email")
_KEYS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    # Each tuple is a pool of keys of which a request gives none, one or some.
    "course": (("courseID", "mappingID", "addCode", "name"),),
    "user": (("userID", "mappingID", "issuedID", "email"), ("firstName", "lastName")),
    "course_member": (("courseMemberID", "mappingID"), _COURSE, _USER),
    "attendance_session": (("attendanceID", "mappingID"), _COURSE),
    "attendance_posting": (
        *(("attendanceID", "recordID"), _USER, ("mappingID",)),
        ("timeAttended", "timeAbsent"),
    ),
}
_EXTRA_KEYS: Final = ("note", "\ufb00", "\U0001f600")

# Weighted: sessions and members have the most rules.
_SINGLE: Final = (
    *(("course", operation) for operation in ("create", "update", "create", "delete")),
    *(("user", operation) for operation in ("create", "update", "create", "delete")),
    *(("course_member", operation) for operation in ("create", "update", "delete")),
    *(("attendance_session", operation) for operation in ("create", "delete")),
    *(("attendance_session", "create"), ("attendance_posting", "post")),
    *(("attendance_posting", "post"), ("attendance_posting", "post")),
)

_OPERATIONS: Final[dict[str, list[str]]] = {
    record_type: [operation for other, operation in _SINGLE if other == record_type]
    for record_type, _ in _SINGLE
}

# Without white space: the order of deliveries by the text of item_results is then
# the same for the text as written and for the JSON that it holds.
_RESULTS: Final = (
    "null",
    '{"status":"success"}',
    '{"status":"success","error_code":"E1","message":"m1"}',
    '{"status":"error","error_code":"E1","message":"m1"}',
    '{"status":"error","error_code":"E1","message":"m2"}',
    '{"status":"error","message":"E1"}',
    '{"status":"error","error_code":null,"message":"m2","other":[1]}',
    '{"status":"error"}',
)


@st.composite
def _pairs(draw: st.DrawFn, record_type: str, zone: Zone) -> list[tuple[str, str]]:
    """Draw the keys of one record and the JSON texts of their values."""
    keys: list[str] = []
    for pool in _KEYS[record_type]:
        keys += draw(_some_of(pool))
    keys += draw(st.sampled_from([(), (), (), (), ("note",), _EXTRA_KEYS]))
    pairs = [(key, draw(st.sampled_from(_VALUES[key]))) for key in keys]
    if record_type == "attendance_session":
        pairs += draw(_slot(zone))
    return pairs if draw(st.booleans()) else pairs[::-1]


def _some_of(pool: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Draw a subset, small ones first: what is shrunk to is one key, the weakest."""
    everything = range(1, 1 << len(pool))
    ordered = sorted(everything, key=lambda mask: (mask.bit_count(), -mask))
    # Few keys collide most, so that they get most of the weight; and none at all
    # leaves the record to its pair, its slot or its fingerprint.
    few = [mask for mask in ordered if mask.bit_count() == 1]
    return st.sampled_from([*few, 0, 0, *ordered]).map(
        lambda mask: [key for i, key in enumerate(pool) if mask >> i & 1]
    )


@st.composite
def _slot(draw: st.DrawFn, zone: Zone) -> list[tuple[str, str]]:
    """Draw a start date and time: around the jump, without a time, or none."""
    date, time = draw(st.sampled_from(zone.slots))
    way = draw(st.integers(0, 9))
    dates = [date, date, date, date, f" {date} "]
    if way == 9:
        return [("startTime", f'"{time}"')]
    if way == 8:
        dates = list(BAD_DATES)
    pairs = [("startDate", f'"{draw(st.sampled_from(dates))}"')]
    if way in (6, 7):
        return pairs
    times = list(BAD_TIMES) if way == 5 else time_texts(time)
    written = draw(st.sampled_from(times)).replace("\t", "\\t")
    return [*pairs, ("startTime", f'"{written}"')]


@st.composite
def _bulk_params(draw: st.DrawFn, zone: Zone) -> str:
    """Draw the params of a bulk request: sessions, attendanceIDs, both, or empty."""
    spaces = draw(st.sampled_from(SPACES))
    element = _pairs("attendance_session", zone)
    shared = draw(
        st.one_of(st.just([]), element, st.just([("courseID", '"K1"'), ("note", "1")]))
    )
    pairs = dict(shared)
    which = draw(st.sampled_from(["sessions", "sessions", "attendanceIDs", "both"]))
    if which != "attendanceIDs":
        drawn = draw(st.lists(st.one_of(element, st.just(_NULLED)), max_size=4))
        objects = [object_text(tuple(dict(one).items()), spaces) for one in drawn]
        pairs["sessions"] = f"[{', '.join(objects)}]"
    if which != "sessions":
        ids = draw(st.lists(st.sampled_from(_ATTENDANCE_IDS), max_size=3))
        pairs["attendanceIDs"] = f"[{','.join(ids)}]"
    return object_text(tuple(pairs.items()), spaces)


# An element that blanks what the request says for all: "also with null".
_NULLED: Final = [
    *(("courseID", "null"), ("note", "null"), ("mappingID", "null")),
    *(("addCode", '"A1"'), ("startDate", '"2026-03-08"')),
]
_ATTENDANCE_IDS: Final = ('"S1"', '"S1"', '"S2"', '" S3\\t"', '"X7"', "5", "1.0")


def _item_results() -> st.SearchStrategy[Cell]:
    """Draw null, or results: fewer or more than elements, some null."""
    results = st.lists(st.sampled_from(_RESULTS), max_size=5)
    return st.one_of(
        st.none(),
        st.builds(
            lambda texts, as_text: Raw(f"[{','.join(texts)}]", as_text),
            results,
            st.booleans(),
        ),
    )


@st.composite
def requests(
    draw: st.DrawFn,
    zones: dict[str, Zone],
    instants: tuple[datetime, ...],
    targets: tuple[tuple[str, DrawnRow], ...],
) -> DrawnRow:
    """Draw one good request, whose id is not yet given.

    Some are aimed at one of ``targets``, (record type, roster row).
    """
    known = [campus for campus in CAMPUSES if campus in zones]
    campus = draw(st.sampled_from([*known * 5, known[0], UNKNOWN_CAMPUS]))
    zone = zones.get(campus, zones[known[0]])
    kind = draw(st.sampled_from(["pools", "pools", "aimed", "aimed", "bulk"]))
    bulk = kind == "bulk"
    if kind == "aimed" and targets:
        record_type, row = draw(st.sampled_from(targets))
        campus = str(row.get("campus_id")).strip()
        operation = draw(st.sampled_from(_OPERATIONS[record_type]))
        pairs = draw(aimed_pairs(record_type, row, zones[campus]))
        params = object_text(pairs, SPACES[0])
    elif bulk:
        record_type = "attendance_session"
        operation = draw(st.sampled_from(["bulk_create", "bulk_delete"]))
        params = draw(_bulk_params(zone))
    else:
        record_type, operation = draw(st.sampled_from(_SINGLE))
        pairs = draw(_pairs(record_type, zone))
        params = object_text(pairs, draw(st.sampled_from(SPACES)))
    results = draw(_item_results()) if bulk or draw(st.integers(0, 7)) == 7 else None
    cells: dict[str, Cell] = {
        "request_id": None,
        "campus_id": campus,
        "job_id": draw(st.sampled_from([None, "J1", "J2", " J1 "])),
        "requested_at": draw(instant_texts(instants)),
        "record_type": record_type,
        "operation": operation,
        "params": Raw(params, draw(st.sampled_from([False, False, True]))),
        "status": draw(st.sampled_from(["error", "error", "success"])),
        "http_status": draw(st.sampled_from([Raw("200"), "404", None])),
        "error_code": draw(st.sampled_from(ERROR_CODES)),
        "message": draw(st.sampled_from(MESSAGES)),
        "item_results": results,
    }
    return DrawnRow(tuple((column, cells[column]) for column in COLUMNS))


@st.composite
def echoes(draw: st.DrawFn, row: DrawnRow, instants: tuple[datetime, ...]) -> DrawnRow:
    """Draw a new request with the params of another, maybe written otherwise."""
    params = row.get("params")
    changed: dict[str, Cell] = {
        "requested_at": draw(instant_texts(instants)),
        "params": draw(st.sampled_from([params, _respaced(params)])),
        "message": draw(st.sampled_from(MESSAGES)),
    }
    if draw(st.booleans()):
        changed["error_code"] = draw(st.sampled_from(ERROR_CODES))
    return row.with_cells(**changed)


def redeliveries(row: DrawnRow, instant: datetime) -> st.SearchStrategy[DrawnRow]:
    """Draw a second delivery of a row: the same, or different in one column or more."""
    emptied: dict[str, Cell] = {
        "requested_at": _text_of(instant - timedelta(days=6)),
        "record_type": "attendance_session",
        "operation": "bulk_delete",
        "params": Raw('{"attendanceIDs":[]}'),
    }
    changes: list[dict[str, Cell]] = [
        {},
        {},
        {"params": _respaced(row.get("params"))},
        {"params": _respaced(row.get("params"))},
        {"params": _noted(row.get("params"))},
        {"requested_at": _text_of(instant + timedelta(hours=1))},
        {"status": "success" if row.get("status") == "error" else "error"},
        {"error_code": "E1"},
        {"error_code": "E2"},
        {"error_code": None},
        {"message": "m1"},
        {"message": "m2"},
        {"message": None},
        {"job_id": "J0"},
        {"job_id": None},
        # As numbers 99 < 200 < 1000; as text the other way round.
        {"http_status": Raw("99")},
        {"http_status": Raw("200")},
        {"http_status": Raw("1000")},
        {"item_results": None},
        {"item_results": Raw('[{"status":"error","error_code":"E2"}]')},
        {"item_results": Raw('[null,{"status":"success"}]')},
        # These count, whatever came before them; the last makes no attempt.
        {"requested_at": _text_of(instant - timedelta(days=5))},
        emptied,
        emptied,
    ]
    return st.sampled_from(changes).map(lambda change: row.with_cells(**change))


def _text_of(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}"


def _respaced(cell: Cell) -> Cell:
    """Write the same params otherwise: white space, a null more."""
    if not isinstance(cell, Raw):
        return cell
    inner = cell.text.strip()[1:-1].strip()
    return Raw("{ " + inner + (", " if inner else "") + '"none" : null }')


def _noted(cell: Cell) -> Cell:
    if not isinstance(cell, Raw):
        return cell
    inner = cell.text.strip()[1:-1].strip()
    return Raw("{" + inner + (", " if inner else "") + '"redelivered": 1}')
