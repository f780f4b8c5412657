"""The one look that spares nearly all params the others must never be wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

MACROS = files("orchestration.extract.platform").joinpath("macros.sql")

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
_OBJECTS = st.dictionaries(
    st.text(), st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=2))
)


@pytest.fixture(scope="module")
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(MACROS.read_text(encoding="utf-8"))
        yield connection


def looked_at(session: duckdb.DuckDBPyConnection, text: str) -> tuple[object, ...]:
    """(is plain, is strict JSON, minified, may nest) of a text."""
    row = session.execute(
        "select is_plain_object($1), is_strict_json($1, needs_care($1)),"
        " case when json_valid($1) then minified($1, needs_care($1)) end,"
        " may_nest($1)",
        [text],
    ).fetchone()
    assert row is not None
    return row


@settings(max_examples=400, deadline=None)
@given(
    text=st.one_of(
        st.builds(json.dumps, _OBJECTS, ensure_ascii=st.booleans()),
        st.builds(
            lambda given: json.dumps(given, separators=(",", ":"), ensure_ascii=False),
            st.dictionaries(st.text(), _SCALARS),
        ),
        st.text(alphabet='{}[]":,\\01-+.eEtrufalsn \n'),
    )
)
@example(text='{"a":01}')
@example(text='{"a":-0}')
@example(text='{"a":1.0}')
@example(text='{"a":1,}')
@example(text='{"a":1}{"b":2}')
@example(text='{"a":"x"y"}')
@example(text='{"a":9999999999999999}')
def test_what_is_plain_is_valid_and_minified_as_it_stands(
    session: duckdb.DuckDBPyConnection, text: str
) -> None:
    is_plain, is_strict, minified, _ = looked_at(session, text)

    assert not is_plain or (is_strict and minified == text)


@pytest.mark.parametrize(
    "text",
    ["{}", '{"userID":"U1"}', '{"a":"é","b":-12,"c":true,"d":null,"":"","e":0}'],
)
def test_usual_params_are_plain(session: duckdb.DuckDBPyConnection, text: str) -> None:
    assert looked_at(session, text) == (True, True, text, False)


@pytest.mark.parametrize(
    "text", ['{"a":{}}', '{"a":[1]}', '{ "a":1}', '{"a":"\\n"}', '{"a":1.5}', "[]"]
)
def test_what_must_be_looked_at_is_not_plain(
    session: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert looked_at(session, text)[0] is False
