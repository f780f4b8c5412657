"""Files that are read as they were delivered, against those that are spooled."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.extract.oneroster.cells import cells_of
from orchestration.extract.oneroster.regular import (
    FIRST_LINE,
    narrowed,
    regular_file,
    with_numbers,
)
from orchestration.extract.oneroster.spooling import SpooledFile, spool

CELLS = st.text(st.sampled_from('ab, \t"\u00e9\u00a0\u2028\x0b\x1f\0'), max_size=3)
PLAIN = st.text(st.sampled_from("ab \t\u00e9\u00a0\u2028\x0b"), max_size=3)
PAIRS = st.lists(PLAIN, min_size=2, max_size=2)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])

Records = list[tuple[object, ...]]
# One thread: what it reads stands in the order of the file.
READER = duckdb.connect(config={"threads": 1})


@pytest.fixture
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(
        config={"threads": 4, "preserve_insertion_order": False}
    ) as opened:
        yield opened


def opened(source: Path, folder: Path) -> SpooledFile | None:
    folder.mkdir()
    return regular_file(source, folder, kept=lambda header: [0])


def spooled(source: Path, folder: Path) -> SpooledFile:
    folder.mkdir()
    return spool(source, folder, kept=lambda header: [0])


def records(file: SpooledFile) -> Records:
    """The records of a file in its order, the number of its line before each."""
    found = READER.execute(f"from {cells_of(file)}").fetchall()
    if file.has_numbers:
        return found
    return [(place, *cells) for place, cells in enumerate(found, FIRST_LINE)]


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(
        st.lists(PLAIN, min_size=2, max_size=2) | st.lists(CELLS, max_size=3)
    ),
    line_ends=st.lists(LINE_ENDS, min_size=1, max_size=2),
    ends_whole=st.booleans(),
    header=st.sampled_from(
        ["id,name", "\ufeffid,name", " id ,name", "id,name,", '"id",name']
    ),
)
@example(rows=[["", ""]], line_ends=["\n"], ends_whole=True, header="id,name")
@example(rows=[["a", "b"], []], line_ends=["\n"], ends_whole=True, header="id,name")
@example(
    rows=[["a"], ["a", "b", "b"]], line_ends=["\n"], ends_whole=True, header="id,name"
)
@example(rows=[["a", "b"]] * 3, line_ends=["\r\n"], ends_whole=False, header="id,name")
def test_a_regular_file_says_what_a_spooled_one_does(
    rows: list[list[str]], line_ends: list[str], ends_whole: bool, header: str
) -> None:
    lines = [header, *map(",".join, rows)]
    text = "".join(
        line + line_ends[place % len(line_ends)] for place, line in enumerate(lines)
    )
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "users.csv"
        source.write_bytes((text if ends_whole else text.rstrip("\r\n")).encode())
        regular = opened(source, Path(name) / "regular")
        if regular is None:
            return
        expected = spooled(source, Path(name) / "spooled")

        assert regular.header == expected.header
        assert regular.row_count == expected.row_count
        assert records(regular) == records(expected)
        assert records(with_numbers(regular)) == records(expected)
        assert regular.ragged_path.read_bytes() == b""
        chosen = [int(str(record[0])) for record in records(expected)][1::2]
        assert records(narrowed(regular, chosen)) == records(expected)[1::2]


@pytest.mark.parametrize(
    "content",
    [
        b"id,name\na,b\n",
        b"id,name\r\na,b\r\nc,d",
        b"\xef\xbb\xbfid,name\na,\nc,\xc3\xa9\n",
        b"id,name\n",
        b"id,name",
    ],
)
def test_what_is_regular(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "users.csv"
    source.write_bytes(content)

    assert opened(source, tmp_path / "folder") is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\nid,name\na,b\n",
        b"id\na\n",
        b"id,name,\na,b,\n",
        b'id,"name"\na,b\n',
        b'id,name\n"a",b\n',
        b"id,name\na,b\n\nc,d\n",
        b"id,name\na,b\n ,\n",
        b"id,name\na\nb,c,d\n",
        b"id,name\na,b\nc\n",
        b"id,name\na,b,c\n",
        b"id,name\na,b\r\nc,d\n",
        b"id,name\r\na,b\nc,d\r\n",
        b"id,name\na,b\rc,d\n",
        b"id,name\na,\x00\n",
        b"id,name\na,\x1f\n",
        b"id,name\na,\xe9\n",
    ],
)
def test_what_is_not(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "users.csv"
    source.write_bytes(content)

    assert opened(source, tmp_path / "folder") is None


def test_rows_read_on_every_core_keep_the_order_of_their_file(
    session: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = tmp_path / "users.csv"
    source.write_text(
        "id,name\n" + "".join(f"u{n},{'x' * (n % 97)}\n" for n in range(300_000))
    )
    regular = opened(source, tmp_path / "folder")
    assert regular is not None
    session.execute("set preserve_insertion_order = true")
    small = cells_of(regular).replace(str((1 << 21) * 16), str(1 << 18))
    small = small.replace(str(1 << 21), str(1 << 10))

    session.execute(f"create temp table rows as from {small}")

    assert session.execute(
        "select count(*), count_if(c0 != 'u' || rowid) from rows"
    ).fetchone() == (300_000, 0)


def test_a_long_line_is_read_whole(tmp_path: Path) -> None:
    source = tmp_path / "users.csv"
    long = "\u00e9" * 2_000_000
    source.write_text(f"id,name\na,{long}\nb,c\n", encoding="utf-8")
    regular = opened(source, tmp_path / "folder")

    assert regular is not None
    assert records(regular) == [(2, "a", long), (3, "b", "c")]
    assert records(with_numbers(regular)) == [(2, "a", long), (3, "b", "c")]
