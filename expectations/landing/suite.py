"""Whether what a batch brought can be built from."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.engine import run_declared
from expectations.errors import CheckRunError
from expectations.landing.declarations import declared_checks
from expectations.landing.metrics import collect_metrics
from expectations.results import CheckResult
from expectations.session import CheckLimits, open_session


def check_landing(
    landing: Path, *, batch: int, limits: CheckLimits | None = None
) -> list[CheckResult]:
    """Check what arrived in ``batch``, against the batches before it.

    No clock is read: a run may be of the past.

    Returns:
        One result for each landing check; none when the batch brought nothing new.

    Raises:
        CheckRunError: the landing cannot be read, or a check not carried out.
    """
    with open_session(limits or CheckLimits()) as session:
        try:
            has_news = collect_metrics(session, landing, batch=batch)
        except duckdb.Error as error:
            raise CheckRunError(
                f"batch {batch} of {landing} cannot be checked:"
                f" {str(error).splitlines()[0]}"
            ) from error
        if not has_news:
            return []
        return run_declared(session, declared_checks())
