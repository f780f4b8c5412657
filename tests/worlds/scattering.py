"""A world whose log comes in more files and more often, so that nights meet."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from worlds.drawn import Cell, DrawnFile, DrawnRow, DrawnWorld, Line, Raw

_MOST_FILES: Final = 5
_SUFFIXES: Final = ("csv", "jsonl", "csv.gz", "jsonl.gz")

# The first two count, whatever came before them, and the second makes no attempt;
# the third counts only where nothing earlier came.
_CHANGES: Final[tuple[dict[str, Cell], ...]] = (
    {"requested_at": "2026-02-20T00:00:00Z"},
    {
        "requested_at": "2026-02-10T00:00:00Z",
        "record_type": "attendance_session",
        "operation": "bulk_delete",
        "params": Raw('{"attendanceIDs":[]}'),
    },
    {"requested_at": "2026-12-24T00:00:00Z"},
    {"message": "another"},
    {},
)


def scattered(world: DrawnWorld, seed: int) -> DrawnWorld:
    """Deliver a part of the log again, and deal all of it to two files or more."""
    drawn = random.Random(seed)
    logs = [file for file in world.files if file.table == "api_requests"]
    lines: list[Line] = [line for file in logs for line in file.lines]
    rows = [line for line in lines if isinstance(line, DrawnRow)]
    lines += [
        row.with_cells(**drawn.choice(_CHANGES)) for row in rows if drawn.random() < 0.3
    ]
    others = tuple(file for file in world.files if file.table != "api_requests")
    return replace(world, files=(*others, *_dealt(lines, logs[0].columns, drawn)))


def _dealt(
    lines: Sequence[Line], columns: tuple[str, ...], drawn: random.Random
) -> list[DrawnFile]:
    count = drawn.randint(2, _MOST_FILES)
    files = []
    for place in range(count):
        own = tuple(lines[place::count])
        # Without a row, jsonl would not even tell its columns.
        has_rows = any(isinstance(line, DrawnRow) for line in own)
        suffix = drawn.choice(_SUFFIXES) if has_rows else "csv"
        files.append(DrawnFile(f"api_requests/part-{place}.{suffix}", columns, own))
    return files
