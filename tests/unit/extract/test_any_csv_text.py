"""Whatever Python's csv module writes lands with the same cells and lines."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.schema import TABLES
from support.drops import SmallDrop

FREE = ("mapping_id", "add_code", "name", "title", "instructor_name")
# What CSV, SQL, regular expressions and Unicode treat as special, and all the rest.
SPECIAL = st.text(
    st.sampled_from('",\n\r\t \'\\$^|;x"",\0\x1f\x7f\x85\xa0\u2028\ufeff\U0001f600')
)
CELL = st.one_of(
    SPECIAL, st.text(st.characters(exclude_categories=["Cs"])), st.just("")
)
ROW = st.tuples(*(CELL for _ in FREE))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[str, list[tuple[str, ...]], list[int]]:
    """A csv text, the free cells of its rows, and the line of each."""
    header = draw(st.permutations([*TABLES["courses"], "an extra, one"]))
    rows = draw(st.lists(ROW, max_size=8))
    text = io.StringIO()
    if draw(st.booleans()):
        text.write("\ufeff")
    writer = csv.writer(
        text,
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    writer.writerow(header)
    lines = []
    for number, row in enumerate(rows):
        lines.append(text.getvalue().count("\n") + 1)
        cells = dict(zip(FREE, row, strict=True))
        cells |= {"course_id": f"K{number}", "campus_id": "C1"}
        cells["created_at"] = "2026-01-01T00:00:00Z"
        writer.writerow([cells.get(name, "") for name in header])
    return text.getvalue(), rows, lines


@pytest.fixture(scope="module")
def shared_drop(tmp_path_factory: pytest.TempPathFactory) -> SmallDrop:
    """One home for all texts: each is a newer version of the same file."""
    return SmallDrop.create(tmp_path_factory.mktemp("any"))


def expected_cells(row: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(cell.strip(" \t\r\n") or None for cell in row)


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(deliveries())
def test_any_csv_text_lands_with_its_cells_and_lines(
    shared_drop: SmallDrop, delivery: tuple[str, list[tuple[str, ...]], list[int]]
) -> None:
    text, rows, lines = delivery
    file = shared_drop.deliver("courses.csv", text)
    batch = len(shared_drop.batches)
    os.utime(file, (batch, batch))

    entry = shared_drop.land()["courses.csv"]

    assert entry.physical_line_count == text.count("\n")
    assert entry.quarantined_count == 0, shared_drop.bad_rows()
    names = ("_landed_file", "course_id", "_source_line", *FREE)
    assert [
        row[1:]
        for row in shared_drop.rows("courses", *names)
        if row[0] == entry.landed_file
    ] == [
        (f"K{number}", line, *expected_cells(row))
        for number, (line, row) in enumerate(zip(lines, rows, strict=True))
    ]
