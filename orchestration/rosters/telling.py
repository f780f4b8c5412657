"""What is told of imports: to people at a terminal, and to Dagster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from orchestration.extract.oneroster.journal import Journal
from orchestration.extract.source_readings import SourceReading
from orchestration.home import Home
from orchestration.rosters.decisions import decision_on
from orchestration.rosters.importing import ImportOutcome, SourceOutcome

_SHOWN = (
    *("total", "no_change", "new", "updated", "deleted", "deleted_absent"),
    *("skipped", "merged", "excluded", "invalid"),
)


def problem_lines(outcome: SourceOutcome) -> list[str]:
    """The warnings that a run has on a source, one a line."""
    name = outcome.source.name
    told = [outcome.problem] if outcome.problem else []
    told += outcome.warnings
    told += [
        f"import {each.sync_id} is on hold: {'; '.join(each.reasons)}"
        for each in outcome.imports
        if each.status == "On Hold"
    ]
    told += [
        f"import {each.sync_id} failed: {'; '.join(each.reasons)}"
        for each in outcome.imports
        if each.status == "Failed"
    ]
    return [f"warning: source {name}: {each}" for each in told]


def reading_of(outcome: SourceOutcome, as_of: datetime) -> SourceReading:
    """What became of a source, as the readings of every kind are kept."""
    return SourceReading(
        source=outcome.source.name,
        kind=outcome.source.kind,
        as_of=as_of.isoformat(),
        attempted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        rows=int(figures(outcome)["total"]),
        warnings=tuple(outcome.warnings),
        error=" ".join(outcome.problem.split()) if outcome.problem else None,
    )


def figures(outcome: SourceOutcome) -> dict[str, int | str]:
    """What the imports of a source did in a run, summed by outcome."""
    found: dict[str, int | str] = {"imports": len(outcome.imports)}
    found["statuses"] = ", ".join(each.status for each in outcome.imports)
    for name in _SHOWN:
        found[name] = sum(
            counts.figures[name]
            for each in outcome.imports
            if each.status in ("Completed", "Warning")
            for counts in each.counts
        )
    return found


def told_imports(outcomes: Iterable[SourceOutcome]) -> str:
    """What each import did or would do, a line a data type."""
    lines: list[str] = []
    for outcome in outcomes:
        lines += problem_lines(outcome)
        for each in outcome.imports:
            lines += _told_import(each)
    return "\n".join(lines) or "there is nothing new to import"


def _told_import(each: ImportOutcome) -> Iterator[str]:
    yield f"{each.sync_id}  {each.status}"
    for counts in sorted(each.counts, key=lambda counts: counts.data_type):
        told = ", ".join(f"{name} {counts.figures[name]:,}" for name in _SHOWN)
        yield f"  {counts.data_type}: {told}"


def list_imports(home: Home) -> str:
    """One line an import, oldest first; undecided holds say what they wait for."""
    journal = Journal.read(home)
    lines = []
    sources = {event["source"] for event in journal.events if event["source"]}
    for source in sorted(sources):
        states = journal.states(source)
        held = journal.held(source)
        for number, landed in journal.imports(source).items():
            state = states[number]
            line = f"{landed['sync_id']}  {landed['bundle_at']}  {_word(state)}"
            if state == "failed":
                line += f"  {landed['message']}"
            if number == held:
                decision = decision_on(home, landed["sync_id"])
                line += (
                    f"  {decision.decision} by {decision.decided_by}: the next run"
                    " carries it out"
                    if decision
                    else "  approve or discard it"
                )
            lines.append(line)
    return "\n".join(lines) or "there is no import"


def _word(state: str) -> str:
    words = {"landed": "Waiting", "held": "On Hold"}
    return words.get(state, state.capitalize())
