"""What a demo world may be asked for."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from orchestration.demo import DemoError, DemoSettings


def test_default_world() -> None:
    settings = DemoSettings()

    assert (settings.campuses, settings.days, settings.requests) == (5, 60, 100_000)
    assert settings.ends_at == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert settings.starts_at == datetime(2026, 1, 29, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"campuses": 0}, "campuses"),
        ({"campuses": 1_000}, "campuses"),
        ({"days": 0}, "days"),
        ({"requests": 499}, "requests"),
        ({"requests": 1_999, "campuses": 20}, "requests"),
        ({"seed": 2**63}, "seed"),
        ({"ends_at": datetime(2026, 3, 30, 6)}, "time zone"),  # noqa: DTZ001
        ({"ends_at": datetime(2026, 3, 30, 6, 0, 0, 1, tzinfo=UTC)}, "whole second"),
        ({"ends_at": datetime(1969, 3, 30, tzinfo=UTC)}, "1980"),
    ],
)
def test_refuses_what_no_world_can_be_made_from(
    values: dict[str, Any], word: str
) -> None:
    with pytest.raises(DemoError, match=word) as caught:
        DemoSettings(**values)

    assert "\n" not in str(caught.value)


def test_days_are_those_of_utc() -> None:
    manila = timezone(timedelta(hours=8))

    settings = DemoSettings(days=1, ends_at=datetime(2026, 3, 30, 7, tzinfo=manila))

    assert settings.first_day == date(2026, 3, 28)
    assert settings.last_day == date(2026, 3, 29)
