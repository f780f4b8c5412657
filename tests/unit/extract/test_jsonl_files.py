"""JSON Lines: strict JSON, one object a line, numbers by their text."""

from __future__ import annotations

import json
import re

import pytest

from orchestration.errors import BadInputError
from support.drops import SmallDrop, course, csv_text, jsonl_text, request


def with_params(params: str, request_id: str = "r1") -> str:
    """A line whose params are this very text."""
    return jsonl_text([request(request_id, params="@")]).replace('"@"', params)


def landed_params(drop: SmallDrop) -> list[str]:
    """Landed params; a number whose text is guarded stands behind a mark."""
    return [
        re.sub(r'"\\u0001#([^"]*)"', r"\1", params)
        for (params,) in drop.rows("api_requests", "params")
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(jsonl_text([course(title="Bio")]), id="plain"),
        pytest.param("\ufeff" + jsonl_text([course(title="Bio")]), id="BOM"),
        pytest.param(jsonl_text([course(title=" Bio\t")])[:-1] + "\r\n", id="CRLF"),
        pytest.param(jsonl_text([course(title="\nBio\r")])[:-1], id="no line end"),
        pytest.param(jsonl_text([course(title="Bio", mapping_id="")]), id="empty text"),
        pytest.param(
            jsonl_text([dict(reversed(course(title="Bio", extra={"a": 1}).items()))]),
            id="other keys, other order",
        ),
        pytest.param(
            jsonl_text([{k: v for k, v in course(title="Bio").items() if v}]),
            id="absent is null",
        ),
    ],
)
def test_the_same_row_in_other_spellings(drop: SmallDrop, text: str) -> None:
    drop.deliver("courses.jsonl", text)

    entry = drop.land()["courses.jsonl"]

    found = drop.rows("courses", "course_id", "title", "mapping_id", "_source_line")
    assert found == [("K1", "Bio", None, 1)]
    assert (entry.line_count, entry.header_count) == (1, 0)


def test_values_of_other_json_types_are_their_text(drop: SmallDrop) -> None:
    drop.deliver(
        "courses.jsonl",
        jsonl_text([course("@", title=True)]).replace('"@"', "1.50"),
    )

    drop.land()

    assert drop.rows("courses", "course_id", "title") == [("1.50", "true")]


def test_blank_lines_are_counted_and_skipped(drop: SmallDrop) -> None:
    lines = ["", jsonl_text([course("K1")]), " \t\r\n", "\n", "nope\n", "\n"]
    drop.deliver("courses.jsonl", "".join(lines))

    entry = drop.land()["courses.jsonl"]

    assert drop.rows("courses", "course_id", "_source_line") == [("K1", 1)]
    assert drop.bad_rows() == [(4, "the line is no JSON")]
    assert (entry.blank_count, entry.line_count) == (3, 5)


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_a_file_without_rows_is_a_table_without_rows(
    drop: SmallDrop, text: str
) -> None:
    drop.deliver("courses.jsonl", text)

    entry = drop.land()["courses.jsonl"]

    assert (entry.landed_count, entry.quarantined_count) == (0, 0)
    assert entry.snapshot_at is not None
    assert drop.rows("courses") == []


def test_a_required_column_that_no_row_has_ends_the_run(drop: SmallDrop) -> None:
    rows = [course("K1"), course("K2")]
    for row in rows:
        del row["campus_id"]
    drop.deliver("courses.jsonl", jsonl_text(rows))

    with pytest.raises(
        BadInputError, match="column campus_id of table courses"
    ) as told:
        drop.land()

    assert "courses.jsonl" in str(told.value)
    assert drop.batches == []


def test_a_required_column_that_some_row_has_is_there(drop: SmallDrop) -> None:
    rows = [course("K1"), course("K2")]
    del rows[0]["campus_id"]
    drop.deliver("courses.jsonl", jsonl_text(rows))

    drop.land()

    assert drop.rows("courses", "course_id") == [("K2",)]
    assert drop.bad_rows() == [(1, "campus_id is missing")]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param("{'a':1}", id="single quotes"),
        pytest.param("{a:1}", id="bare key"),
        pytest.param('{"a":NaN}', id="NaN"),
        pytest.param('{"a":-nan}', id="nan"),
        pytest.param('{"a":[1,Infinity]}', id="Infinity"),
        pytest.param('{"a":-inf}', id="inf"),
        pytest.param('{"a":1,}', id="comma before a brace"),
        pytest.param('{"a":[1 , ]}', id="comma before a bracket"),
        pytest.param('{"a":[1,,2]}', id="two commas"),
        pytest.param('{"a" 1}', id="no colon"),
        pytest.param('{"a":01}', id="leading zero"),
        pytest.param('{"a":+1}', id="plus"),
        pytest.param('{"a":.5}', id="no digit before the point"),
        pytest.param('{"a":1.}', id="no digit after the point"),
        pytest.param('{"a":1e}', id="no exponent"),
        pytest.param('{"a":0x1F}', id="hexadecimal"),
        pytest.param('{"a":tru}', id="half a word"),
        pytest.param('{"a":True}', id="capital letter"),
        pytest.param('{"a":"\t"}', id="raw control character"),
        pytest.param('{"a":"\\x41"}', id="unknown escape"),
        pytest.param('{"a":"\\ud800"}', id="half a surrogate pair"),
        pytest.param('{"a":1} {"b":2}', id="two values"),
        pytest.param('{"a":1}x', id="text after the end"),
        pytest.param('{"a":1/* c */}', id="comment"),
        pytest.param('{"a":1', id="not closed"),
    ],
)
def test_what_is_no_json_is_a_bad_row(drop: SmallDrop, params: str) -> None:
    """As JSON of the line, and as text that should hold JSON."""
    as_text = [request("r1"), request("r2", params=params), request("r3")]
    drop.deliver("api_requests/text.csv", csv_text(as_text))
    as_json = jsonl_text([request("r4")]) + with_params(params, "r5")
    drop.deliver("api_requests/value.jsonl", as_json + jsonl_text([request("r6")]))

    drop.land()

    landed = sorted(drop.rows("api_requests", "request_id"))
    assert landed == [("r1",), ("r3",), ("r4",), ("r6",)]
    assert sorted(drop.bad_rows()) == [
        (2, "the line is no JSON"),
        (3, "params is no JSON"),
    ]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param('{"a":1,"a":1}', id="top"),
        pytest.param('{"a":1,"\\u0061":2}', id="escaped"),
        pytest.param('{"a":{"b":1,"c":2,"b":1}}', id="second level"),
        pytest.param('{"a":[[{"x":{"b":1,"b":1}}]]}', id="in arrays"),
        pytest.param('{"a":{"b":1e0,"b":1e0}}', id="beside guarded numbers"),
    ],
)
def test_an_object_with_a_key_twice_is_a_bad_row(drop: SmallDrop, params: str) -> None:
    drop.deliver("api_requests/value.jsonl", with_params(params))
    drop.deliver("api_requests/text.csv", csv_text([request("r2", params=params)]))
    items = f'[{{"status":"success","detail":{params}}}]'
    drop.deliver(
        "api_requests/items.csv", csv_text([request("r3", item_results=items)])
    )

    drop.land()

    assert drop.rows("api_requests") == []
    assert all("a key twice" in reason for _, reason in drop.bad_rows())
    assert len(drop.bad_rows()) == 3


