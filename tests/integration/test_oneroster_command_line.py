"""A home with OneRoster sources alone, by the real command, to the published file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from support.commands import one_line, rollbook
from support.worlds import DATA

pytestmark = pytest.mark.slow

CONFIG = """\
sources:
  - name: first
    kind: oneroster
    campus_id: C1
    location: inbox/first
    schedule: "0 3 * * *"
  - {name: second, kind: oneroster, campus_id: C2, location: inbox/second}
  - {name: gone, kind: oneroster, campus_id: C2, location: inbox/gone}
"""
AS_OF = ("--as-of", "2026-03-17T00:00:00Z")


def test_two_sources_from_the_folder_to_the_reports(tmp_path: Path) -> None:
    config = tmp_path / "rollbook.yml"
    config.write_text(CONFIG, encoding="utf-8")
    home = Home(tmp_path / "home")
    expected = {}
    for source, name in (("first", "oneroster-301"), ("second", "oneroster-302")):
        example = DATA / "contract" / name
        shutil.copytree(example / "bundles", tmp_path / "inbox" / source)
        expected[source] = json.loads((example / "expected.json").read_text())
    given = ("--config", config, "--home", home.root)

    dry = rollbook("run", *given, *AS_OF, "--dry-run")
    run = rollbook("run", *given, *AS_OF)

    assert dry.returncode == 0, dry.stderr
    assert run.returncode == 0, run.stdout + run.stderr
    assert "warning: source gone: " in run.stdout
    with duckdb.connect(str(home.published_file), read_only=True) as published:
        counts = published.sql(
            "select * from reports.sync_history_counts where school_id is null"
        )
        names = counts.columns
        found = {
            (row["sync_id"].rsplit(":", 1)[0], row["data_type"]): row
            for values in counts.fetchall()
            if (row := dict(zip(names, values, strict=True)))
        }
        one_app = published.execute(
            "select count(*) from reports.sync_history_between("
            "'C1', '2026-03-10', '2026-03-12', app := 'OneRoster CSV')"
        ).fetchone()
        (held,) = published.execute(
            "select sync_id from reports.sync_history where status = 'On Hold'"
        ).fetchall()
        failed = published.execute(
            "select check_name from marts.check_results where not is_passed"
        ).fetchall()
    for source, imports in expected.items():
        for each in imports:
            for data_type, wanted in each["counts"].items():
                row = found[f"{source}:{each['bundle']}", data_type]
                assert {name: row[name] for name in wanted} == wanted
                assert f"{each['bundle']}" in dry.stdout
    assert one_app == (2,)
    assert [name for (name,) in failed] == ["assert_no_import_is_on_hold"]

    refused = rollbook("approve", "nothing", "--home", home.root)
    approved = rollbook("approve", held[0], "--home", home.root, "--reason", "closed")
    again = rollbook("run", *given, *AS_OF)
    listed = rollbook("imports", "--home", home.root)

    assert refused.returncode == 2
    assert held[0] in one_line(refused)
    assert approved.returncode == again.returncode == 0, again.stderr
    assert "On Hold" not in listed.stdout
    assert len(listed.stdout.splitlines()) == 14


def test_a_source_that_is_misspelled_is_one_line(tmp_path: Path) -> None:
    config = tmp_path / "rollbook.yml"
    given = ("--config", config, "--home", tmp_path / "home")
    for text, words in (
        ("sources:\n  - {name: a, kind: carrier, location: x}\n", "no such kind"),
        ("sources:\n  - {name: a, kind: oneroster, location: x}\n", "campus_id"),
        ("sources:\n  - {name: a, kind: platform, location: x, y: 1}\n", "y"),
        ("alerts: {}\n", "nothing to read"),
    ):
        config.write_text(text, encoding="utf-8")

        completed = rollbook("run", *given)

        assert completed.returncode == 2
        assert words in one_line(completed)
