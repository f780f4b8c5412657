"""What is new is told once, to real servers; what is not delivered is told later."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.alerts import alerting
from orchestration.alerts.alerting import alert_of_failure, alert_of_publication
from orchestration.alerts.failures import Failure
from orchestration.home import Home
from orchestration.run_ledger import Event, record_event
from support.alerted_homes import ADDRESS, NAME, Found, serve, with_channels
from support.receivers import (
    PASSWORD,
    TOKEN,
    Received,
    free_port,
    mail_server,
    web_hook,
)

NO_DIGEST = ["critical_anomalies", "runs"]


@pytest.fixture
def mailbox() -> Iterator[Received]:
    with mail_server() as received:
        yield received


@pytest.fixture
def hook() -> Iterator[Received]:
    with web_hook() as received:
        yield received


@pytest.fixture
def home(tmp_path: Path, hook: Received) -> Home:
    """A home whose one channel is the endpoint, without digests."""
    return with_channels(
        tmp_path / "home", {"name": "hook", "url": hook.url, "events": NO_DIGEST}
    )


def test_without_a_channel_nothing_is_kept(tmp_path: Path) -> None:
    home = with_channels(tmp_path / "home")
    serve(home, Found("a1"))

    assert alert_of_publication(home, None).sent_count == 0
    assert not home.alerts_state.exists()


def test_a_critical_anomaly_is_mailed(tmp_path: Path, mailbox: Received) -> None:
    home = with_channels(
        tmp_path / "home", {"name": "office", "url": mailbox.url, "events": NO_DIGEST}
    )
    serve(home, Found("a1"), Found("a2", rule="missed_schedule", owner="vendor"))

    outcome = alert_of_publication(home, None)

    assert outcome.told() == "alerts: 1 sent"
    ((title, body),) = mailbox.messages
    assert title == "Rollbook: 2 new critical anomalies at C1"
    for told in (
        "- posting missing: 1",
        "- missed schedule: 1",
        "a1: posting missing, first seen 2026-03-29 10:00 UTC, next step: school",
        "next step: vendor",
    ):
        assert told in body


def test_only_open_critical_anomalies_are_told(home: Home, hook: Received) -> None:
    serve(
        home,
        Found("a1", severity="warning"),
        Found("a2", severity="info"),
        Found("a3", is_open=False),
    )

    assert alert_of_publication(home, None).sent_count == 0
    assert hook.messages == []


def test_a_known_anomaly_is_no_new_alert(home: Home, hook: Received) -> None:
    serve(home, Found("a1"))
    alert_of_publication(home, None)
    serve(home, Found("a1"), Found("a2"))

    alert_of_publication(home, None)

    assert hook.titles == ["Rollbook: 1 new critical anomaly at C1"] * 2
    assert ("a1:" in hook.messages[0][1], "a1:" in hook.messages[1][1]) == (True, False)
    alert_of_publication(home, None)
    assert len(hook.messages) == 2


def test_an_anomaly_that_was_closed_and_opened_again_is_known(
    home: Home, hook: Received
) -> None:
    for is_open in (True, False, True):
        serve(home, Found("a1", is_open=is_open))
        alert_of_publication(home, None)

    assert len(hook.messages) == 1


def test_the_same_id_at_another_campus_is_another_anomaly(
    home: Home, hook: Received
) -> None:
    serve(home, Found("a1"), Found("a1", campus_id="C2"))

    alert_of_publication(home, None)

    assert [title[-2:] for title in hook.titles] == ["C1", "C2"]


def test_a_long_list_is_cut_and_counted(tmp_path: Path, hook: Received) -> None:
    home = with_channels(tmp_path / "home", {"name": "hook", "url": hook.url})
    serve(home, *(Found(f"a{number:02}") for number in range(25)))

    alert_of_publication(home, None)

    (body,) = [body for title, body in hook.messages if "critical" in title]
    assert "a19:" in body
    assert "a20:" not in body
    assert "and 5 more" in body


def test_a_digest_goes_once_a_campus_day(tmp_path: Path, hook: Received) -> None:
    channel = {"name": "hook", "url": hook.url, "events": ["daily_digest"]}
    home = with_channels(tmp_path / "home", channel)
    # In Denver the first two are one day; in Auckland the last two are.
    for as_of in ("2026-03-30 07:00", "2026-03-30 21:00", "2026-03-31 07:00"):
        serve(home, Found("a1"), Found("a2", severity="info"), as_of=f"{as_of}:00+00")
        alert_of_publication(home, None)
        alert_of_publication(home, None)

    assert hook.titles == [
        "Rollbook: C1 on 2026-03-30",
        "Rollbook: C2 on 2026-03-30",
        "Rollbook: C2 on 2026-03-31",
        "Rollbook: C1 on 2026-03-31",
    ]
    body = hook.messages[0][1]
    for told in (
        "- course: 1,200 distinct syncs, 7 errors, 1 record whose last attempt failed",
        "Open anomalies: 1 critical, 1 info.",
        "Overdue jobs: 1.",
    ):
        assert told in body


def test_a_run_of_the_past_sends_no_digest_again(
    tmp_path: Path, hook: Received
) -> None:
    channel = {"name": "hook", "url": hook.url, "events": ["daily_digest"]}
    home = with_channels(tmp_path / "home", channel)
    for day in (30, 28):
        serve(home, as_of=f"2026-03-{day} 07:00:00+00")
        alert_of_publication(home, None)

    assert [title[-2:] for title in hook.titles] == ["30", "30"]


def test_a_channel_hears_of_its_campuses_alone(tmp_path: Path, hook: Received) -> None:
    channel = {"name": "hook", "url": hook.url, "campuses": ["C2"]}
    home = with_channels(tmp_path / "home", channel)
    serve(home, Found("a1"))

    alert_of_publication(home, None)
    alert_of_failure(home, None, Failure("r1", None, "it failed"))

    assert hook.titles == ["Rollbook: C2 on 2026-03-30", "Rollbook: run failed"]


@pytest.mark.parametrize("kind", ["mailbox", "hook"])
def test_a_try_that_fails_is_followed_by_another(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    received: Received = request.getfixturevalue(kind)
    received.refusals_left = 2
    channel = {"name": "one", "url": received.url, "events": NO_DIGEST}
    home = with_channels(tmp_path / "home", channel, attempt_count=3)
    serve(home, Found("a1"))

    outcome = alert_of_publication(home, None)

    assert (outcome.sent_count, outcome.problems) == (1, ())
    assert (received.refused, len(received.messages)) == (2, 1)


def test_what_a_channel_did_not_take_waits_for_the_next_run(
    home: Home, hook: Received
) -> None:
    hook.refusals_left = 2
    serve(home, Found("a1"))

    outcome = alert_of_publication(home, None)
    assert outcome.told() == (
        "alerts: 0 sent, 1 waiting for the next run;"
        " channel hook did not take the message"
    )
    again = alert_of_publication(home, None)

    assert (again.sent_count, again.waiting_count) == (1, 0)
    assert len(hook.messages) == 1


def test_a_channel_that_is_down_keeps_no_other_waiting(
    tmp_path: Path, hook: Received
) -> None:
    down = {"name": "down", "url": f"json://127.0.0.1:{free_port()}/{TOKEN}"}
    home = with_channels(tmp_path / "home", down, {"name": "hook", "url": hook.url})
    serve(home, Found("a1"))

    outcome = alert_of_publication(home, None)

    assert (outcome.sent_count, outcome.waiting_count) == (3, 3)
    assert outcome.problems == ("channel down did not take the message",)


def test_a_crash_before_a_delivery_is_recorded_sends_again(
    home: Home, hook: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: the message left, and the run died."""
    serve(home, Found("a1"))
    whole = alerting.deliver

    def dying(*given: object, **named: object) -> None:
        whole(*given, **named)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(alerting, "deliver", dying)
    with pytest.raises(KeyboardInterrupt):
        alert_of_publication(home, None)
    monkeypatch.undo()

    alert_of_publication(home, None)
    alert_of_publication(home, None)

    assert len(hook.messages) == 2


