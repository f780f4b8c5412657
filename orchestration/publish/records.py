"""What a home remembers of its publications, also of those it keeps no file of."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from expectations.results import CheckResult
from orchestration.extract.ledger import Ledger
from orchestration.files import write_text_atomically
from orchestration.home import Home
from orchestration.publish.versions import Versions

# Two months of nights. Every build reads the ledger of check results, and each
# publication adds some hundred rows to it; what is older stays, in files of its own.
RECENT_PUBLICATIONS = 60


@dataclass(frozen=True, slots=True)
class Publication:
    """One published version, as ``marts.publications`` and the home's ledger tell.

    Its inputs are all files of the batches through ``landed_through_batch``;
    ``new_inputs`` are those that the publication before had not: table, path, SHA-256
    and rows of each.
    """

    publication_id: str
    run_id: str
    code_version: str
    published_by: str
    forced_reason: str | None
    input_file_count: int
    quarantined_count: int
    failed_check_count: int
    report_rows: dict[str, int]
    as_of: str
    range_start_at: str
    range_end_at: str
    published_at: str
    landed_through_batch: int = 0
    new_inputs: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StagedResult:
    """A check's result with the stage of the run in which it was found."""

    stage: str
    result: CheckResult


def result_rows(
    publication: Publication, results: Sequence[StagedResult]
) -> list[dict[str, object]]:
    """Rows of ``marts.check_results``."""
    return [
        {
            "publication_id": publication.publication_id,
            "stage": staged.stage,
            "check_name": staged.result.check,
            "table_name": staged.result.table_name or None,
            "severity": str(staged.result.severity),
            "observed": staged.result.observed,
            "expected": staged.result.expected,
            "failing_rows": list(staged.result.failing_rows),
            "is_passed": staged.result.passed,
            "checked_at": publication.published_at,
        }
        for staged in results
    ]


def read_publications(home: Home) -> list[Publication]:
    """Every publication so far, oldest first."""
    return [Publication(**row) for row in _rows(home.publications_ledger)]


def published_through(home: Home) -> int:
    """The newest batch that readers have; 0 before the first publication."""
    publications = read_publications(home)
    return publications[-1].landed_through_batch if publications else 0


def unpublished_batches(home: Home) -> list[int]:
    """Landed batches that no publication holds, oldest first."""
    through = published_through(home)
    return [batch for batch in Ledger(home.landing).batch_numbers() if batch > through]


def record_text(publication: Publication, results: Sequence[StagedResult]) -> str:
    """What a version's folder holds beside its file, until the ledgers have it too."""
    return json.dumps(
        {
            "publication": asdict(publication),
            "check_results": result_rows(publication, results),
        },
        ensure_ascii=False,
    )


def complete_records(home: Home) -> None:
    """Make the ledgers tell of the version that readers open, and of no other.

    The swap of the link is what publishes. A run that died right after it has not
    recorded it; one that died right before it left a version that nobody was given,
    newer than all that are recorded.
    """
    versions = Versions(home)
    current = versions.current()
    known = {publication.publication_id for publication in read_publications(home)}
    if current and current not in known and versions.record(current).exists():
        record = json.loads(versions.record(current).read_text(encoding="utf-8"))
        results = _with_rows(
            home.check_results_ledger, record["check_results"], current
        )
        _write(home.check_results_ledger, _set_aside_older(home, results))
        _write(
            home.publications_ledger,
            _with_rows(home.publications_ledger, [record["publication"]], current),
        )
        known.add(current)
    for version_id in versions.kept():
        if version_id != current and version_id > max(known, default=""):
            versions.remove(version_id)


def next_publication_id(home: Home, as_of: datetime) -> str:
    """A running number, and the logical time of the run."""
    publications = read_publications(home)
    newest = int(publications[-1].publication_id[:6]) if publications else 0
    return f"{newest + 1:06d}-{as_of:%Y%m%dT%H%M%SZ}"


def _set_aside_older(home: Home, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the results of older publications a file each; return the recent ones.

    A crash before the ledger is rewritten writes the same files again.
    """
    by_publication: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in results:
        by_publication[row["publication_id"]].append(row)
    for older in sorted(by_publication)[:-RECENT_PUBLICATIONS]:
        _write(home.older_check_results / f"{older}.jsonl", by_publication.pop(older))
    return [row for rows in by_publication.values() for row in rows]


def _with_rows(
    ledger: Path, rows: list[dict[str, Any]], publication_id: str
) -> list[dict[str, Any]]:
    """The ledger's rows and a publication's; what a crash left of them is replaced."""
    kept = [row for row in _rows(ledger) if row["publication_id"] != publication_id]
    return [*kept, *rows]


def _write(ledger: Path, rows: list[dict[str, Any]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    write_text_atomically(ledger, "".join(f"{line}\n" for line in lines))


def _rows(ledger: Path) -> list[dict[str, Any]]:
    text = ledger.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
