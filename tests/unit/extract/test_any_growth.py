"""A log that grows, cut anywhere, lands as it would if it were read once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, count, pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.schema import TABLES
from orchestration.errors import BadInputError
from orchestration.extract.ledger import Ledger, Readings
from support.drops import SmallDrop, csv_text, jsonl_text, request, zipped

_NUMBERS = count()
_COUNTS = (
    *("physical_line_count", "continuation_count", "line_count", "header_count"),
    *("blank_count", "landed_count", "quarantined_count"),
)

MESSAGE = st.text(st.sampled_from("\",\n\r\t '{}:x\x85\u2028é"), max_size=6)
ROW = st.builds(
    lambda number, status, message: request(
        f"r{number}", status=status, message=message
    ),
    st.integers(0, 99),
    st.sampled_from(["success", "error", "lost"]),
    MESSAGE,
)
NOISE = st.sampled_from(
    ["", " ", "\r", '"', '"a\nb', 'x","y', "{}", '{"request_id": 1}', "é", "\ufeff"]
)


@st.composite
def texts(draw: st.DrawFn, suffix: str) -> bytes:
    """Rows, good and bad, blank lines and noise; the last line may have no end."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    parts = [csv_text([request()]).splitlines()[0] + end] if suffix == "csv" else []
    for row in draw(st.lists(st.one_of(ROW, NOISE), max_size=6)):
        if isinstance(row, str):
            parts.append(row + end)
        elif suffix == "csv":
            parts.append(csv_text([row]).split("\n", 1)[1][:-1] + end)
        else:
            parts.append(jsonl_text([row])[:-1] + end)
    content = "".join(parts).encode()
    if draw(st.booleans()):
        content = content.replace("é".encode(), b"\xe9")
    return content[: -len(end)] if content and draw(st.booleans()) else content


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[str, list[bytes]]:
    """A suffix, and the content of the file each time that it is delivered."""
    suffix = draw(st.sampled_from(["csv", "jsonl"]))
    content = draw(texts(suffix))
    places = range(len(content) + 1)
    # Beside any byte those where a line ends, or its line feed follows.
    line_ends = [place for place in places if content[place : place + 1] in b"\r\n"]
    ends = line_ends + [place for place in places if content[:place].endswith(b"\n")]
    cut = st.one_of(st.sampled_from(places), st.sampled_from(ends))
    cuts = [0, *sorted(draw(st.sets(cut, min_size=1, max_size=3))), len(content)]
    parts = [content[start:end] for start, end in pairwise(cuts)]
    if draw(st.booleans()):
        # A member for each part, as a writer that appends makes them.
        suffix, parts = f"{suffix}.gz", [zipped(part) for part in parts]
    return suffix, list(accumulate(parts))


@dataclass(frozen=True, slots=True)
class Landed:
    """What counts of one file: rows, bad rows, and the sums of its readings."""

    rows: list[tuple[Any, ...]]
    bad_rows: list[tuple[Any, ...]]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, drop: SmallDrop, path: str) -> Landed:
        ledger = Ledger(drop.home.landing)
        entries = [
            entry
            for entry in Readings(ledger.entries()).counting()
            if (entry.path, entry.outcome) == (path, "landed")
        ]
        columns = ", ".join(TABLES["api_requests"])
        return cls(
            rows_of(f"{columns}, _source_line", map(ledger.rows_path, entries)),
            rows_of(
                "line_number, reason, raw_text", map(ledger.quarantine_path, entries)
            ),
            tuple(sum(getattr(entry, name) for entry in entries) for name in _COUNTS),
        )


def rows_of(columns: str, paths: Iterable[Path]) -> list[tuple[Any, ...]]:
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute(
            f"select {columns} from read_parquet($paths, hive_partitioning = false)"
            " order by all",
            {"paths": [str(path) for path in paths]},
        ).fetchall()


@pytest.fixture(scope="module")
def drops(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallDrop, SmallDrop]:
    """A home that sees files grow and one that sees them once; each has its path."""
    folder = tmp_path_factory.mktemp("growth")
    return SmallDrop.create(folder / "grown"), SmallDrop.create(folder / "whole")


def deliver(drop: SmallDrop, path: str, content: bytes) -> None:
    """A later delivery has a later time of change, whatever the clock says."""
    file = drop.deliver(path, content)
    os.utime(file, ns=(next(_NUMBERS) * 10**9,) * 2)


def told_by(drop: SmallDrop) -> str | None:
    """Land; what ends the run, if anything does."""
    try:
        drop.land()
    except BadInputError as error:
        return str(error).replace(str(drop.folder), "")
    return None


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(deliveries())
def test_a_log_that_grows_lands_as_if_it_were_read_once(
    drops: tuple[SmallDrop, SmallDrop], delivery: tuple[str, list[bytes]]
) -> None:
    grown, whole = drops
    suffix, contents = delivery
    path = f"api_requests/{next(_NUMBERS)}.{suffix}"
    try:
        deliver(whole, path, contents[-1])
        expected = told_by(whole)

        for content in contents:
            deliver(grown, path, content)
            told = told_by(grown)

        assert told == expected
        if expected is None:
            assert Landed.of(grown, path) == Landed.of(whole, path)
    finally:
        for drop in drops:
            (drop.folder / path).unlink(missing_ok=True)
