"""Series of bundles with known truth: every cell of the ledger as an oracle has it.

The oracle reads the very files, slowly, by the contract's text alone. After each run of
a series all four reports are compared, as dbt's own SQL builds them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from oracle.oneroster_counts import OUTCOMES
from oracle.oneroster_history import History
from orchestration.extract.oneroster.standard import all_rules
from orchestration.extract.platform.shapes import land_shapes
from orchestration.rosters.state import state_file
from support.compiled import CompiledProject
from support.rosters import RosterHome
from worlds.roster_series import Series

REPORTS = [
    f"reports.{name}"
    for name in (
        *("sync_history", "sync_history_counts", "sync_history_records"),
        "roster_records",
    )
]


@pytest.fixture(scope="module")
def reporting(project: CompiledProject) -> CompiledProject:
    return project.making(*REPORTS)


class Checked:
    """What the series so far have shown, so that none of it is missed."""

    def __init__(self) -> None:
        self.seen: Counter[Any] = Counter()

    def note(self, history: History) -> None:
        for each in history.imports:
            self.seen[each.status] += 1
            self.seen[each.stage] += 1
            for row in each.effect.rows() if each.effect else []:
                self.seen[row.outcome] += 1
                for _, column, check in row.broken:
                    self.seen[row.data_type, column, check] += 1
            self.seen["deleted_absent"] += len(each.effect.absent) if each.effect else 0

    def missed(self) -> set[Any]:
        rules = {
            (rule.data_type, rule.column_name, rule.check_name) for rule in all_rules()
        }
        outcomes = {each for each in OUTCOMES if each != "invalid"}
        statuses = {"Completed", "Warning", "Failed", "On Hold", "Waiting", "Discarded"}
        return (rules | outcomes | statuses | {"late", "read"}) - self.seen.keys()


def follow(
    seed: int, days: int, folder: Path, reporting: CompiledProject, checked: Checked
) -> None:
    """Deliver a series, run, decide, and compare after each run."""
    home = RosterHome(folder)
    land_shapes(home.home)
    series = Series(home.inbox, seed)
    home.settings["rules"] = [
        {"data_type": kind, "column": column, "check": check, "action": action}
        for (kind, column, check), action in series.actions.items()
        if any(
            (rule.data_type, rule.column_name, rule.check_name) == (kind, column, check)
            for rule in all_rules()
        )
    ]
    history = History("district", series.actions)
    drawn = Random(seed)
    told = []
    while series.day < days:
        told += [series.deliver() for _ in range(drawn.choice((1, 2, 3)))]
        decision = drawn.choice(("approved", "approved", "discarded", None))
        if (held := history.held()) and decision:
            home.decide_on(held.sync_id, decision)
        history.run(home.inbox, decision)
        checked.note(history)
        home.run()
        with built(reporting, home) as reports:
            where = f"seed {seed}, day {series.day}, {' '.join(told)}"
            compare(reports, history, where)
            wanted = history.roster_records(series.version)
            same(roster_records(reports), wanted, f"roster_records, {where}")


def built(reporting: CompiledProject, home: RosterHome) -> Any:
    return reporting.built(
        landing=home.home.landing,
        published=home.home.published,
        as_of=datetime(2026, 6, 1, tzinfo=UTC),
        range_start=datetime(2026, 1, 1, tzinfo=UTC),
        range_end=datetime(2026, 6, 1, tzinfo=UTC),
        roster=state_file(home.home),
    )


def compare(reports: duckdb.DuckDBPyConnection, history: History, where: str) -> None:
    """Compare the three reports of the history, cell by cell."""
    same(records(reports), history.records(), f"sync_history_records, {where}")
    syncs = reports.execute(
        "select sync_id, app, started_at, status, records, errors, stage"
        " from reports.sync_history"
    ).fetchall()
    for sync_id, _, _, status, _, _, stage in syncs:
        assert (stage is None) == (status in ("Completed", "Warning")), where
        assert (stage == "late") == (sync_id in history.late()), where
    same(
        [_app_when_known(row[:-1]) for row in syncs],
        [_app_when_known(row) for row in history.sync_history()],
        f"sync_history, {where}",
    )
    names = ", ".join(("sync_id", "data_type", "school_id", "total", *OUTCOMES))
    counts = reports.execute(f"select {names} from reports.sync_history_counts")
    same(counts.fetchall(), history.counts(), f"sync_history_counts, {where}")


def _app_when_known(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A bundle that could not be read does not tell its system."""
    app = None if row[3] == "Failed" else row[1]
    return (row[0], app, row[2].timestamp(), *row[3:])


def records(reports: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    rows = reports.execute(
        "select sync_id, data_type, record_id, outcome, is_invalid, file_name,"
        " line_number, school_ids, messages, changed_fields, content"
        " from reports.sync_history_records"
    ).fetchall()
    return [
        (
            *row[:7],
            sorted(row[7]),
            sorted(_told(message, row[5], row[6]) for message in row[8]),
            [(each["field"], each["old"], each["new"]) for each in row[9]],
            None if row[10] is None else json.loads(row[10]),
        )
        for row in rows
    ]


def _told(message: str, file_name: str, line: int) -> str:
    """What a message is about: it begins with its place and its column."""
    place = f"{file_name}, line {line}: "
    assert message.startswith(place)
    words = message.removeprefix(place).split(" ")
    if words[0] == "line":
        return f"line {words[1]}"
    if "is taken by" in message:
        return f"username {words[-1]}"
    return "" if message.startswith(f"{place}the row has ") else words[0]


def roster_records(reports: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    rows = reports.execute(
        "select data_type, record_id, is_active, school_ids, content, first_sync_id,"
        " last_changed_sync_id from reports.roster_records"
    ).fetchall()
    return [(*row[:3], sorted(row[3]), json.loads(row[4]), *row[5:]) for row in rows]


def same(
    got: Iterable[tuple[Any, ...]], wanted: Iterable[tuple[Any, ...]], where: str
) -> None:
    """Two bags of rows are one; else the first rows that differ are told."""
    surplus = Counter(map(_spelled, got))
    lacking = Counter(map(_spelled, wanted))
    surplus, lacking = surplus - lacking, lacking - surplus
    assert not surplus, (
        f"{where}\nhas:   "
        + "\n       ".join(sorted(surplus)[:5])
        + "\nlacks: "
        + "\n       ".join(sorted(lacking)[:5])
    )
    assert not lacking, f"{where}\nlacks: " + "\n       ".join(sorted(lacking)[:5])


def _spelled(row: tuple[Any, ...]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def test_series_give_the_ledger_of_the_oracle(
    reporting: CompiledProject, tmp_path: Path
) -> None:
    for seed in range(2):
        (tmp_path / str(seed)).mkdir()
        follow(seed, 7, tmp_path / str(seed), reporting, Checked())


@pytest.mark.slow
def test_every_rule_outcome_hold_and_status_comes_up(
    reporting: CompiledProject, tmp_path: Path
) -> None:
    checked = Checked()
    for seed in range(2, 9):
        (tmp_path / str(seed)).mkdir()
        follow(seed, 18, tmp_path / str(seed), reporting, checked)

    assert checked.missed() == set()
