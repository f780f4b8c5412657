"""Precision and recall of the rules about syncs, on worlds whose anomalies are known.

Two worlds that nothing is shared between: one of cases beside each threshold, one of
schools that live through sixty days and have faults.

``make bench-quality``; exit code 1 when a gate fails.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from benchmarks import labelled, school_year
from benchmarks.measuring import measure
from benchmarks.worlds import ROLLBOOK
from orchestration.home import Home

SEEDS = (1, 2, 3)
COPIES = 10
LEAST_CASES = 20
# What is drawn from a distribution may be missed now and then; the rest may not.
GATE = 1.0
LOOSE_GATE = 0.95
LOOSE_RULES = ("error_rate_spike", "volume_drop", "volume_spike", "silent_drift")

Key = tuple[str, str, str]
"""rule, campus_id, subject."""
Label = labelled.Label | school_year.Label


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of world."""

    name: str
    as_of: datetime
    write: Callable[[int, int, Path], Sequence[Label]]
    """Makes a world of a seed and so many copies, in a drop folder; its labels."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well one rule did."""

    rule: str
    positive_cases: int
    negative_cases: int
    missed: tuple[str, ...]
    """The cases that should have fired."""
    surplus: tuple[str, ...]
    """What fired and should not have: a case's name, or the subject."""

    @property
    def hit_count(self) -> int:
        """The cases that fired, and should have."""
        return self.positive_cases - len(self.missed)

    @property
    def precision(self) -> float:
        """The share of findings that are right."""
        found = self.hit_count + len(self.surplus)
        return self.hit_count / found if found else 0.0

    @property
    def recall(self) -> float:
        """The share of anomalies that are found."""
        return self.hit_count / self.positive_cases if self.positive_cases else 0.0

    @property
    def gate(self) -> float:
        """What both must reach."""
        return LOOSE_GATE if self.rule in LOOSE_RULES else GATE

    @property
    def passes(self) -> bool:
        """Whether both do, on enough cases of either side."""
        enough = min(self.positive_cases, self.negative_cases) >= LEAST_CASES
        return enough and min(self.precision, self.recall) >= self.gate


def found_anomalies(connection: duckdb.DuckDBPyConnection) -> set[Key]:
    """What the rules say is open, or happened once."""
    cursor = connection.execute(
        "select anomalies.*, rules.is_event from reports.sync_anomalies as anomalies"
        " inner join seeds.anomaly_rules as rules on anomalies.rule = rules.rule"
    )
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {
        (row["rule"], row["campus_id"], subject_of(row))
        for row in rows
        if row["is_event"] or row["is_open"]
    }


def subject_of(row: dict[str, Any]) -> str:
    """What an anomaly is about, as the cases name it."""
    told = json.loads(row["evidence"])
    match row["rule"]:
        case "missed_schedule":
            return str(row["job_id"])
        case "error_rate_spike" | "volume_drop" | "volume_spike":
            return f"{row['job_id']}|{told['date']}"
        case "mass_change":
            return f"{row['job_id']}|{row['record_type']}|{told['date']}"
        case "duplicate_identifier":
            return f"{told['identifier']}|{told['value']}"
        case "unknown_error":
            return str(told["error"])
    return str(row["record_key"])


def scores_of(labels: Sequence[Label], found: set[Key]) -> Iterator[Score]:
    """Score each rule."""
    by_key = {(one.rule, one.campus_id, one.subject): one for one in labels}
    for rule in dict.fromkeys(case.rule for case in labelled.CASES):
        own = {key: one for key, one in by_key.items() if key[0] == rule}
        wanted = {key for key, one in own.items() if one.fires}
        fired = {key for key in found if key[0] == rule}
        surplus = [
            own[key].case if key in own else f"{key[1]} {key[2]}"
            for key in fired - wanted
        ]
        yield Score(
            rule,
            len(wanted),
            len(own) - len(wanted),
            tuple(sorted(own[key].case for key in wanted - fired)),
            tuple(sorted(surplus)),
        )


def _write_cases(seed: int, copies: int, drop: Path) -> Sequence[Label]:
    world, labels = labelled.labelled_world(seed=seed, copies=copies)
    labelled.write_world(world, drop)
    return labels


def _write_schools(seed: int, copies: int, drop: Path) -> Sequence[Label]:
    platform, labels = school_year.school_year(seed=seed, copies=copies)
    school_year.write_school_year(platform, drop)
    return labels


KINDS = (
    Kind("cases", labelled.AS_OF, _write_cases),
    Kind("school year", school_year.AS_OF, _write_schools),
)


def scored_world(kind: Kind, seed: int, copies: int) -> list[Score]:
    """Make a world, run the main job on it, score what the rules found."""
    with tempfile.TemporaryDirectory(prefix="rollbook-quality-") as folder:
        labels = kind.write(seed, copies, Path(folder) / "drop")
        home = Home(Path(folder) / "home")
        given = ("--source", Path(folder) / "drop", "--home", home.root)
        measure([ROLLBOOK, "run", *given, "--as-of", kind.as_of.isoformat()])
        with duckdb.connect(str(home.published_file), read_only=True) as connection:
            counted = connection.execute("select count(*) from marts.fct_sync_attempts")
            attempts = (counted.fetchone() or (0,))[0]
            size = f"{attempts:,} attempts, {len(labels):,} cases"
            _progress(f"{kind.name}, seed {seed}: {size}")
            return list(scores_of(labels, found_anomalies(connection)))


def main(
    seeds: Annotated[
        list[int] | None, typer.Option("--seed", help="What worlds are drawn from.")
    ] = None,
    copies: Annotated[int, typer.Option(help="How often a case occurs.")] = COPIES,
    world: Annotated[
        str | None, typer.Option(help="One kind of world; both, when left out.")
    ] = None,
) -> None:
    """Score the rules on both worlds for each seed; print precision and recall."""
    kinds = [kind for kind in KINDS if world in (None, kind.name)]
    if not kinds:
        names = " or ".join(f'"{kind.name}"' for kind in KINDS)
        raise typer.BadParameter(f"there is no world {world!r}; give {names}")
    has_passed = [_told(kind, seeds or list(SEEDS), copies) for kind in kinds]
    if not all(has_passed):
        sys.exit(1)


def _told(kind: Kind, seeds: list[int], copies: int) -> bool:
    """Print a kind's table; whether every rule reached its gate."""
    worlds = {seed: scored_world(kind, seed, copies) for seed in seeds}
    print(
        _line(kind.name, "fire", "do not", "gate", *(f"seed {one}" for one in worlds))
    )
    print(_line(*["---"] * (4 + len(worlds))))
    for scores in zip(*worlds.values(), strict=True):
        first = scores[0]
        told = (f"{one.precision:.3f} / {one.recall:.3f}" for one in scores)
        counts = (first.positive_cases, first.negative_cases, f"{first.gate:.2f}")
        print(_line(first.rule, *counts, *told))
    print()
    failed = {seed: _failures(scores) for seed, scores in worlds.items()}
    for seed, rules in failed.items():
        if rules:
            _progress(f"{kind.name}, seed {seed}: below its gate: {', '.join(rules)}")
    return not any(failed.values())


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _failures(scores: list[Score]) -> list[str]:
    """The rules below their gates; says which cases were to blame."""
    failed = [score for score in scores if not score.passes]
    for score in failed:
        for word, names in (("missed", score.missed), ("surplus", score.surplus)):
            for name, count in Counter(names).most_common(20):
                _progress(f"{score.rule}: {word}: {name} ({count})")
    return [score.rule for score in failed]


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    typer.run(main)
