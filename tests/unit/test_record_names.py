"""How the dashboard names a record by its key."""

from __future__ import annotations

import pytest

from reporting.dashboard.labels import record_name


@pytest.mark.parametrize(
    ("record_key", "name"),
    [
        ("user:U1", "U1"),
        ("course:K?x=1", "K?x=1"),
        ("course?add_code=A:1", "add code A:1"),
        ("user?mapping_id=M=1", "mapping ID M=1"),
        ("user?email=a=b@x.test", "email a=b@x.test"),
        ('course?request={"title":"Art"}', "a course without an identifier"),
        (
            "attendance_session?slot=course?mapping_id=M1|2026-03-01|08:00",
            "course M1, 2026-03-01, 08:00",
        ),
        ("course_member?pair=user:U1|course?name=Art", "user U1, course Art"),
        ("attendance_posting?user_attendance=user:U1|S1", "user U1, S1"),
    ],
)
def test_a_record_is_named_readably(record_key: str, name: str) -> None:
    assert record_name(record_key) == name
