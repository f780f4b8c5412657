"""dbt's own tests and unit tests, by dbt, on the worked example."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.results import Severity
from orchestration.build_results import read_build_results
from orchestration.dbt_build import load_dbt, run_dbt
from orchestration.extract.platform.landing import LandingLimits, land
from orchestration.home import Home
from orchestration.manifest import call_dbt, current_manifest
from orchestration.run_parameters import RunParameters
from orchestration.settings import Settings
from orchestration.warehouse import DbtCommand, Warehouse
from support.worlds import DATA, instant

EXAMPLE = DATA / "worked_example"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    times = json.loads((EXAMPLE / "expected" / "range.json").read_text("utf-8"))
    parameters = RunParameters(
        source=EXAMPLE / "drop",
        **{name: instant(text) for name, text in times.items()},
    )
    home = Home(tmp_path_factory.mktemp("home"))
    home.prepare()
    land(
        parameters.source,
        home,
        as_of=parameters.as_of,
        limits=LandingLimits(),
        on_progress=lambda message: None,
    )
    built = Warehouse(home)
    command = built.build_command(
        parameters, Settings(), built_through=built.begin_build(), is_forced=False
    )
    # Unit tests too, and the models that otherwise are run for each import.
    for option in ("--exclude-resource-type", "--exclude"):
        place = command.arguments.index(option)
        del command.arguments[place : place + 2]
    list(run_dbt(built, command))
    return built


def _results(warehouse: Warehouse) -> list[dict[str, Any]]:
    path: Path = warehouse.target / "run_results.json"
    results: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["results"]
    return results


def test_every_model_builds_and_every_dbt_test_passes(warehouse: Warehouse) -> None:
    build = read_build_results(warehouse)

    assert build.errors == []
    assert [check for check in build.checks if not check.passed] == []


def test_unit_tests_and_data_tests_ran(warehouse: Warehouse) -> None:
    ran = Counter(result["unique_id"].split(".")[0] for result in _results(warehouse))

    assert ran["unit_test"] >= 20
    assert ran["test"] >= 40
    assert ran["model"] >= 90


@pytest.mark.parametrize(("is_forced", "status"), [(False, "fail"), (True, "warn")])
def test_a_failed_test_of_a_forced_build_lets_the_rest_be_built(
    warehouse: Warehouse, *, is_forced: bool, status: str
) -> None:
    """dbt builds nothing downstream of a test that fails, and goes on after a warning.

    Which tests would have ended the run stays known: their severity is the same.
    """
    with duckdb.connect(str(warehouse.database)) as connection:
        connection.execute("insert into marts.dim_dates from marts.dim_dates limit 1")
    variables = {
        "is_forced": is_forced,
        "warehouse": str(warehouse.home.warehouse),
    }

    # A child that has read the project for something else is not the one to use.
    load_dbt(warehouse, {**variables, "is_forced": not is_forced})
    command = DbtCommand(["test", "--select", "dim_dates"], variables)
    list(run_dbt(warehouse, command))

    failed = [result for result in _results(warehouse) if result["failures"]]
    assert [result["status"] for result in failed] == [status]
    (check,) = [
        each for each in read_build_results(warehouse).checks if not each.passed
    ]
    assert (check.severity, check.observed) == (Severity.BLOCKING, "1 failing row")


def test_a_report_that_is_not_as_its_contract_says_is_not_built(
    warehouse: Warehouse,
) -> None:
    with duckdb.connect(str(warehouse.database)) as connection:
        connection.execute(
            "alter table marts.dim_integration_jobs"
            " alter column vendor type varchar[] using [vendor]"
        )
    times = RunParameters.resolve(
        source=None,
        as_of=instant("2026-03-17T00:00:00Z"),
        range_start=None,
        range_end=None,
        range_days=7,
    )
    build = warehouse.build_command(times, Settings(), built_through=1, is_forced=False)
    select = ["run", "--select", "rpt_integration_jobs"]

    list(run_dbt(warehouse, replace(build, arguments=select)))

    (told,) = read_build_results(warehouse).errors
    assert told.startswith("rpt_integration_jobs: ")
    assert "in your contract match the columns" in told


def test_what_a_run_sets_late_is_in_nothing_that_dbt_reads(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    """The project is read before a run knows how far its warehouse is built.

    And dbt keeps what it read for the next run, which has another as_of.
    """
    parameters = RunParameters.resolve(
        source=None,
        as_of=instant("2031-05-04T03:02:01Z"),
        range_start=None,
        range_end=None,
        range_days=3,
    )
    command = warehouse.build_command(
        parameters, Settings(), built_through=17, is_forced=False
    )
    variables = json.dumps(dict(command.run_variables))

    call_dbt("parse", "--vars", variables, target=tmp_path)

    assert _read(tmp_path / "manifest.json") == _read(current_manifest())


def _read(manifest: Path) -> dict[str, Any]:
    """All that dbt read, but the unit tests, which say what time it is for them.

    One that was taken away stays in the maps until dbt reads all anew.
    """
    read: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    kinds = set(read) - {"metadata", "unit_tests"}
    for kind in ("nodes", "sources", "macros"):
        for each in read[kind].values():
            each.pop("created_at", None)
    for kind in ("child_map", "parent_map"):
        read[kind] = {
            key: [each for each in related if not each.startswith("unit_test.")]
            for key, related in read[kind].items()
            if not key.startswith("unit_test.")
        }
    return {kind: read[kind] for kind in kinds}
