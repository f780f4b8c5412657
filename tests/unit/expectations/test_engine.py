"""The adapter that lets Great Expectations judge DuckDB relations over SQL."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import engine
from expectations.checks import Check, Stage
from expectations.engine import Declared, load_gx, run_declared
from expectations.errors import CheckRunError
from expectations.results import CheckResult, Severity
from expectations.session import CheckLimits, open_session

CHECK = Check(
    "figures_small", "small figures", Severity.WARNING, Stage.LANDING, "main", "figures"
)


@pytest.fixture
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_session(CheckLimits()) as opened:
        opened.execute(
            "create table figures as select number,"
            " if(number = 7, null, 'n' || number) as name, number // 5 as part"
            " from range(10) as numbers (number)"
        )
        yield opened


def judged(
    session: duckdb.DuckDBPyConnection, kind: str, **given: object
) -> CheckResult:
    expectation = getattr(load_gx().expectations, kind)(**given)
    declared = Declared(CHECK, "figures", expectation, shown=("name",))
    return run_declared(session, [declared])[0]


# A failing and a passing use of each kind of expectation that the suites may use.
KINDS = {
    "ExpectColumnValuesToNotBeNull": ({"column": "name"}, {"column": "number"}),
    "ExpectColumnValuesToBeInSet": (
        {"column": "part", "value_set": [0]},
        {"column": "part", "value_set": [0, 1]},
    ),
    "ExpectColumnValuesToBeBetween": (
        {"column": "number", "max_value": 3},
        {"column": "number", "max_value": 9},
    ),
    "ExpectColumnPairValuesToBeEqual": (
        {"column_A": "number", "column_B": "part"},
        {"column_A": "number", "column_B": "number"},
    ),
    "UnexpectedRowsExpectation": (
        {"unexpected_rows_query": "select * from {batch} where part = 1"},
        {"unexpected_rows_query": "select * from {batch} where part = 2"},
    ),
}


@pytest.mark.parametrize(("kind", "uses"), KINDS.items(), ids=KINDS.keys())
def test_an_expectation_fails_and_passes(
    session: duckdb.DuckDBPyConnection,
    kind: str,
    uses: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    failing, passing = uses

    assert not judged(session, kind, **failing).passed
    assert judged(session, kind, **passing).passed


def test_the_cure_is_still_needed(
    session: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this fails GX keeps DuckDB's connection open by itself: drop the cure."""
    load_gx()
    from great_expectations.execution_engine import sqlalchemy_execution_engine

    name = "_PERSISTED_CONNECTION_DIALECTS"
    cured = getattr(sqlalchemy_execution_engine, name)
    shipped = tuple(dialect for dialect in cured if dialect != "duckdb")
    assert len(shipped) == len(cured) - 1
    monkeypatch.setattr(sqlalchemy_execution_engine, name, shipped)

    with pytest.raises(CheckRunError, match="list index out of range"):
        judged(session, "ExpectColumnValuesToNotBeNull", column="name")


def test_failing_rows_are_counted_and_five_of_them_shown(
    session: duckdb.DuckDBPyConnection,
) -> None:
    result = judged(
        session, "ExpectColumnValuesToBeBetween", column="number", max_value=2
    )

    assert result == CheckResult(
        check="figures_small",
        table_name="figures",
        severity=Severity.WARNING,
        passed=False,
        observed="7 of 10 rows against it",
        expected="small figures",
        failing_rows=tuple(
            json.dumps({"name": name, "number": number}, separators=(",", ":"))
            for number, name in [(3, "n3"), (4, "n4"), (5, "n5"), (6, "n6"), (7, None)]
        ),
    )


def test_five_rows_of_a_query_are_shown(session: duckdb.DuckDBPyConnection) -> None:
    query = "select number from {batch} where number > 3 order by number"

    result = judged(session, "UnexpectedRowsExpectation", unexpected_rows_query=query)

    assert result.observed == "6 rows against it"
    assert result.failing_rows[:2] == ('{"number":4}', '{"number":5}')
    assert len(result.failing_rows) == 5


def test_a_row_condition_leaves_rows_out(session: duckdb.DuckDBPyConnection) -> None:
    load_gx()
    from great_expectations.expectations.row_conditions import Column

    limits = {"column": "number", "max_value": 2}
    kind = "ExpectColumnValuesToBeBetween"

    some = judged(session, kind, row_condition=Column("part") == 0, **limits)
    none = judged(session, kind, row_condition=Column("part") == 9, **limits)

    assert some.observed == "2 of 5 rows against it"
    assert (none.passed, none.observed) == (True, "nothing to judge")


def test_nulls_are_not_judged(session: duckdb.DuckDBPyConnection) -> None:
    names = [f"n{number}" for number in range(10)]

    result = judged(
        session, "ExpectColumnValuesToBeInSet", column="name", value_set=names
    )

    assert (result.passed, result.observed) == (True, "none of 9 rows against it")


def test_what_gx_cannot_carry_out_is_an_error_not_a_failed_check(
    session: duckdb.DuckDBPyConnection,
) -> None:
    query = "select nothing from {batch}"

    with pytest.raises(CheckRunError, match=r"figures_small on figures .*nothing"):
        judged(session, "UnexpectedRowsExpectation", unexpected_rows_query=query)


def test_nothing_holds_an_attached_file_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "file.duckdb"
    duckdb.connect(str(file)).close()
    expectation = load_gx().expectations.ExpectColumnValuesToNotBeNull(column="name")
    with open_session(CheckLimits(scratch=tmp_path)) as session:
        session.execute(f"attach '{file}' as served (read_only)")
        session.execute("create table figures as select 'x' as name")
        run_declared(session, [Declared(CHECK, "figures", expectation)])

    with duckdb.connect(str(file)) as writer:
        writer.execute("create table figures (name varchar)")

    assert list(tmp_path.iterdir()) == [file]


_SILENT_RUN = """
import os, sys
import expectations.landing.suite, expectations.published.suite, expectations.registry
assert "great_expectations" not in sys.modules
from expectations.engine import Declared, load_gx, run_declared
from expectations.registry import all_checks
from expectations.session import CheckLimits, open_session
expectation = load_gx().expectations.ExpectColumnValuesToNotBeNull(column="name")
with open_session(CheckLimits()) as session:
    session.execute("create table figures as select 'x' as name")
    run_declared(session, [Declared(all_checks()[0], "figures", expectation)])
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
"""


def test_a_run_is_silent_leaves_no_file_and_imports_gx_late(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("HOME", "TMPDIR", "work")}
    for folder in folders.values():
        folder.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", _SILENT_RUN],
        cwd=folders.pop("work"),
        env={name: str(folder) for name, folder in folders.items()},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []


def test_load_gx_imports_once() -> None:
    assert engine.load_gx() is load_gx()
