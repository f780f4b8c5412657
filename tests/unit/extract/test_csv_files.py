"""CSV: every physical line has a number, and every cell its column."""

from __future__ import annotations

import pytest

from oracle.schema import TABLES
from orchestration.errors import BadInputError
from support.drops import SmallDrop, course, csv_text

HEADER = ",".join(TABLES["courses"]) + "\n"


def line(course_id: str, title: str) -> str:
    """A course as one record; the title stands in it as it is written here."""
    return f"{course_id},C1,,,,{title},,,,,,2026-01-01T00:00:00Z,,\n"


def test_columns_bind_by_name(drop: SmallDrop) -> None:
    names = ["extra", *reversed(TABLES["courses"]), "another"]
    rows = [course("K1", title="Welding", mapping_id="M1", extra="x", another="y")]
    drop.deliver("courses.csv", csv_text(rows, header=names))

    drop.land()

    found = drop.rows("courses", "course_id", "campus_id", "mapping_id", "title")
    assert found == [("K1", "C1", "M1", "Welding")]


def test_names_of_columns_are_trimmed_and_may_be_quoted(drop: SmallDrop) -> None:
    header = HEADER.replace("course_id", '" course_id "').replace(",title", ", title")
    drop.deliver("courses.csv", header + line("K1", "Welding"))

    drop.land()

    assert drop.rows("courses", "course_id", "title") == [("K1", "Welding")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeff" + HEADER + line("K1", "Welding"), id="byte-order mark"),
        pytest.param((HEADER + line("K1", "Welding")).replace("\n", "\r\n"), id="CRLF"),
        pytest.param((HEADER + line("K1", "Welding"))[:-1], id="no last line end"),
        pytest.param(HEADER + line("K1", " \t Welding\t "), id="trimmed"),
        pytest.param(HEADER + line("K1", '" Welding\r\n"'), id="trimmed in quotes"),
    ],
)
def test_the_same_row_in_other_spellings(drop: SmallDrop, text: str) -> None:
    drop.deliver("courses.csv", text)

    entry = drop.land()["courses.csv"]

    found = drop.rows("courses", "course_id", "title", "_source_line")
    assert found == [("K1", "Welding", 2)]
    assert (entry.header_count, entry.landed_count) == (1, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_break_in_quotes_belongs_to_its_row(drop: SmallDrop, end: str) -> None:
    title = '"one\ntwo, ""2""\n\nthree"'
    text = (
        HEADER + line("K1", title) + line("K2", "b") + line("", "bad") + line("K4", "")
    )
    drop.deliver("courses.csv", text.replace("\n", end))

    entry = drop.land()["courses.csv"]

    expected = f'one{end}two, "2"{end}{end}three'
    found = drop.rows("courses", "course_id", "title", "_source_line")
    assert found == [("K1", expected, 2), ("K2", "b", 6), ("K4", None, 8)]
    assert drop.bad_rows() == [(7, "course_id is missing")]
    assert (entry.physical_line_count, entry.line_count) == (8, 5)


def test_quotes_inside_an_unquoted_cell_are_text(drop: SmallDrop) -> None:
    text = HEADER + line("K1", '5" pipe') + line("K2", 'a "b" c') + line("K3", ' "x"')
    drop.deliver("courses.csv", text + line("K4", '""') + line("K5", '""""'))

    drop.land()

    assert drop.rows("courses", "course_id", "title", "_source_line") == [
        ("K1", '5" pipe', 2),
        ("K2", 'a "b" c', 3),
        ("K3", '"x"', 4),
        ("K4", None, 5),
        ("K5", '"', 6),
    ]


def test_blank_lines_are_counted_and_skipped(drop: SmallDrop) -> None:
    text = HEADER + "\n" + line("K1", "a") + " \t \r\n\n" + line("", "bad") + "\n"
    drop.deliver("courses.csv", text)

    entry = drop.land()["courses.csv"]

    assert drop.rows("courses", "course_id", "_source_line") == [("K1", 3)]
    assert drop.bad_rows() == [(6, "course_id is missing")]
    assert (entry.blank_count, entry.line_count) == (4, 7)


def test_a_line_of_empty_cells_is_a_bad_row_not_a_blank_line(drop: SmallDrop) -> None:
    drop.deliver("courses.csv", HEADER + "," * (HEADER.count(",")) + "\n")

    entry = drop.land()["courses.csv"]

    assert (entry.quarantined_count, entry.blank_count) == (1, 0)


def test_an_unclosed_quote_spoils_no_row_before_it(drop: SmallDrop) -> None:
    text = HEADER + line("K1", '"a"') + line("K2", '"open') + line("K3", "c")
    drop.deliver("courses.csv", text + line("K4", "d"))

    entry = drop.land()["courses.csv"]

    assert drop.rows("courses", "course_id") == [("K1",)]
    (bad,) = drop.bad_rows("line_number", "reason", "raw_text")
    assert (bad[0], "quoted field" in bad[1]) == (3, True)
    assert bad[2].startswith("K2,C1")
    assert (entry.physical_line_count, entry.quarantined_count) == (5, 1)


def test_too_few_and_too_many_fields_are_bad_rows(drop: SmallDrop) -> None:
    text = HEADER + "K1,C1\n" + line("K2", "a,b") + line("K3", '"a,b"')
    drop.deliver("courses.csv", text)

    drop.land()

    assert drop.rows("courses", "course_id", "title") == [("K3", "a,b")]
    assert drop.bad_rows() == [
        (2, "the line has 2 fields, the header 14"),
        (3, "the line has 15 fields, the header 14"),
    ]


def test_a_line_that_is_no_utf8_is_a_bad_row(drop: SmallDrop) -> None:
    text = HEADER + line("K1", "é") + line("K2", "\xe9") + line("K3", '"a\n\xe9\nb"')
    content = text.encode("latin-1").replace(b"K1,C1,,,,\xe9", "K1,C1,,,,é".encode())
    drop.deliver("courses.csv", content + line("K4", "後").encode())

    entry = drop.land()["courses.csv"]

    assert drop.rows("courses", "course_id", "title", "_source_line") == [
        ("K1", "é", 2),
        ("K4", "後", 7),
    ]
    assert drop.bad_rows() == [
        (3, "byte 10 of the line is not UTF-8"),
        (4, "byte 1 of the line is not UTF-8"),
    ]
    assert (entry.line_count, entry.physical_line_count) == (5, 7)


def test_a_nul_in_a_cell_is_a_character_like_any_other(drop: SmallDrop) -> None:
    drop.deliver("courses.csv", HEADER + line("K1", "a\0b") + line("K2", '"\0"'))

    drop.land()

    found = drop.rows("courses", "course_id", "title")
    assert found == [("K1", "a\0b"), ("K2", "\0")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "line 1 holds no column names", id="empty"),
        pytest.param("\n" + HEADER, "line 1 holds no column names", id="blank header"),
        pytest.param(
            HEADER.replace(",name", ""), "column name of table courses", id="missing"
        ),
        pytest.param(
            HEADER.replace(",", ";"), "columns course_id, campus_id, ", id="semicolons"
        ),
        pytest.param(
            HEADER.replace("title", "name"), "column title of table courses", id="other"
        ),
        pytest.param(
            HEADER.replace("\n", ",title\n"), "title stands twice", id="twice"
        ),
        pytest.param(HEADER.encode("utf-16"), "line 1 is not UTF-8", id="UTF-16"),
    ],
)
def test_a_header_that_cannot_be_used_ends_the_run(
    drop: SmallDrop, text: str | bytes, told: str
) -> None:
    drop.deliver("courses.csv", text)

    with pytest.raises(BadInputError, match=told) as raised:
        drop.land()

    assert "courses.csv" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert drop.batches == []


@pytest.mark.parametrize("text", [HEADER, HEADER[:-1], "\ufeff" + HEADER])
def test_a_header_alone_is_a_table_without_rows(drop: SmallDrop, text: str) -> None:
    drop.deliver("courses.csv", text)

    entry = drop.land()["courses.csv"]

    assert (entry.line_count, entry.header_count, entry.landed_count) == (1, 1, 0)
    assert drop.rows("courses") == []
