"""Real runs tell real servers what happened, and name nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from support.alerted_homes import settings_text
from support.commands import held_elsewhere, one_line, rollbook
from support.receivers import PASSWORD, TOKEN, Received, mail_server, web_hook

AS_OF = "2026-03-30T06:00:00Z"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Received]:
    with mail_server() as received:
        yield received


@pytest.fixture(scope="module")
def hook() -> Iterator[Received]:
    with web_hook() as received:
        yield received


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drop = tmp_path_factory.mktemp("demo") / "drop"
    made = rollbook(
        "demo", drop, "--campuses", "2", "--days", "20", "--requests", "2000"
    )
    assert made.returncode == 0, made.stderr
    return drop


@pytest.fixture(scope="module")
def home(
    drop: Path,
    tmp_path_factory: pytest.TempPathFactory,
    mailbox: Received,
    hook: Received,
) -> Home:
    """A home with one publication, and two channels of which one was down a moment."""
    home = Home(tmp_path_factory.mktemp("alerted") / "home")
    home.root.mkdir()
    (home.root / "rollbook.yml").write_text(
        settings_text(
            {"name": "office", "url": mailbox.url},
            {"name": "hook", "url": hook.url},
        )
    )
    hook.refusals_left = 1
    completed = rollbook("run", "--source", drop, "--home", home.root, "--as-of", AS_OF)
    assert completed.returncode == 0, completed.stderr
    # To two channels: three campuses have critical anomalies, two are in the roster.
    assert "alerts: 10 sent" in completed.stdout
    assert_no_secret(completed.stdout + completed.stderr)
    return home


def assert_no_secret(text: str) -> None:
    assert PASSWORD not in text
    assert TOKEN not in text


def persons(home: Home) -> set[str]:
    """Every name and address of the rosters, as words of a text."""
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        rows = connection.execute(
            "select unnest([lower(first_name), lower(last_name), lower(email)])"
            " from marts.dim_users_versions"
        ).fetchall()
    return {row[0] for row in rows if row[0]}


@pytest.mark.slow
def test_a_run_sends_a_digest_a_campus(
    home: Home, mailbox: Received, hook: Received
) -> None:
    """By each campus's own calendar: six in the morning in London is no new day yet
    in Los Angeles."""
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        days = connection.execute(
            "select campus_id, cast(timezone(time_zone, $1::timestamptz) as date)"
            " from marts.dim_campuses order by campus_id",
            [AS_OF],
        ).fetchall()
    assert len(days) == 2
    for received in (mailbox, hook):
        assert received.titles[3:5] == [
            f"Rollbook: {campus_id} on {day}" for campus_id, day in days
        ]
    assert hook.refused == 1


@pytest.mark.slow
def test_a_run_tells_what_is_critical_a_campus(home: Home, hook: Received) -> None:
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        counts = connection.execute(
            "select campus_id, count(*) from reports.sync_anomalies"
            " where severity = 'critical' and is_open group by campus_id order by 1"
        ).fetchall()

    assert len(counts) == 3
    for (campus_id, count), title in zip(counts, hook.titles[:3], strict=True):
        assert campus_id in title
        assert str(count) in title


@pytest.mark.slow
def test_a_held_run_is_told_and_keeps_its_exit_code(
    home: Home, drop: Path, hook: Received, mailbox: Received
) -> None:
    """Most rows of a table are bad."""
    broken = drop / "users" / "snapshot=20260330T060000Z" / "users.csv"
    broken.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"U{number},,,,,,,,,,,," for number in range(200)]
    header = (
        "user_id,campus_id,mapping_id,issued_id,email,first_name,last_name,user_type,"
        "last_activity_at,created_at,updated_at,archived_at"
    )
    broken.write_text("\n".join([header, *lines, ""]))

    completed = rollbook("run", "--source", drop, "--home", home.root, "--as-of", AS_OF)
    broken.unlink()

    assert completed.returncode == 4
    assert "most_rows_readable" in one_line(completed)
    assert hook.titles[-1] == mailbox.titles[-1] == "Rollbook: run held by a check"
    assert "- check: most rows readable" in hook.messages[-1][1]
    page = (home.check_pages / "index.html").read_text(encoding="utf-8")
    assert "A check held this run" in page
    assert "most_rows_readable" in page


@pytest.mark.slow
def test_a_command_that_cannot_begin_is_told_once(
    home: Home, drop: Path, hook: Received
) -> None:
    before = len(hook.messages)
    for _ in range(2):
        with held_elsewhere(home, purpose="a long night"):
            completed = rollbook("run", "--source", drop, "--home", home.root)
        assert completed.returncode == 3

    ((title, body),) = hook.messages[before:]
    assert title == "Rollbook: run failed"
    assert "another process held the home" in body


@pytest.mark.slow
def test_a_settings_file_that_is_wrong_ends_a_run_before_it_begins(
    home: Home, drop: Path, tmp_path: Path
) -> None:
    config = tmp_path / "wrong.yml"
    config.write_text(f"alerts:\n  channels: {PASSWORD}\n")

    completed = rollbook(
        "run", "--source", drop, "--home", home.root, "--config", config
    )

    assert completed.returncode == 2
    assert f"{config}, line 2: alerts.channels: a list is wanted here" in one_line(
        completed
    )
    assert_no_secret(completed.stderr)


@pytest.mark.slow
def test_the_command_tries_every_channel(
    home: Home, hook: Received, tmp_path: Path
) -> None:
    config = tmp_path / "channels.yml"
    (tmp_path / "hook.url").write_text(f"{hook.url}\n")
    config.write_text(
        settings_text(
            {"name": "hook", "url_file": "hook.url"},
            {"name": "typo", "url": f"jsn://{PASSWORD}@there.example"},
            {"name": "lost", "url_file": "no.url"},
        )
    )

    completed = rollbook("alert", "--home", home.root, "--test", "--config", config)

    assert completed.returncode == 1
    assert completed.stdout.splitlines() == [
        "hook: sent",
        "typo: channel typo: its address is none that Apprise knows",
        f"lost: channel lost: its url_file {tmp_path / 'no.url'} cannot be read",
    ]
    assert "typo, lost" in one_line(completed)
    assert hook.titles[-1] == "Rollbook: a test"
    assert_no_secret(completed.stdout + completed.stderr)


@pytest.mark.slow
def test_nothing_that_was_sent_or_kept_names_a_person_or_shows_a_secret(
    home: Home, mailbox: Received, hook: Received
) -> None:
    sent = mailbox.text + hook.text
    words = set(re.findall(r"[\w.@+-]+", sent.lower()))
    names = persons(home)

    assert len(names) > 100
    assert names & words == set()
    assert not [name for name in names if "@" in name and name in sent.lower()]
    assert_no_secret(sent)
    kept = [
        file.read_text(encoding="utf-8", errors="replace")
        for file in home.root.rglob("*")
        if file.is_file() and file.name != "rollbook.yml"
    ]
    assert_no_secret("".join(kept))
    assert json.loads(home.alerts_state.read_text())["waiting"] == []