def test_what_waited_too_long_is_given_up(home: Home, hook: Received) -> None:
    hook.refusals_left = 2
    serve(home, Found("a1"))
    alert_of_publication(home, None)
    state = json.loads(home.alerts_state.read_text())
    state["waiting"][0]["queued_at"] = "2020-01-01T00:00:00+00:00"
    home.alerts_state.write_text(json.dumps(state))

    outcome = alert_of_publication(home, None)

    assert outcome.told() == "alerts: 0 sent; 1 given up after 7 days"
    assert hook.messages == []


def state(**given: object) -> str:
    return json.dumps({"known": {}, "digest_days": {}, "waiting": [], **given})


@pytest.mark.parametrize(
    "damaged",
    [
        "{half",
        "[]",
        state(known={"anomaly:C1/a0": "yesterday"}),
        state(known={"anomaly:C1/a0": "2026-03-30T06:00:00"}),
        state(digest_days={"C1": 20260330}),
        state(
            waiting=[{"channel": "hook", "title": "", "body": "", "queued_at": "now"}]
        ),
    ],
)
def test_a_state_that_cannot_be_read_is_a_problem_not_an_error(
    home: Home, damaged: str
) -> None:
    serve(home, Found("a1"))
    home.alerts_state.write_text(damaged)

    outcome = alert_of_publication(home, None)

    assert "alerts.json cannot be read: remove it" in outcome.told()


