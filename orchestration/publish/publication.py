"""From a built warehouse to the file that readers open."""

from __future__ import annotations

import getpass
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.results import CheckResult, Severity, describe
from orchestration.errors import CheckFailedError, RollbookError
from orchestration.extract.ledger import Ledger, Readings
from orchestration.home import Home
from orchestration.publish.records import (
    Publication,
    StagedResult,
    complete_records,
    next_publication_id,
    published_through,
    record_text,
    result_rows,
)
from orchestration.publish.versions import Versions
from orchestration.run_parameters import RunParameters
from orchestration.warehouse import Warehouse, code_version

Audit = Callable[[Path, Path | None], list[CheckResult]]


def publish(
    home: Home,
    parameters: RunParameters,
    *,
    run_id: str,
    earlier_results: Sequence[StagedResult],
    audit: Audit,
    on_swapping: Callable[[], None],
    kept_versions: int,
    forced_reason: str | None = None,
) -> Publication:
    """Build the next version aside, audit it, and let readers have it.

    Args:
        home: the home whose warehouse was built.
        parameters: what the run was asked to do.
        run_id: the Dagster run.
        earlier_results: what landing and build found; they go into the file.
        audit: looks at the finished file, and at the one it replaces.
        on_swapping: told when the file has passed and readers are about to get it.
        kept_versions: how many versions stay for a rollback.
        forced_reason: why it is published whatever the checks say; None when not.

    Raises:
        CheckFailedError: a blocking check failed; readers keep what they have.
    """
    versions = Versions(home)
    publication_id = next_publication_id(home, parameters.as_of)
    Warehouse(home).checkpoint()
    file = versions.begin(publication_id)
    try:
        shutil.copyfile(Warehouse(home).database, file)
        publication = _complete(
            file,
            _described(home, parameters, publication_id, run_id, forced_reason),
            earlier_results,
        )
        current = versions.current()
        audited = audit(file, versions.file(current) if current else None)
        raise_for_blocking(audited, forced_reason=forced_reason)
    except BaseException:
        versions.discard(publication_id)
        raise
    on_swapping()
    publication = replace(
        publication,
        failed_check_count=publication.failed_check_count
        + sum(not result.passed for result in audited),
    )
    results = [
        *earlier_results,
        *(StagedResult("published", result) for result in audited),
    ]
    versions.finish(publication_id, record=record_text(publication, results))
    versions.serve(publication_id)
    complete_records(home)
    versions.prune(kept_versions)
    return publication


def raise_for_blocking(
    results: Sequence[CheckResult], *, forced_reason: str | None
) -> None:
    """End the run when a blocking check failed, unless it is forced.

    Raises:
        CheckFailedError: naming the first failed check, its count and sample rows.
    """
    failed = [
        result
        for result in results
        if not result.passed and result.severity is Severity.BLOCKING
    ]
    if failed and forced_reason is None:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        raise CheckFailedError(
            f"check {describe(failed[0])}{more}; the last publication stays as it was"
        )


def _described(
    home: Home,
    parameters: RunParameters,
    publication_id: str,
    run_id: str,
    forced_reason: str | None,
) -> Publication:
    """What is known of a publication before its file is looked at."""
    through = published_through(home)
    ledger = Ledger(home.landing)
    return Publication(
        publication_id=publication_id,
        run_id=run_id,
        code_version=code_version(),
        published_by=getpass.getuser(),
        forced_reason=forced_reason,
        input_file_count=0,
        quarantined_count=0,
        failed_check_count=0,
        report_rows={},
        as_of=parameters.as_of.isoformat(),
        range_start_at=parameters.range_start.isoformat(),
        range_end_at=parameters.range_end.isoformat(),
        published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        landed_through_batch=max(ledger.batch_numbers(), default=0),
        new_inputs=[
            {
                "table": entry.table_name,
                "path": entry.path,
                "sha256": entry.content_hash,
                "rows": entry.landed_count,
            }
            for entry in Readings(ledger.entries()).counting()
            if entry.batch > through and entry.outcome == "landed"
        ],
    )


def _complete(
    file: Path, publication: Publication, results: Sequence[StagedResult]
) -> Publication:
    """Add this run's own records to the copy, and close it without a log file."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("set timezone = 'UTC'")
        publication = replace(
            publication,
            input_file_count=_count(
                connection,
                "(select distinct table_name, source_file from marts.input_files)",
            ),
            quarantined_count=_count(connection, "marts.quarantined_rows"),
            failed_check_count=sum(not staged.result.passed for staged in results),
            report_rows={
                report: _count(connection, f"reports.{report}")
                for (report,) in connection.execute(
                    "select name from marts.report_catalog order by name"
                ).fetchall()
            },
        )
        _insert(connection, "marts.publications", [asdict(publication)])
        _insert(connection, "marts.check_results", result_rows(publication, results))
        connection.execute("force checkpoint")
    if file.with_name(f"{file.name}.wal").exists():
        raise RollbookError(f"{file} has a write-ahead log after its checkpoint")
    return publication


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


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    row = connection.execute(f"select count(*) from {rows}").fetchone()
    return int(row[0]) if row else 0
