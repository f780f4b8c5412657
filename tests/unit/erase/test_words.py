"""Words and the tokens that take their place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.erase.scrub import load_macros

TEXTS = st.text(
    st.sampled_from("ab éÉ\u0301'\u2019.-@+\\\"nu0001{}[],:_\n\t ß李")
    | st.characters(codec="utf-8"),
    max_size=30,
)


ALL_REPLACED = """
    array_to_string(
        list_transform(
            pieces($1),
            lambda piece: case
                when list_contains(words($1), piece) then token(piece) else piece
            end
        ),
        ''
    )
"""


@pytest.fixture(scope="module")
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as session:
        load_macros(session, "0f" * 32)
        yield session


def value(session: duckdb.DuckDBPyConnection, expression: str, *given: Any) -> Any:
    row = session.execute(f"select {expression}", list(given)).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mary Jane", ["Mary", "Jane"]),
        ("no user jane.doe+x@x.edu.", ["no", "user", "jane.doe+x@x.edu"]),
        ("'O\u2019Brien-Smith'", ["O\u2019Brien-Smith"]),
        ('"firstName":"\\nJane"', ["firstName", "Jane"]),
        ("Jose\u0301 李", ["Jose\u0301", "李"]),
        ("user?email=j@x|course:K1", ["user", "email", "j@x", "course", "K1"]),
        ("", []),
    ],
)
def test_a_text_has_words(
    session: duckdb.DuckDBPyConnection, text: str, words: list[str]
) -> None:
    found = value(session, "words($1)", text)

    assert [word for word in found if word] == words


# What a query costs is its planning: few examples, and no deadline.
quick = settings(max_examples=60, deadline=None)


@quick
@given(text=TEXTS)
@example(text="\\\\n\\u00e9x")
def test_the_pieces_of_a_text_are_the_text(
    session: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert value(session, "array_to_string(pieces($1), '')", text) == text


def test_spellings_stay_apart_and_compare_equal_in_small_letters(
    session: duckdb.DuckDBPyConnection,
) -> None:
    spellings = ["jane@x.edu", "Jane@x.edu", "JANE@X.EDU", "jAne@x.edu"]

    tokens = [value(session, "token($1)", word) for word in spellings]

    assert len(set(tokens)) == len(spellings)
    assert {token.lower() for token in tokens} == {tokens[0]}
    assert {value(session, "folded($1)", word) for word in spellings} == {tokens[0]}
    assert value(session, "folded('john@x.edu')") != tokens[0]


@quick
@given(first=TEXTS, second=TEXTS)
def test_different_texts_stay_different(
    session: duckdb.DuckDBPyConnection, first: str, second: str
) -> None:
    tokens = [value(session, ALL_REPLACED, text) for text in (first, second)]

    assert (tokens[0] == tokens[1]) == (first == second)


@quick
@given(text=TEXTS)
def test_a_token_of_a_token_is_itself(
    session: duckdb.DuckDBPyConnection, text: str
) -> None:
    once = value(session, ALL_REPLACED, text)

    assert value(session, ALL_REPLACED, once) == once


def test_only_the_words_that_are_named_are_replaced(
    session: duckdb.DuckDBPyConnection,
) -> None:
    text = "user U1: Jane's mail, JANE, is not janet's"
    jane = value(session, "token('Jane')")
    shouted = value(session, "token('JANE')")

    replaced = value(
        session,
        "replaced($1, map {'Jane''s': token('Jane''s'), 'JANE': token('JANE')})",
        text,
    )

    assert replaced == f"user U1: {jane}'s mail, {shouted}, is not janet's"


def test_a_composed_letter_is_its_parts(session: duckdb.DuckDBPyConnection) -> None:
    assert value(session, "folded($1) = folded($2)", "Zoe\u0308", "zoë")
    assert value(session, "token($1) <> token($2)", "zoe\u0308", "zoë")


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        ('{"a":"Zo\\u00eb"}', '{"a":"Zoë"}'),
        ('"{\\"a\\":\\"Zo\\\\u00EB\\"}"', '"{\\"a\\":\\"Zoë\\"}"'),
        ("O\\u0027Hara\\u0040x", "O'Hara@x"),
        ('"\\ud83d\\ude00\\u0022\\u0007\\n"', '"😀\\u0022\\u0007\\n"'),
        ("\\ud83d alone, \\u12", "\\ud83d alone, \\u12"),
        ("no escape \\", "no escape \\"),
    ],
)
def test_raw_text_is_read_without_needless_escapes(
    session: duckdb.DuckDBPyConnection, raw: str, decoded: str
) -> None:
    assert value(session, "decoded($1)", raw) == decoded


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2)
    ),
    max_leaves=4,
)


@quick
@given(
    params=st.dictionaries(
        st.sampled_from(["email", "firstName", "userID", "name", "x"]) | TEXTS, JSON
    )
)
def test_params_stay_json_and_change_only_where_they_hold_a_word(
    session: duckdb.DuckDBPyConnection, params: dict[str, Any]
) -> None:
    text = value(session, "cast(json($1) as varchar)", json.dumps(params))
    own = "map {'params.email': map {'a': 'b'}, 'params': map {'a': 'c'}}"

    untouched = value(session, "scrubbed_params($1, map {})", text)
    scrubbed = value(session, f"scrubbed_params($1, {own})", text)

    assert untouched == text
    assert json.loads(scrubbed).keys() == params.keys()
    assert "userID" not in params or (
        json.loads(scrubbed)["userID"] == params["userID"]
    )
