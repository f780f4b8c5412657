"""Great Expectations on DuckDB over SQL: the one place that knows how.

GX 1.24.1 closes a DuckDB connection before it fetches from it, and all but one kind of
expectation end in an IndexError. Naming the dialect among those whose connection it
keeps open cures that. The name is private, so GX is pinned exactly, and
tests/unit/expectations/test_engine.py fails when the cure is no longer needed or no
longer works.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import Any

import duckdb

from expectations.checks import Check
from expectations.errors import CheckRunError
from expectations.results import SAMPLE_ROWS, CheckResult


@dataclass(frozen=True, slots=True)
class Declared:
    """A check and the GX expectation that decides it.

    ``relation`` is a table or view of the session's own catalog; ``shown`` names the
    columns that tell a person which row failed, beside the one that was judged;
    ``noun`` says what a row of it stands for.
    """

    check: Check
    relation: str
    expectation: Any
    shown: tuple[str, ...] = ()
    noun: str = "row"


class _Dialect(StrEnum):
    """GX asks a dialect for its ``value``."""

    DUCKDB = "duckdb"


@cache
def load_gx() -> ModuleType:
    """Import Great Expectations, ready for DuckDB: seconds, once a process."""
    # Read while GX is imported: a run must make no connection that nobody asked for.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations
    import great_expectations.expectations

    _keep_duckdb_connections_open()
    return great_expectations


@contextmanager
def gx_loading() -> Iterator[None]:
    """Load Great Expectations in a thread, beside work that leaves a core free."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(load_gx)
        yield


def _keep_duckdb_connections_open() -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine

    persisted = sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS
    if _Dialect.DUCKDB not in persisted:
        cured: Any = (*persisted, _Dialect.DUCKDB)
        sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS = cured


def run_declared(
    session: duckdb.DuckDBPyConnection, declared: Sequence[Declared]
) -> list[CheckResult]:
    """Judge every declared check on the relations of ``session``, in their order.

    Raises:
        CheckRunError: GX could not carry out one of them.
    """
    with _data_source(session) as data_source:
        batches = {
            relation: data_source.add_table_asset(relation, table_name=relation)
            .add_batch_definition_whole_table("whole")
            .get_batch()
            for relation in dict.fromkeys(item.relation for item in declared)
        }
        return [_judge(batches[item.relation], item) for item in declared]


@contextmanager
def _data_source(session: duckdb.DuckDBPyConnection) -> Iterator[Any]:
    """A GX data source that reads through cursors of ``session``."""
    gx = load_gx()
    from duckdb_engine import ConnectionWrapper
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    cursors: list[duckdb.DuckDBPyConnection] = []

    def connect() -> Any:
        cursor = session.cursor()
        cursor.execute("set timezone = 'UTC'")
        cursors.append(cursor)
        return ConnectionWrapper(cursor)

    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            progress_bars=ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        ),
    )
    data_source = context.data_sources.add_sql(
        "session",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
        kwargs={"creator": connect},
    )
    try:
        yield data_source
    finally:
        _release(data_source)
        for cursor in cursors:
            cursor.close()


def _release(data_source: Any) -> None:
    """Give up GX's connections, which it would keep for the rest of the process.

    They hold the files that the session has attached, and SQLAlchemy complains on
    stderr when it finds one closed behind its back.
    """
    execution_engine = data_source.get_execution_engine()
    with execution_engine.get_connection() as connection:
        connection.close()
    execution_engine.close()
    data_source.get_engine().dispose()


def _judge(batch: Any, declared: Declared) -> CheckResult:
    validated = batch.validate(
        declared.expectation,
        result_format={
            "result_format": "COMPLETE",
            "partial_unexpected_count": SAMPLE_ROWS,
            "unexpected_index_column_names": list(declared.shown),
        },
    )
    message = _exception_message(validated.exception_info)
    if message is not None:
        raise CheckRunError(
            f"check {declared.check.name} on {declared.relation} cannot be carried"
            f" out: {message}"
        )
    found = validated.result
    return declared.check.result(
        passed=bool(validated.success),
        observed=_observed(found, declared.noun),
        failing_rows=tuple(map(_compact_json, _failing_rows(found))),
    )


def _exception_message(info: dict[str, Any] | None) -> str | None:
    """GX reports one exception, or one for each metric, and calls both a failure."""
    if not info:
        return None
    nested = [info] if "raised_exception" in info else list(info.values())
    for exception in nested:
        if exception["raised_exception"]:
            text = str(exception["exception_message"]).strip()
            return text.splitlines()[0] if text else "no message"
    return None


def _observed(found: dict[str, Any], noun: str) -> str:
    if "element_count" not in found:
        failed = int(found["observed_value"])
        return f"{_counted(failed, noun)} against it"
    # Nulls are not judged; counts are null where a row condition leaves no row.
    judged = int(found["element_count"]) - int(found.get("missing_count") or 0)
    if not judged:
        return "nothing to judge"
    failed = int(found["unexpected_count"] or 0)
    return f"{failed or 'none'} of {_counted(judged, noun)} against it"


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count or 'no'} {noun}{'es' if noun.endswith('s') else 's'}"


def _failing_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]]
    if "details" in found:
        rows = found["details"]["unexpected_rows"]
    else:
        rows = found["unexpected_index_list"]
    return rows[:SAMPLE_ROWS]


def _compact_json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str)
