"""From a built warehouse to the file that readers open."""

from __future__ import annotations

import getpass
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.results import CheckResult, Severity, describe
from orchestration.errors import CheckFailedError, RollbookError
from orchestration.files import write_text_atomically
from orchestration.home import Home
from orchestration.publish.versions import Versions
from orchestration.run_parameters import RunParameters
from orchestration.warehouse import Warehouse, code_version

Audit = Callable[[Path, Path | None], list[CheckResult]]


@dataclass(frozen=True, slots=True)
class Publication:
    """One published version, as ``marts.publications`` and the home's ledger tell."""

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


@dataclass(frozen=True, slots=True)
class StagedResult:
    """A check's result with the stage of the run in which it was found."""

    stage: str
    result: CheckResult


def read_publications(home: Home) -> list[Publication]:
    """Every publication so far, oldest first."""
    text = home.publications_ledger.read_text(encoding="utf-8")
    return [Publication(**json.loads(line)) for line in text.splitlines()]


def publish(
    home: Home,
    parameters: RunParameters,
    *,
    run_id: str,
    earlier_results: Sequence[StagedResult],
    audit: Audit,
    kept_versions: int,
) -> Publication:
    """Build the next version aside, audit it, and let readers have it.

    Args:
        home: the home whose warehouse was built.
        parameters: what the run was asked to do.
        run_id: the Dagster run.
        earlier_results: what landing and build found; they go into the file.
        audit: looks at the finished file, and at the one it replaces.
        kept_versions: how many versions stay for a rollback.

    Raises:
        CheckFailedError: a blocking check failed; readers keep what they have.
    """
    versions = Versions(home)
    earlier = read_publications(home)
    publication_id = f"{len(earlier) + 1:06d}-{parameters.as_of:%Y%m%dT%H%M%SZ}"
    Warehouse(home).checkpoint()
    file = versions.begin(publication_id)
    try:
        shutil.copyfile(Warehouse(home).database, file)
        publication = _complete(
            file, parameters, publication_id, run_id, earlier_results
        )
        current = versions.current()
        audited = audit(file, versions.file(current) if current else None)
        raise_for_blocking(audited)
    except BaseException:
        versions.discard(publication_id)
        raise
    versions.finish(publication_id)
    publication = replace(
        publication,
        failed_check_count=publication.failed_check_count
        + sum(not result.passed for result in audited),
    )
    results = [
        *earlier_results,
        *(StagedResult("published", result) for result in audited),
    ]
    _append(home.check_results_ledger, _result_rows(publication, results))
    _append(home.publications_ledger, [asdict(publication)])
    versions.serve(publication_id)
    versions.prune(kept_versions)
    return publication


def raise_for_blocking(results: Sequence[CheckResult]) -> None:
    """End the run when a blocking check failed.

    Raises:
        CheckFailedError: naming the first failed check, its count and sample rows.
    """
    failed = [
        result
        for result in results
        if not result.passed and result.severity is Severity.BLOCKING
    ]
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        raise CheckFailedError(
            f"check {describe(failed[0])}{more}; the last publication stays as it was"
        )


def _complete(
    file: Path,
    parameters: RunParameters,
    publication_id: str,
    run_id: str,
    results: Sequence[StagedResult],
) -> Publication:
    """Add this run's own records to the copy, and close it without a log file."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("set timezone = 'UTC'")
        publication = Publication(
            publication_id=publication_id,
            run_id=run_id,
            code_version=code_version(),
            published_by=getpass.getuser(),
            forced_reason=None,
            input_file_count=_count(connection, "marts.input_files"),
            quarantined_count=_count(connection, "marts.quarantined_rows"),
            failed_check_count=sum(not staged.result.passed for staged in results),
            report_rows={
                report: _count(connection, f"reports.{report}")
                for (report,) in connection.execute(
                    "select name from marts.report_catalog order by name"
                ).fetchall()
            },
            as_of=parameters.as_of.isoformat(),
            range_start_at=parameters.range_start.isoformat(),
            range_end_at=parameters.range_end.isoformat(),
            published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        _insert(connection, "marts.publications", [asdict(publication)])
        _insert(connection, "marts.check_results", _result_rows(publication, results))
        connection.execute("force checkpoint")
    if file.with_name(f"{file.name}.wal").exists():
        raise RollbookError(f"{file} has a write-ahead log after its checkpoint")
    return publication


def _result_rows(
    publication: Publication, results: Sequence[StagedResult]
) -> list[dict[str, object]]:
    return [
        {
            "publication_id": publication.publication_id,
            "stage": staged.stage,
            "check_name": staged.result.check,
            "table_name": staged.result.table_name,
            "severity": str(staged.result.severity),
            "observed": staged.result.observed,
            "expected": staged.result.expected,
            "failing_rows": list(staged.result.failing_rows),
            "is_passed": staged.result.passed,
            "checked_at": publication.published_at,
        }
        for staged in results
    ]


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]
) -> None:
    if not rows:
        return
    names = list(rows[0])
    connection.executemany(
        f"insert into {table} ({', '.join(names)})"
        f" values ({', '.join('?' for _ in names)})",
        [
            [
                json.dumps(value) if isinstance(value, dict | list) else value
                for value in row.values()
            ]
            for row in rows
        ],
    )


def _append(ledger: Path, rows: list[dict[str, object]]) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_text_atomically(ledger, ledger.read_text(encoding="utf-8") + lines)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
