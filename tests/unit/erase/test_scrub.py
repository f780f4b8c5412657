"""The one scrub, on rows of any table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from orchestration.erase.erasures import Erasure, Erasures
from orchestration.erase.scrub import load_macros, prepare_scrubbing, scrubbed
from orchestration.home import Home

KEY = "0f" * 32
EMAIL = "Jane.Doe@example.edu"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session that has forgotten Mary Jane Doe, user U1 of campus C1."""
    home = Home(tmp_path / "home")
    home.prepare()
    with duckdb.connect(config={"threads": 1}) as session:
        load_macros(session, KEY)
        erasures = Erasures(home)
        erasures.keep_key(KEY)
        erasures.write(
            1,
            Erasure(
                campus_id="C1",
                user_ids=("U1",),
                mapping_ids=("M1",),
                issued_ids=("I1",),
                emails=folded(session, EMAIL),
                addresses=folded(session, EMAIL),
                first_names=folded(session, "Mary", "Jane", "Zoë"),
                last_names=folded(session, "Doe"),
                erased_by="tester",
                erased_at="2026-03-13T06:00:00+00:00",
            ),
        )
        assert prepare_scrubbing(session, home)
        yield session


def folded(session: duckdb.DuckDBPyConnection, *words: str) -> tuple[str, ...]:
    rows = session.execute("select folded(unnest($1))", [words]).fetchall()
    return tuple(row[0] for row in rows)


def scrub(
    session: duckdb.DuckDBPyConnection, *rows: dict[str, Any]
) -> list[dict[str, Any]]:
    """Scrub rows, prove that a second time changes nothing, and return them."""
    session.register("given_rows", pa.Table.from_pylist(list(rows)))
    once = scrubbed(session, "from given_rows")
    session.execute(f"create or replace table after as {once.select}")
    after = session.execute("from after").to_arrow_table().to_pylist()
    assert once.row_count == sum(
        was != now for was, now in zip(rows, after, strict=True)
    )
    assert scrubbed(session, "from after").row_count == 0
    return after


def user(**given: Any) -> dict[str, Any]:
    return {
        "user_id": "U2",
        "campus_id": "C1",
        "email": "bob@example.edu",
        "first_name": "Bob",
        "last_name": "Doe",
        **given,
    }


def request(record_type: str = "user", **given: Any) -> dict[str, Any]:
    params = given.pop("params")
    return {
        "request_id": "r1",
        "campus_id": "C1",
        "record_type": record_type,
        "params": json.dumps(params, ensure_ascii=False, separators=(",", ":")),
        "message": None,
        "item_results": None,
        **given,
    }


def is_token(text: str) -> bool:
    return text.lower().startswith("erased-") and len(text) == len("erased-") + 16


def test_a_users_names_go_whatever_they_are(
    session: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        user(user_id="U1", email=EMAIL, first_name="Mary Jane", last_name="Doe"),
        user(user_id="U1", email="new@x.edu", first_name="Janie", last_name="Ray"),
        user(user_id="U1", email=None, first_name=None, last_name="O'Hara"),
    ]

    after = scrub(session, *rows)

    assert all(is_token(row["email"]) for row in after[:2])
    assert all(is_token(word) for row in after for word in row["last_name"].split())
    assert all(is_token(word) for word in after[0]["first_name"].split())
    assert (after[2]["email"], after[2]["first_name"]) == (None, None)
    assert {row["user_id"] for row in after} == {"U1"}


def test_others_keep_their_names(session: duckdb.DuckDBPyConnection) -> None:
    rows = [
        user(first_name="Mary"),
        user(user_id="U1", campus_id="C2", email=EMAIL, first_name="Mary Jane"),
        user(email=None, first_name="Mary", last_name="Doe"),
    ]

    assert scrub(session, *rows) == rows


def test_an_address_that_is_shared_goes_and_the_other_name_stays(
    session: duckdb.DuckDBPyConnection,
) -> None:
    brother, second_account = scrub(
        session,
        user(user_id="U3", email=EMAIL.lower(), first_name="Tom"),
        user(user_id="U4", email=EMAIL, first_name="Mary Jane"),
    )

    assert is_token(brother["email"])
    assert (brother["first_name"], brother["last_name"]) == ("Tom", "Doe")
    assert brother["email"] == second_account["email"].lower()
    assert is_token(second_account["last_name"])


@pytest.mark.parametrize(
    ("record_type", "given"),
    [
        ("user", {"userID": "U1"}),
        ("user", {"userID": " U1 "}),
        ("user", {"mappingID": "M1"}),
        ("user", {"issuedID": "I1"}),
        ("user", {"email": EMAIL.upper()}),
        ("course_member", {"userMappingID": "M1", "courseID": "K1"}),
        ("attendance_posting", {"userID": "U1", "timeAttended": 5}),
    ],
)
def test_a_request_that_speaks_of_the_person_loses_its_names(
    session: duckdb.DuckDBPyConnection, record_type: str, given: dict[str, Any]
) -> None:
    params = {**given, "firstName": "Janie", "lastName": "D.", "displayName": "M. Doe"}

    (after,) = scrub(session, request(record_type, params=params, message="no Doe"))

    told = json.loads(after["params"])
    assert is_token(told["firstName"])
    assert told["displayName"].startswith("M. ")
    assert not {"Janie", "Doe", EMAIL.upper()} & set(after["params"].split('"'))
    assert "Doe" not in after["message"]
    kept = set(given) - {"email"}
    assert {key: told[key] for key in kept} == {key: given[key] for key in kept}


