"""Files that are read as they were delivered, against those that are spooled."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.extract.oneroster.cells import cells_of
from orchestration.extract.oneroster.numbering import narrowed, with_numbers
from orchestration.extract.oneroster.regular import FIRST_LINE, regular_file
from orchestration.extract.oneroster.spooling import SpooledFile, spool

CELLS = st.text(st.sampled_from('ab, \t"\u00e9\u00a0\u2028\x0b\x1f\0'), max_size=3)
PLAIN = st.text(st.sampled_from("ab \t\u00e9\u00a0\u2028\x0b"), max_size=3)
FIRST = st.text(st.sampled_from("ab\u00e9\u2028"), min_size=1, max_size=3)
PAIRS = st.tuples(FIRST, PLAIN)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])

Records = list[tuple[object, ...]]
# One thread: what it reads stands in the order of the file.
READER = duckdb.connect(config={"threads": 1})


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


def same_in_every_way(content: bytes) -> SpooledFile | None:
    """Read a file as it stands, if it may be, and hold it against the spooled one."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "users.csv"
        source.write_bytes(content)
        regular = opened(source, Path(name) / "regular")
        if regular is None:
            return None
        expected = spooled(source, Path(name) / "spooled")

        assert regular.header == expected.header
        assert regular.row_count == expected.row_count
        assert records(regular) == records(expected)
        assert records(with_numbers(regular)) == records(expected)
        assert regular.ragged_path.read_bytes() == b""
        chosen = [int(str(record[0])) for record in records(expected)][1::2]
        assert records(narrowed(regular, chosen)) == records(expected)[1::2]
        return regular


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(PAIRS),
    line_end=st.sampled_from(["\n", "\r\n"]),
    ends_whole=st.booleans(),
    header=st.sampled_from(["id,name", "\ufeffid,name", " id ,name"]),
)
def test_a_regular_file_says_what_a_spooled_one_does(
    rows: list[tuple[str, str]], line_end: str, ends_whole: bool, header: str
) -> None:
    text = line_end.join([header, *map(",".join, rows)])

    regular = same_in_every_way((text + line_end * ends_whole).encode())

    assert regular is not None
    assert regular.row_count == len(rows)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.tuples(st.lists(CELLS, max_size=3), LINE_ENDS)),
    header=st.sampled_from(["id,name", "id,name,", "id"]),
)
@example(lines=[(["", ""], "\n")], header="id,name")
@example(lines=[(["a", "b"], "\n"), ([], "\n")], header="id,name")
@example(lines=[(["a"], "\n"), (["b"] * 3, "\n")], header="id,name")
def test_no_odd_file_is_read_otherwise_than_spooled(
    lines: list[tuple[list[str], str]], header: str
) -> None:
    text = header + "\n" + "".join(",".join(cells) + end for cells, end in lines)

    same_in_every_way(text.encode())


def test_no_folder_of_a_bundle_is_taken_for_a_pattern_or_a_column(
    tmp_path: Path,
) -> None:
    wanted = tmp_path / "c0=7" / "roster[1]"
    other = tmp_path / "c0=7" / "roster1"
    for folder, name in ((wanted, "new"), (other, "old")):
        folder.mkdir(parents=True)
        (folder / "users[1].csv").write_text(f"id,name\na,{name}\n")
        (folder / "users1.csv").write_text("id,name\na,none\n")

    regular = opened(wanted / "users[1].csv", tmp_path / "c0=8")

    assert regular is not None
    assert records(regular) == [(2, "a", "new")]


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


def test_a_long_line_is_read_whole(tmp_path: Path) -> None:
    source = tmp_path / "users.csv"
    long = "\u00e9" * 2_000_000
    source.write_text(f"id,name\na,{long}\nb,c\n", encoding="utf-8")
    regular = opened(source, tmp_path / "folder")

    assert regular is not None
    assert records(regular) == [(2, "a", long), (3, "b", "c")]
    assert records(with_numbers(regular)) == [(2, "a", long), (3, "b", "c")]
