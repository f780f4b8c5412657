"""Series of bundles with known truth: every cell of the ledger as an oracle has it.

The oracle reads the very files, slowly, by the contract's text alone. After each run of
a series all four reports are compared, as dbt's own SQL builds them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from oracle.oneroster_counts import OUTCOMES
from oracle.oneroster_history import History
from orchestration.extract.oneroster.standard import all_rules
from orchestration.extract.platform.shapes import land_shapes
from support.compiled import CompiledProject
from support.roster_reports import REPORTS, built, compare, roster_records, same
from support.rosters import RosterHome
from worlds.roster_series import Series


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