def test_a_request_without_identifiers_is_known_by_the_full_name(
    session: duckdb.DuckDBPyConnection,
) -> None:
    named, namesake = scrub(
        session,
        request(params={"firstName": "mary JANE", "lastName": "Doe", "year": 1}),
        request(params={"firstName": "Mary", "lastName": "Doe", "userID": "U2"}),
    )

    assert json.loads(named["params"])["year"] == 1
    assert "mary" not in named["params"]
    assert namesake["params"] == '{"firstName":"Mary","lastName":"Doe","userID":"U2"}'


@pytest.mark.parametrize(
    "params",
    [
        {"mappingID": "M1", "courseID": "K1"},
        {"userID": "U2", "firstName": "Mary", "lastName": "Ray"},
        {"courseID": "K1", "name": "Mary Jane Doe", "courseName": "Doe, Mary"},
    ],
)
def test_other_requests_stay(
    session: duckdb.DuckDBPyConnection, params: dict[str, Any]
) -> None:
    row = request("course", params=params, message="Mary Ray and Jane")

    assert scrub(session, row) == [row]


def test_params_keep_their_bytes_but_for_the_words(
    session: duckdb.DuckDBPyConnection,
) -> None:
    row = request(params={})
    row["params"] = (
        '{"userID":"U1","firstName":"\\tMary","lastName":"\\u0001#1e0","n":"\\u0001#1e0"'
        ',"x":{"email":"jane.doe@example.edu","n":[1.5,null,"a\\"b"]},"":true}'
    )

    (after,) = scrub(session, row)

    start, end = after["params"].split(json.loads(after["params"])["x"]["email"])
    assert start.startswith('{"userID":"U1","firstName":"\\tErased-')
    assert start.endswith('","lastName":"\\u0001#1e0","n":"\\u0001#1e0","x":{"email":"')
    assert end == '","n":[1.5,null,"a\\"b"]},"":true}'


def test_addresses_go_from_every_text_of_the_campus(
    session: duckdb.DuckDBPyConnection,
) -> None:
    told = f"write to <{EMAIL}>, not to x{EMAIL}"
    rows = [
        {"campus_id": campus, "job_id": f"for-{EMAIL} ", "title": told}
        for campus in ("C1", "C2")
    ]
    rows[0]["job_id"] = EMAIL

    here, there = scrub(session, *rows)

    assert there == rows[1]
    assert is_token(here["job_id"])
    assert here["title"] == f"write to <{here['job_id']}>, not to x{EMAIL}"


def test_a_teacher_is_named_by_first_and_last_name(
    session: duckdb.DuckDBPyConnection,
) -> None:
    names = ["Doe, Mary Jane", "Dr. Zoë Doe", "John Doe", "Mary Ray"]
    rows = [{"campus_id": "C1", "instructor_name": name} for name in names]

    after = [row["instructor_name"] for row in scrub(session, *rows)]

    assert "Doe" not in after[0] + after[1]
    assert after[1].startswith("Dr. ")
    assert after[2:] == names[2:]


def test_a_bad_row_is_searched_though_it_is_no_json(
    session: duckdb.DuckDBPyConnection,
) -> None:
    texts = {
        f'C1,U9,{EMAIL},"Mary': 1,
        '{"first_name":"Zo\\u00eb","last_name":"Doe"': 1,
        '"{\\"firstName\\":\\"Zo\\\\u00eb\\",\\"userID\\":\\"U1\\"}"': 1,
        "U1,Doe,": 1,
        "U11,Doe,": 0,
        "U2,Mary,Ray": 0,
        '{"a":"\\u00e9"}': 0,
    }
    rows = [
        {"table_name": "users", "reason": "email 'x' is bad", "raw_text": text}
        for text in texts
    ]

    after = scrub(session, *rows)

    assert [
        int(row["raw_text"] != given["raw_text"])
        for row, given in zip(after, rows, strict=True)
    ] == list(texts.values())
    for row in after[:4]:
        assert not any(word in row["raw_text"] for word in ("Mary", "Doe", "Zo", EMAIL))


def test_an_attempt_is_known_by_its_sync(session: duckdb.DuckDBPyConnection) -> None:
    session.execute(
        "insert into erased_identifiers values ('C1', 1, 'distinct_sync_key', 'a-1')"
    )
    rows = [
        {"campus_id": "C1", "distinct_sync_key": key, "message": "Mary is unknown"}
        for key in ("a-1", "a-2")
    ]

    mine, other = scrub(session, *rows)

    assert "Mary" not in mine["message"]
    assert other == rows[1]


def test_an_identifier_that_is_the_address_goes_and_still_identifies(
    session: duckdb.DuckDBPyConnection,
) -> None:
    session.execute(
        "insert into erased_identifiers"
        f" values ('C1', 1, 'user_id', kept_identifier('{EMAIL}'))"
    )

    roster, asked = scrub(
        session,
        {**user(user_id=EMAIL, email=None, first_name="New"), "params": None},
        {**user(user_id="U7"), "params": f'{{"userID":"{EMAIL}","firstName":"New"}}'},
    )

    assert is_token(roster["user_id"])
    assert json.loads(asked["params"])["userID"] == roster["user_id"]
    assert is_token(json.loads(asked["params"])["firstName"])


def test_a_home_that_forgot_nobody_leaves_its_session_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with duckdb.connect() as session:
        assert not prepare_scrubbing(session, home)
        assert session.execute("from duckdb_tables()").fetchall() == []
