"""How the titles of anomalies name a record."""

from __future__ import annotations

import duckdb
import pytest

from support.compiled import CompiledProject


@pytest.fixture(scope="module")
def label(project: CompiledProject) -> str:
    """The expression as dbt compiles it into a rule."""
    (node,) = [
        node for node in project.nodes if node["name"] == "int_anomalies_retry_storm"
    ]
    sql: str = node["compiled_code"]
    start = sql.index("'The same request for ' || ")
    return sql[start : sql.index("|| ' was sent '")]


@pytest.mark.parametrize(
    ("record_type", "record_key", "told"),
    [
        ("user", "user:U1", "the user U1"),
        ("course", "course:K?x=1", "the course K?x=1"),
        ("course", "course?add_code=A1", "the course with add code A1"),
        ("user", "user?email=a=b@x.test", "the user with e-mail a=b@x.test"),
        (
            "course",
            'course?request={"title":"Art"}',
            "the course without an identifier",
        ),
        (
            "attendance_session",
            "attendance_session?slot=course?mapping_id=M1|2026-03-01|08:00",
            "the attendance session of course M1, 2026-03-01, 08:00",
        ),
        (
            "course_member",
            "course_member?pair=user:U1|course?name=Art",
            "the course member of user U1, course Art",
        ),
        (
            "attendance_posting",
            "attendance_posting?user_attendance=user:U1|S1",
            "the attendance posting of user U1, S1",
        ),
    ],
)
def test_a_title_names_a_record_readably(
    label: str, record_type: str, record_key: str, told: str
) -> None:
    found = duckdb.execute(
        f"select {label} from (select $1 as record_type, $2 as record_key) as storms",
        [record_type, record_key],
    ).fetchone()

    assert found == (f"The same request for {told}",)
