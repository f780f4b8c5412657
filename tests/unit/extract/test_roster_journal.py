"""The journal of imports: appended to, whole after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.extract.oneroster.journal import Event, Journal
from orchestration.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.prepare()
    return home


def event(number: int, **values: object) -> Event:
    return {
        "event": "failed",
        "source": "district",
        "import_no": number,
        "as_of": f"2026-03-{number:02}T03:00:00+00:00",
        **values,
    }


def test_events_are_read_as_they_were_added(home: Home) -> None:
    journal = Journal.read(home)
    first = journal.path

    journal.add(event(1, message="Zoë\u2028said"))
    before = first.read_bytes()
    journal.add(event(2))

    assert first.read_bytes().startswith(before)
    assert Journal.read(home).events == [event(1, message="Zoë\u2028said"), event(2)]


def test_a_line_that_was_cut_is_none(home: Home) -> None:
    journal = Journal.read(home)
    journal.add(event(1))
    with journal.path.open("ab") as file:
        file.write(b'{"event": "appl')

    after = Journal.read(home)
    after.add(event(2))

    assert Journal.read(home).events == [event(1), event(2)]


def test_a_dry_journal_keeps_nothing(home: Home) -> None:
    Journal.read(home, is_dry=True).add(event(1))

    assert not Journal.read(home).path.exists()


def test_the_newest_bundle_counts_up_to_the_time_asked_for(home: Home) -> None:
    journal = Journal.read(home)
    for number in (1, 3, 2):
        journal.add(event(number, sha256="0"))
    journal.add(event(4))
    journal.add(event(5, sha256="0", source="other"))

    found = [
        journal.last_bundle_at("district", f"2026-03-{day:02}T03:00:00+00:00")
        for day in (2, 9)
    ]

    assert found == ["2026-03-02T03:00:00+00:00", "2026-03-03T03:00:00+00:00"]
    assert journal.last_bundle_at("nobody", "2026-03-09T03:00:00+00:00") is None
