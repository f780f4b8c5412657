"""Some records of a spooled file, whatever their cells hold."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from orchestration.extract.oneroster.numbering import narrowed
from orchestration.extract.oneroster.spooling import spool

CELLS = st.text(st.sampled_from('ab,"\n\r 1\t\u00e9'), max_size=5)


def records(path: Path) -> dict[int, list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {int(number): cells for number, *cells in csv.reader(lines)}


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12),
    chosen=st.sets(st.integers(0, 11)),
)
def test_a_narrowed_file_has_the_chosen_records_as_they_are(
    rows: list[tuple[str, str, str]], chosen: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "users.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("sourcedId", "status", "name"), *rows])
        whole = spool(source, Path(name), kept=lambda header: [0])
        known = records(whole.path)
        wanted = [number for place, number in enumerate(known) if place in chosen]

        narrow = narrowed(whole, wanted)

        assert narrow.header == whole.header
        assert records(narrow.path) == {number: known[number] for number in wanted}
