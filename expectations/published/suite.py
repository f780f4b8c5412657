"""Whether the file that is about to be served may be."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from expectations.engine import Declared, run_declared
from expectations.errors import CheckRunError
from expectations.published import checks
from expectations.published.declarations import (
    declared_on_history,
    declared_on_reports,
    declared_on_rows,
    declared_on_shape,
)
from expectations.published.drift import fill_drift
from expectations.published.metrics import Metrics
from expectations.published.shapes import CATALOG_COLUMNS, Shape
from expectations.results import CheckResult
from expectations.session import CheckLimits, open_session, text_literal

_NOT_RUN = "not run, as a table or column that it reads is missing"


def check_published(
    database: Path,
    *,
    previous: Path | None,
    range_start: datetime,
    range_end: datetime,
    limits: CheckLimits | None = None,
) -> list[CheckResult]:
    """Check the finished file, and hold it against the publication that it replaces.

    Args:
        database: the very file that is to be served.
        previous: the file that is served now; None before the first publication.
        range_start: first instant of the range of the report tables.
        range_end: first instant after it.
        limits: what the check session may use.

    Returns:
        One result for each published check. A check that could not be run because a
        table is missing has failed.

    Raises:
        CheckRunError: ``database`` cannot be read, or a check not carried out.
    """
    with open_session(limits or CheckLimits()) as session:
        try:
            served = _attach(session, database, "served")
            earlier, flaw = _attach_previous(session, previous, database)
            metrics = Metrics(session, served, earlier, range_start, range_end)
            declared = _collect(metrics, flaw)
        except duckdb.Error as error:
            raise CheckRunError(
                f"{database} cannot be checked: {_first_line(error)}"
            ) from error
        found = {result.check: result for result in run_declared(session, declared)}
    return [
        found.get(check.name) or check.result(passed=False, observed=_NOT_RUN)
        for check in checks.CHECKS
    ]


def _collect(metrics: Metrics, previous_error: str | None) -> list[Declared]:
    """Fill the metrics, and declare the checks that they can carry."""
    is_whole = metrics.fill_read_tables()
    declared = declared_on_shape()
    if metrics.served.has(("marts", "report_catalog"), CATALOG_COLUMNS):
        metrics.fill_reports()
        declared += declared_on_reports()
    if is_whole:
        metrics.fill_campuses()
        metrics.fill_sync_logs()
        metrics.fill_publication(previous_error)
        fill_drift(metrics)
        declared += declared_on_rows(metrics.range_start, metrics.range_end)
        declared += declared_on_history()
    return declared


def _attach(session: duckdb.DuckDBPyConnection, file: Path, name: str) -> Shape:
    session.execute(f"attach {text_literal(str(file))} as {name} (read_only)")
    return Shape.read(session, name)


def _attach_previous(
    session: duckdb.DuckDBPyConnection, previous: Path | None, database: Path
) -> tuple[Shape | None, str | None]:
    """The shape of the previous publication, or why it has none.

    A publication that cannot be read must not keep a good one from replacing it.
    """
    if previous is None:
        return None, None
    if previous.exists() and previous.samefile(database):
        return Shape.read(session, "served"), None
    try:
        return _attach(session, previous, "previous"), None
    except duckdb.Error as error:
        return None, _first_line(error)


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0]
