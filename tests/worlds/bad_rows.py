"""Rows that section 1 calls bad, made out of good ones."""

from typing import Final

from hypothesis import strategies as st

from worlds.drawn import Broken, Cell, DrawnRow, Line, Raw
from worlds.pools import NO_TIMES

BROKEN: Final = (
    Broken('{"request_id": "cut', "one field"),
    Broken("[1, 2]", ",".join(["too many"] * 30)),
    Broken('"a string"', "one field"),
    Broken("42", ",".join(["too many"] * 30)),
    Broken("{'single': 1}", "one field"),
    Broken('{"a": NaN}', "one field"),
)

_ROSTER_CHANGES: Final[tuple[tuple[str, Cell], ...]] = (
    ("campus_id", None),
    ("campus_id", " "),
    ("created_at", None),
    ("created_at", ""),
    ("user_type", "alien"),
    ("user_type", "Student"),
    ("meeting_days", "Mon;Funday"),
    ("meeting_days", "monday"),
    ("meeting_days", "Mon,Tue"),
    ("integration_type", "magic"),
    ("direction", "sideways"),
    ("is_enabled", "maybe"),
    ("is_enabled", Raw("2")),
    ("is_enabled", "never"),
    ("check_in_opens_min", "ten"),
    ("check_out_closes_min", Raw("true")),
    ("time_zone", "Mars/Olympus"),
    ("time_zone", None),
    *(("updated_at", text) for text in NO_TIMES[:4]),
    *(("archived_at", text) for text in NO_TIMES[4:8]),
    *(("starts_at", text) for text in NO_TIMES[8:12]),
    *(("created_at", text) for text in NO_TIMES[12:]),
)

# By what is wrong, so that each kind is drawn as often as the others.
_REQUEST_CHANGES: Final[tuple[tuple[dict[str, Cell], ...], ...]] = (
    ({"request_id": None}, {"campus_id": ""}, {"request_id": " \t"}),
    ({"record_type": "spaceship"}, {"record_type": None}, {"record_type": "Course"}),
    (
        {"operation": "explode"},
        {"operation": None},
        {"record_type": "course", "operation": "bulk_create"},
        {"record_type": "attendance_posting", "operation": "create"},
    ),
    ({"status": "maybe"}, {"status": None}, {"http_status": "teapot"}),
    ({"requested_at": None}, {"requested_at": "\t"}, {"requested_at": "now"}),
    (
        {"params": None},
        {"params": ""},
        {"params": Raw("[1, 2]")},
        {"params": Raw("7")},
        {"params": Raw('"text"')},
    ),
    (
        {"params": Raw('{"a": 1', as_text=True)},
        {"params": Raw("{'a': 1}", as_text=True)},
        {"params": Raw('{"a": 01}', as_text=True)},
    ),
    (
        {"params": Raw('{"name": "a", "name": "a"}')},
        {"params": Raw('{"name": "a", "n\\u0061me": "b"}', as_text=True)},
        {"params": Raw('{"x": [{"deep": {"a": 1, "a": 2}}]}')},
        {"item_results": Raw('[{"status": "error", "status": "error"}]')},
    ),
    (
        {"item_results": Raw('{"a": 1}')},
        {"item_results": Raw("3")},
        {"item_results": Raw("[", as_text=True)},
    ),
    (
        {"item_results": Raw('[null, "error"]')},
        {"item_results": Raw('[{"error_code": "E1"}]')},
        {"item_results": Raw('[{"status": null}]')},
        {"item_results": Raw('[{"status": "maybe"}]')},
    ),
)

_BULK_PARAMS: Final = (
    ("{}", '{"courseID": "K1"}', '{"Sessions": []}'),
    (
        '{"sessions": null}',
        '{"sessions": {}}',
        '{"sessions": "S1"}',
        '{"attendanceIDs": "S1"}',
        '{"attendanceIDs": ["S1"], "sessions": 3}',
    ),
    (
        '{"sessions": [null]}',
        '{"sessions": [{"startDate": "2026-03-08"}, "S1"]}',
        '{"sessions": [[]]}',
        '{"sessions": [{"a": 1, "a": 1}]}',
    ),
    (
        '{"attendanceIDs": [null]}',
        '{"attendanceIDs": ["S1", ""]}',
        '{"attendanceIDs": [" \\t"]}',
        '{"attendanceIDs": [true]}',
        '{"attendanceIDs": [["S1"]]}',
        '{"attendanceIDs": [{"attendanceID": "S1"}]}',
    ),
)


def bad_requests(good: DrawnRow) -> st.SearchStrategy[Line]:
    """Draw a bad row of api_requests, made of a good one."""
    bulk = good.with_cells(record_type="attendance_session", operation="bulk_create")
    kinds: list[list[Line]] = [[*BROKEN]]
    kinds += [[good.with_cells(requested_at=text) for text in NO_TIMES]]
    kinds += [[good.with_cells(**one) for one in some] for some in _REQUEST_CHANGES]
    kinds += [[bulk.with_cells(params=Raw(t)) for t in some] for some in _BULK_PARAMS]
    # In csv, where no row is an object, this one is only a delivery again.
    kinds += [[DrawnRow(good.cells, twice=True)]]
    return st.one_of([st.sampled_from(kind) for kind in kinds])


def bad_roster_rows(good: DrawnRow) -> st.SearchStrategy[Line]:
    """Draw a bad row of a roster table, made of a good one."""
    columns = [name for name, _ in good.cells]
    changes = [change for change in _ROSTER_CHANGES if change[0] in columns]
    id_column = columns[0]
    changed = st.sampled_from([*changes, (id_column, None)])
    return st.one_of(
        changed.map(lambda change: good.with_cells(**{change[0]: change[1]})),
        changed.map(lambda change: good.with_cells(**{change[0]: change[1]})),
        st.sampled_from(BROKEN),
    )