@pytest.mark.parametrize(
    "params",
    [
        pytest.param('{"a":{"a":[{"a":1},{"a":1}]},"b":{"a":1}}', id="within"),
        pytest.param('{"a":{"b":1},"c":{"b":1}}', id="the same beside each other"),
        pytest.param('{"a":[{"status":"success"}]}', id="the same as the results"),
    ],
)
def test_equal_keys_of_different_objects_are_no_fault(
    drop: SmallDrop, params: str
) -> None:
    drop.deliver("api_requests/a.jsonl", with_params(params))
    results = '[{"status":"success"}]'
    drop.deliver(
        "api_requests/b.csv",
        csv_text([request("r2", params=params, item_results=results)]),
    )

    drop.land()

    assert landed_params(drop) == [params] * 2


def test_a_column_twice_in_a_line_is_a_bad_row(drop: SmallDrop) -> None:
    text = jsonl_text([request()]).replace("{", '{"campus_id": "C9", ', 1)
    drop.deliver("api_requests.jsonl", text + jsonl_text([request("r2")]))

    drop.land()

    assert drop.bad_rows() == [(1, "a column stands twice in the object")]


def test_params_as_text_are_the_params_as_json(drop: SmallDrop) -> None:
    params = '{ "b" : [ 1.0 , {} ] , "a" : "x\\u0041\\/\\n é" }'
    drop.deliver("api_requests/a.jsonl", with_params(params))
    text = jsonl_text([request("r2", params=params)])
    drop.deliver("api_requests/b.jsonl", text)
    drop.deliver("api_requests/c.csv", csv_text([request("r3", params=params)]))

    drop.land()

    assert landed_params(drop) == ['{"b":[1.0,{}],"a":"xA/\\n é"}'] * 3


NUMBERS = """
    0 -0 -0.0 1 1.0 1.50 1e0 1E0 1e+0 1E-2 0.1 0.30000000000000004 1e400 -1e-400
    9007199254740993 18446744073709551616 123456789012345678901234567890
    12345678.123456789 59268286984.7367681 999999999999999.3 5040734500910434.889
    0.1234567890123456 3.141592653589793238
"""


@pytest.mark.parametrize("number", NUMBERS.split())
def test_a_number_keeps_its_text(drop: SmallDrop, number: str) -> None:
    """Alone in its line: what else stands there must not matter."""
    params = f'{{"a":{number},"b":[{number}]}}'
    drop.deliver("api_requests/a.jsonl", with_params(params))
    drop.deliver("api_requests/b.csv", csv_text([request("r2", params=params)]))

    drop.land()

    assert landed_params(drop) == [params, params]


def test_a_number_in_a_text_column_keeps_its_text(drop: SmallDrop) -> None:
    line = jsonl_text([request("r1", job_id="@")]).replace('"@"', "12345678.123456789")
    drop.deliver("api_requests.jsonl", line)

    drop.land()

    assert drop.rows("api_requests", "job_id") == [("12345678.123456789",)]


def test_a_deeply_nested_line_does_not_end_the_run(drop: SmallDrop) -> None:
    """Whether it is kept or a bad row: the other rows land."""
    deep = 20_000
    lines = [
        with_params('{"a":' * deep + "1" + "}" * deep, "r1"),
        with_params('{"a":' + "[" * deep + "]" * deep + "}", "r2"),
        jsonl_text([request("r3")]),
    ]
    drop.deliver("api_requests.jsonl", "".join(lines))

    entry = drop.land(memory_limit="500MB")["api_requests.jsonl"]

    assert ("r3",) in drop.rows("api_requests", "request_id")
    assert entry.line_count == 3


def test_the_quarantined_line_is_kept_as_it_was(drop: SmallDrop) -> None:
    line = json.dumps(request("", message='é "x" \\')) + "  "
    drop.deliver("api_requests.jsonl", line + "\n")

    drop.land()

    assert drop.bad_rows("table_name", "source_file", "line_number", "raw_text") == [
        ("api_requests", "api_requests.jsonl", 1, line)
    ]