def test_a_file_without_the_tables_is_a_problem_not_an_error(home: Home) -> None:
    with duckdb.connect(str(home.published_file)) as connection:
        connection.execute("create table other (n integer)")

    outcome = alert_of_publication(home, None)

    assert "does not tell what alerts need: Catalog Error" in outcome.told()
    assert outcome.is_worth_a_line


def test_a_failed_run_is_told_once(home: Home, hook: Received) -> None:
    failed = Failure(
        "run-1",
        "2026-03-30T06:00:00+00:00",
        "a blocking check held it",
        ("lines_accounted_for",),
        is_held=True,
    )
    for _ in range(2):
        alert_of_failure(home, None, failed)

    ((title, body),) = hook.messages
    assert title == "Rollbook: run held by a check"
    assert "- check: lines accounted for" in body
    assert "As of: 2026-03-30 06:00 UTC" in body


def test_a_killed_run_is_told_by_the_next(home: Home, hook: Received) -> None:
    serve(home)
    for run_id in ("killed", "ended", "running"):
        record_event(home, run_id, Event.STARTED, as_of="2026-03-30T06:00:00+00:00")
    record_event(home, "ended", Event.ENDED)

    for _ in range(2):
        alert_of_publication(home, None, run_id="running")

    ((title, body),) = hook.messages
    assert title == "Rollbook: run failed"
    assert "it was killed" in body
    assert "Run: killed" in body


def test_no_alert_names_a_student_or_shows_a_secret(
    tmp_path: Path,
    mailbox: Received,
    hook: Received,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Every text of these anomalies does, ids and words of a rule too."""
    down = {"name": "down", "url": f"json://{PASSWORD}@127.0.0.1:{free_port()}/{TOKEN}"}
    home = with_channels(
        tmp_path / "home",
        {"name": "office", "url": mailbox.url},
        {"name": "hook", "url": hook.url},
        {"name": "none", "url": f"nothing://{PASSWORD}"},
        down,
    )
    serve(
        home,
        Found("a1"),
        Found(ADDRESS, rule=NAME, owner=NAME),
        Found(NAME, rule=ADDRESS, severity="critical"),
    )
    caplog.set_level(logging.DEBUG)

    outcome = alert_of_publication(home, None)

    assert "1 unnamed rule" not in mailbox.text
    assert "unnamed rule: 2" in mailbox.text
    sent = mailbox.text + hook.text
    told = outcome.told() + caplog.text + "".join(capfd.readouterr())
    told += home.alerts_state.read_text()
    for secret in (PASSWORD, TOKEN):
        assert secret not in sent
        assert secret not in told
    for name in (*NAME.split(), ADDRESS):
        assert name.lower() not in sent.lower()
