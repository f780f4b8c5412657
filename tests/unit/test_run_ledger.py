"""The run ledger: what a home remembers of the commands that worked on it."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.run_ledger import Event, last_started, read_events, record_event


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def test_events_stand_in_their_order_with_who_and_what(home: Home) -> None:
    record_event(home, "r1", Event.STARTED, source="drop", as_of="2026-03-13")
    record_event(home, "r1", Event.LANDING)
    record_event(home, "r1", Event.ENDED)

    found = read_events(home)

    assert [event.event for event in found] == ["started", "landing", "ended"]
    assert {event.by for event in found} == {getpass.getuser()}
    assert found[0].details == {"source": "drop", "as_of": "2026-03-13"}
    assert [event.at for event in found] == sorted(event.at for event in found)


def test_a_line_that_a_crash_cut_spoils_no_other(home: Home) -> None:
    record_event(home, "r1", Event.STARTED)
    with home.run_ledger.open("a") as ledger:
        ledger.write('{"run_id": "r1", "event": "lan')

    record_event(home, "r2", Event.STARTED, reason="two\nlines")

    assert [event.run_id for event in read_events(home)] == ["r1", "r2"]
    assert home.run_ledger.read_text().count("\n") == 3


def test_the_newest_start_tells_what_was_asked(home: Home) -> None:
    assert last_started(home) is None

    record_event(home, "r1", Event.STARTED, as_of="Monday")
    record_event(home, "r2", Event.STARTED, as_of="Tuesday")
    record_event(home, "r2", Event.LANDING)

    newest = last_started(home)
    assert newest is not None
    assert newest.details == {"as_of": "Tuesday"}
